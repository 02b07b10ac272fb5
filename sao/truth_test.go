package sao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A flush that is answered GOOD, and does nothing, is sent again as soon as the drive shows
// the session open: what is in its buffer is lost otherwise.
func TestFlushWithoutEffect(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	flushes := 0
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		if req.Opcode() != mmc.OpSynchronizeCache {
			return scsi.Result{}, nil, false
		}
		flushes++
		return scsi.Result{}, nil, flushes == 1
	}
	r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, 2, flushes)
	for _, c := range b.tap.of(mmc.OpStartStopUnit) {
		require.Failf(t, "the disc was looked at anew", "%v", c)
	}
	require.True(t, b.disc.Summary().Finalized)
}

// Page 05h before the cue sheet is read back: with another write type nothing is announced.
func TestPageThatIsNotKept(t *testing.T) {
	for _, test := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
			if req.Opcode() == mmc.OpModeSelect10 {
				if test {
					req.Data[8+2] &^= 0x10
				} else {
					req.Data[8+2] = req.Data[8+2]&0xF0 | 1 // stays track-at-once
				}
			}
			return scsi.Result{}, nil, false
		}
		_, err := sao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: test}, sao.Text{})
		require.ErrorIs(t, err, burn.ErrModeParams)
		require.Empty(t, b.tap.of(mmc.OpSendCueSheet))
		require.Empty(t, b.tap.of(mmc.OpWrite10))
		require.True(t, b.disc.Summary().Blank)
	}
}

// The serial copy bits are in the cue sheet, and so on the disc.
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

// silence is a source of so many sectors.
func silence(sectors toc.Sectors) burn.Track {
	return burn.Track{Source: pcm.FromBytes("silence.wav", pcm.CDDA, make([]byte, sectors.Bytes()))}
}

// Past the end that the disc names nothing is written unless that is asked for, and then
// only if the drive takes the cue sheet.
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
		require.Equal(t, c.over > 0, has(r.Notes, burn.NoteOverburn))
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

// What session-at-once can't do, though it was asked for, is in the plan.
func TestOptionsWithoutEffect(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	plan, err := sao.MakePlan(context.Background(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	require.False(t, has(plan.Notes, burn.NoteNoReserve) || has(plan.Notes, burn.NoteNoCloseCut))
	plan, err = sao.MakePlan(context.Background(), b.drive, album(), &burn.Options{Reserve: burn.ReserveAlways, CloseOnCancel: true}, sao.Text{})
	require.NoError(t, err)
	require.True(t, has(plan.Notes, burn.NoteNoReserve) && has(plan.Notes, burn.NoteNoCloseCut))
	require.False(t, plan.Reserve)
}
