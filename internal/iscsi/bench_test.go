package iscsi_test

import (
	"context"
	"net"
	"testing"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/scsi"
)

type sink struct{}

func (sink) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	return scsi.Result{N: len(req.Data)}, nil
}
func (sink) Limits() scsi.Limits { return scsi.Limits{} }
func (sink) Close() error        { return nil }

// BenchmarkWrite is the WRITE(10) of an audio burner, all of it immediate data.
func BenchmarkWrite(b *testing.B) {
	target, err := iscsi.New(sink{}, iscsi.Config{})
	if err != nil {
		b.Fatal(err)
	}
	l, err := iscsi.Listen(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)
	go func() { done <- target.Serve(ctx, l) }()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	in := &initiator{t: &testing.T{}, nc: nc, cmdSN: 1, keys: map[string]string{}}
	in.login("MaxRecvDataSegmentLength=262144", "FirstBurstLength=262144")
	data := pattern(27 * 2352)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		in.write(in.command(write10(0, 27), 0xA0, len(data), data))
		in.finish()
	}
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
