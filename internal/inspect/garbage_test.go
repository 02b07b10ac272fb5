package inspect_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// spoiled makes a bridge corrupt the data of replies that end in GOOD.
type spoiled struct {
	scsi.Transport
	n     int
	spoil func(n int, req *scsi.Request, reply []byte)
}

func (s *spoiled) Unwrap() scsi.Transport { return s.Transport }

func (s *spoiled) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	res, err := s.Transport.Do(ctx, req)
	if err == nil && res.Status == scsi.Good && req.Dir == scsi.DataIn && req.CDB[0] != 0x12 {
		s.spoil(s.n, req, req.Data[:res.N])
		s.n++
	}
	return res, err
}

// spoils are the ways in which bridges corrupt a reply.
func spoils() map[string]func([]byte) {
	r := rand.New(rand.NewPCG(1, 2))
	return map[string]func([]byte){
		"zeros": func(b []byte) { clear(b) },
		"ones": func(b []byte) {
			for i := range b {
				b[i] = 0xFF
			}
		},
		"noise": func(b []byte) {
			for i := range b {
				b[i] = byte(r.Uint32())
			}
		},
		"USBS": func(b []byte) {
			if len(b) >= 4 {
				copy(b[len(b)-4:], "USBS")
			}
		},
	}
}

// lookThrough looks at a disc through a bridge.
func (b *bench) lookThrough(t testing.TB, spoil func(n int, req *scsi.Request, reply []byte)) (disc.Disc, int) {
	t.Helper()
	s := &spoiled{Transport: b.Drive, spoil: spoil}
	drive, err := mmc.Open(t.Context(), s)
	require.NoError(t, err)
	d, err := inspect.Look(t.Context(), drive, nil)
	require.NoError(t, err)
	return d, s.n
}

// A reply that is corrupted once is requested again.
func TestLookThroughABridge(t *testing.T) {
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			clean, replies := b.lookThrough(t, func(int, *scsi.Request, []byte) {})
			want := facts(clean)
			for kind, spoil := range spoils() {
				for n := range replies {
					got, _ := b.lookThrough(t, func(i int, _ *scsi.Request, reply []byte) {
						if i == n {
							spoil(reply)
						}
					})
					got = facts(got)
					for i := range got.Tracks { // the values unchanged
						got.Tracks[i].Shown = want.Tracks[i].Shown
					}
					require.Equal(t, want, got, "%s in reply %d", kind, n)
				}
			}
		})
	}
}

// If a drive always returns garbage for one kind of question, only its facts are unknown.
func TestLookAtGarbage(t *testing.T) {
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			clean, _ := b.lookThrough(t, func(int, *scsi.Request, []byte) {})
			for kind, spoil := range spoils() {
				for _, op := range []byte{command.OpGetConfiguration, command.OpReadDiscInformation, command.OpReadTOC, command.OpReadTrackInformation} {
					got, _ := b.lookThrough(t, func(_ int, req *scsi.Request, reply []byte) {
						if req.CDB[0] == op {
							spoil(reply)
						}
					})
					checkPart(t, facts(clean), facts(got), op, kind+" of "+mmcName(op))
				}
			}
		})
	}
}

func mmcName(op byte) string {
	return map[byte]string{
		command.OpGetConfiguration: "GET CONFIGURATION", command.OpReadDiscInformation: "READ DISC INFORMATION",
		command.OpReadTOC: "READ TOC", command.OpReadTrackInformation: "READ TRACK INFORMATION",
	}[op]
}
