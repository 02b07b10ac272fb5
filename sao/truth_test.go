package sao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A flush that is answered with GOOD but has no effect is sent again when the drive shows the
// session as open; otherwise the content of its buffer would be lost.
func TestFlushWithoutEffect(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	flushes := 0
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		if req.CDB[0] != command.OpSynchronizeCache {
			return scsi.Result{}, nil, false
		}
		flushes++
		return scsi.Result{}, nil, flushes == 1
	}
	r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, 2, flushes)
	for _, c := range b.tap.of(command.OpStartStopUnit) {
		require.Failf(t, "the disc was looked at anew", "%v", c)
	}
	require.True(t, b.disc.Summary().Finalized)
}

// Page 05h is read back before the cue sheet. With another write type no sheet is sent.
func TestPageThatIsNotKept(t *testing.T) {
	for _, test := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
			if req.CDB[0] == command.OpModeSelect10 {
				if test {
					req.Data[8+2] &^= 0x10
				} else {
					req.Data[8+2] = req.Data[8+2]&0xF0 | 1 // keeps track-at-once
				}
			}
			return scsi.Result{}, nil, false
		}
		_, err := sao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: test}, sao.Text{})
		require.ErrorIs(t, err, burn.ErrModeParams)
		require.Empty(t, b.tap.of(command.OpSendCueSheet))
		require.Empty(t, b.tap.of(command.OpWrite10))
		require.True(t, b.disc.Summary().Blank)
	}
}

// The serial copy bits are in the cue sheet, and on the disc.
func TestSCMS(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	tracks[1].SCMS = true
	_, err := sao.Burn(context.Background(), b.drive, tracks, nil, sao.Text{})
	require.NoError(t, err)
	for i, on := range b.disc.Tracks() {
		require.Equal(t, i == 1, on.Copy, "track %d", i+1)
	}
}

// silence returns a source of the given number of sectors.
func silence(sectors toc.Sectors) burn.Track {
	return burn.Track{Source: pcm.FromBytes("silence.wav", pcm.CDDA, make([]byte, sectors.Bytes()))}
}

// Nothing is written past the stated end of the disc unless requested, and then only if the
// drive accepts the cue sheet.
func TestOverburn(t *testing.T) {
	media := sim.CDR80
	media.LeadOut = toc.MSF{M: 0, S: 20, F: 0} // 18 seconds
	media.Groove = 3000
	room := placing.UsableSectors(0, media.LeadOut.LBA())
	for _, c := range []struct {
		personality string
		asked       bool
		over        toc.Sectors
		want        error
	}{
		{"overburns", false, 0, nil},
		{"overburns", false, 1, burn.ErrNoSpace},
		{"overburns", true, 300, nil},
		{"modern", true, 300, burn.ErrNoSpace},
		{"overburns", true, 3000, burn.ErrNoSpace},
	} {
		disc := sim.NewDisc(media)
		p, err := sim.PersonalityByName(c.personality)
		require.NoError(t, err)
		d, err := mmc.Open(context.Background(), sim.New(sim.Config{Personality: p, Disc: disc}))
		require.NoError(t, err)
		r, err := sao.Burn(context.Background(), d, []burn.Track{silence(room + c.over)}, &burn.Options{Overburn: c.asked}, sao.Text{})
		if c.want != nil {
			require.ErrorIs(t, err, c.want, "%+v", c)
			require.NotErrorIs(t, err, burn.ErrNoSAO)
			require.True(t, disc.Summary().Blank, "%+v", c)
			continue
		}
		require.NoError(t, err, "%+v", c)
		require.Equal(t, room+c.over, disc.Tracks()[0].Size)
		require.Equal(t, c.over > 0, has(r.Notes, notekind.Overburn))
	}
}

func has(notes []burn.Note, kind burn.NoteKind) bool {
	for _, n := range notes {
		if n.Kind == kind {
			return true
		}
	}
	return false
}

// The plan lists the requested options that session-at-once can't fulfill.
func TestOptionsWithoutEffect(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	plan, err := sao.MakePlan(context.Background(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	require.False(t, has(plan.Notes, notekind.NoReserve) || has(plan.Notes, notekind.NoCloseCut))
	plan, err = sao.MakePlan(context.Background(), b.drive, album(), &burn.Options{Reserve: burn.ReserveAlways, CloseOnCancel: true}, sao.Text{})
	require.NoError(t, err)
	require.True(t, has(plan.Notes, notekind.NoReserve) && has(plan.Notes, notekind.NoCloseCut))
	require.False(t, plan.Reserve)
}
