package iscsi_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/iscsi"
)

// A drive is offered on a free port of loopback until the context ends.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	drive := newDisk(64) // any scsi.Transport, such as a *sim.Drive

	target, err := iscsi.New(drive, iscsi.Config{OnEvent: func(e iscsi.Event) {
		if s, ok := e.(iscsi.SessionStarted); ok {
			fmt.Println("attached by", s.Initiator)
		}
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := iscsi.Listen(ctx, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("target", target.Name(), "on loopback:", iscsi.Loopback(l.Addr()))
	cancel() // at once, so that the example ends
	fmt.Println(target.Serve(ctx, l))
	// Output:
	// target iqn.2026-01.io.github.redbook-audio:cd on loopback: true
	// <nil>
}
