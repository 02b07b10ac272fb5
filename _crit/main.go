package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

func usage(who int) time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func main() {
	runtime.LockOSThread()
	f, err := audio.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	pcm.Check(context.Background(), f, nil)
	own, all := usage(1), usage(0) // RUSAGE_THREAD, RUSAGE_SELF
	fmt.Printf("all %v, reading thread %v: on two cores at most %.2fx\n", all, own, float64(all)/float64(max(own, all/2)))
}
