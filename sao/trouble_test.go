package sao_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A WRITE that was accepted is never sent again, whatever the reply. The drive reports the
// stream under the number of its first track, so WRITEs of later tracks are tested.
func TestWriteTakenInSpiteOfItsAnswer(t *testing.T) {
	for name, answer := range map[string]scsi.Result{
		"2/04/07": refuse(2, 0x04, 0x07),
		"2/04/01": refuse(2, 0x04, 0x01),
		"6/29/00": refuse(6, 0x29, 0x00),
		"0/00/00": refuse(0, 0x00, 0x00),
	} {
		b := newBench(t, "modern", sim.CDR80)
		tracks := album()
		hit, writes := 0, map[int]int{}
		b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
			if req.CDB[0] != command.OpWrite10 {
				return scsi.Result{}, nil, false
			}
			at := int(req.CDB[4])<<8 | int(req.CDB[5]) // the low bytes of the address are enough for these tracks
			if writes[at]++; at < 300 || at >= 0xFF00 || hit > 0 {
				return scsi.Result{}, nil, false
			}
			hit = at
			res, err := b.Drive.Do(context.Background(), req)
			require.NoError(t, err)
			require.Equal(t, scsi.Good, res.Status)
			return answer, nil, true
		}
		r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull}, sao.Text{})
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict, name)
		require.Equal(t, 1, writes[hit], name)
		b.holds(t, 0, append(append(noise(1, 300), noise(2, 400)...), noise(3, 500)...))
	}
}

// silenced is a drive that stops answering at the WRITE to an address.
func silenced(from int) func(n int, req *scsi.Request) (scsi.Result, error, bool) {
	quiet := false
	return func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		at := int(req.CDB[4])<<8 | int(req.CDB[5])
		quiet = quiet || req.CDB[0] == command.OpWrite10 && at >= from && at < 0xFF00
		if !quiet {
			return scsi.Result{}, nil, false
		}
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: errors.New("unplugged")}, true
	}
}

// A drive stops answering in the middle of the session. The previous tracks are lost, although
// each of their WRITEs was accepted.
func TestDriveVanishesMidway(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = silenced(300)
	r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.True(t, b.disc.Summary().Lost)
	require.Equal(t, burn.TrackLost, r.Tracks[0].Status)
	for _, row := range r.Tracks {
		require.Zero(t, row.Sectors, "track %d", row.Number)
	}
	require.Nil(t, r.Closed, "the drive doesn't answer")
	require.Nil(t, r.Appendable)
}

// Nothing can be added to a session that was cut short.
func TestLostDiscIsNotAppendable(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		at := int(req.CDB[4])<<8 | int(req.CDB[5])
		return refuse(3, 0x0C, 0), nil, req.CDB[0] == command.OpWrite10 && at == 27
	}
	r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.True(t, b.disc.Summary().Lost)
	require.False(t, *r.Closed || *r.Appendable)
	require.Empty(t, r.OnDisc)
}

// wodim -dao marks the last two seconds of each file as the pause before the next track (its
// cue sheet is in sim's tests). The disc contains all of the audio, and a user who verifies it
// has only the files, not the marks.
func TestVerifyMarkedPauses(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	plain := []burn.Track{music("one.wav", 1, 450), music("two.wav", 2, 450), music("three.wav", 3, 450)}
	marked := slices.Clone(plain)
	marked[1].Pregap, marked[2].Pregap = 150, 150
	_, err := sao.Burn(t.Context(), b.drive, marked, nil, sao.Text{})
	require.NoError(t, err)
	r, err := sao.Verify(t.Context(), b.drive, plain, nil)
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	plain[0] = music("one.wav", 1, 453)
	_, err = sao.Verify(t.Context(), b.drive, plain, nil)
	require.ErrorIs(t, err, burn.ErrVerify)
}
