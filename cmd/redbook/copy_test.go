package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// person is a user at a drive: for each line that is read, the disc is changed, if there is
// another, and a line typed.
type person struct {
	drive *sim.Drive
	does  []action
}

type action struct {
	disc  *sim.Disc
	types string
}

func (p *person) Read(b []byte) (int, error) {
	if len(p.does) == 0 {
		return 0, io.EOF
	}
	now := p.does[0]
	p.does = p.does[1:]
	if now.disc != nil {
		p.drive.Eject()
		if err := p.drive.Insert(now.disc); err != nil {
			return 0, err
		}
	}
	return copy(b, now.types), nil
}

// stays is a drive that stays switched on when a program releases it.
type stays struct{ *sim.Drive }

func (stays) Close() error { return nil }

func noiseDisc(t *testing.T) *sim.Disc {
	d := sim.NewDisc(sim.CDR80)
	noise := func(seed uint64, sectors int) func() (io.ReadCloser, error) {
		r, b := rand.New(rand.NewPCG(seed, 1)), make([]byte, sectors*toc.SectorSize)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	}
	require.NoError(t, d.Press("4006381333931", nil, []sim.PressedTrack{
		{Open: noise(1, 400), ISRC: "DEAB31200001"}, {Open: noise(2, 350), Pregap: 70, Pause: noise(3, 60)},
	}))
	return d
}

// copyAlone copies with the computer's only drive.
func copyAlone(t *testing.T, source *sim.Disc, does ...action) (code int, stdout, stderr string) {
	t.Helper()
	// A burn ignores signals, which the programs started by other tests would inherit.
	t.Cleanup(func() {
		c := make(chan os.Signal, 1)
		signal.Notify(c) // which replaces Ignore; Reset doesn't
		signal.Stop(c)
		signal.Notify(c, syscall.SIGHUP) // which Stop would have ignored again
	})
	drive := sim.New(sim.Config{Disc: source})
	spool := t.TempDir()
	var out, errs bytes.Buffer
	a := &app{
		in: &person{drive, does}, out: &out, err: &errs, inTerm: true,
		env: func(string) string { return "" }, screen: screen{width: func() int { return 80 }},
		hooks: hooks{host: &hostSystem{
			List: func(context.Context) ([]host.Info, error) { return []host.Info{{Path: "/dev/sr0"}}, nil },
			Open: func(context.Context, string, *host.Options) (scsi.Transport, error) { return stays{drive}, nil },
		}},
	}
	code = a.run([]string{"copy", "--spool", spool})
	left, err := os.ReadDir(spool)
	require.NoError(t, err)
	assert.Empty(t, left, "the temporary file is gone")
	return code, out.String(), errs.String()
}

// With one drive the program asks for the disc, and again after a wrong one.
func TestCopyWithOneDrive(t *testing.T) {
	source, blank := noiseDisc(t), sim.NewDisc(sim.CDR80)
	code, stdout, stderr := copyAlone(t, source,
		action{noiseDisc(t), "\n"}, action{nil, "\n"}, action{blank, "\n"}, action{nil, "y\n"})
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stdout, "success: 2 of 2 tracks")
	want, got := make([]byte, 820*toc.SectorSize), make([]byte, 820*toc.SectorSize)
	require.NoError(t, source.ReadSectors(0, want))
	require.NoError(t, blank.ReadSectors(0, got))
	assert.True(t, bytes.Equal(want, got))
	assert.Equal(t, source.Tracks()[1].Pregap, blank.Tracks()[1].Pregap)
	assert.Equal(t, source.Summary().MCN, blank.Summary().MCN)
}

// If the user stops or leaves, nothing is burned.
func TestCopyWithOneDriveStopped(t *testing.T) {
	for _, does := range [][]action{{}, {{nil, "q\n"}}, {{sim.NewDisc(sim.CDR80), "\n"}, {nil, "n\n"}}, {{sim.NewDisc(sim.CDR80), "\n"}}} {
		code, _, stderr := copyAlone(t, noiseDisc(t), does...)
		assert.Equal(t, exitCanceled, code, stderr)
		if len(does) > 0 && does[0].disc != nil {
			assert.True(t, does[0].disc.Summary().Blank)
		}
	}
}
