package engine_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A damaged record may contain a track that the album doesn't have. If the drive doesn't
// answer, the tracks of the album that were begun are unconfirmed.
func TestRecordOfATrackPastTheAlbum(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentNo, nil)})
	was := &burn.Interrupted{Mode: burn.ModeTAO, Hashes: make([]string, 2), Begun: []burn.BegunTrack{{Row: 2, Number: 3}, {Row: 0, Number: 1}}}
	r, err := engine.Resume(t.Context(), b.drive, album(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, scsitest.ErrFault)
	require.Equal(t, []burn.TrackStatus{burn.TrackUnshown, burn.TrackNotBegun}, []burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status})
}

// All tracks of a short album are compared before the first WRITE, even if the drive takes
// three seconds to read one position.
func TestSlowDriveIsAskedAboutEveryTrack(t *testing.T) {
	b, tracks, was := interrupted(t, 2)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpReadCD && b.sent(command.OpWrite10) == 0 {
			require.NoError(t, b.Sleep(t.Context(), 3*time.Second))
		}
		return false
	}})
	_, err := engine.Resume(t.Context(), b.drive, tracks, nil, was, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, 6, b.before(command.OpReadCD), "three places of each track")
}

// sizeless is a source whose length can't be determined.
type sizeless struct{ pcm.Source }

func (sizeless) Frames() int64 { panic("no length") }

// A source that panics in Frames is an error, and another track can be added afterwards.
func TestAddedSourceThatPanics(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	_, err := s.Add(t.Context(), burn.Track{Source: sizeless{album()[0].Source}})
	require.ErrorContains(t, err, "the source panicked: no length")
	require.Equal(t, where{phase: burn.PhaseCheck, track: 1}, placeOf(t, err))
	require.Zero(t, b.sent(command.OpWrite10))
	_, err = s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// If the drive doesn't report the length of a track, the track can't be compared. The error
// doesn't claim that the audio differs, and the other track can be verified alone.
func TestVerifyOfATrackWithoutALength(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	_, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{NoClose: true}, trackatonce.Method())
	require.NoError(t, err)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadTrackInformation && req.CDB[1]&3 == 1 && binary.BigEndian.Uint32(req.CDB[2:]) == 2
	}, Sticky: true, Fault: says(5, 0x24, 0)})
	_, err = engine.Verify(t.Context(), b.drive, album(), nil)
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.NotErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, 2, placeOf(t, err).track)
	r, err := engine.Verify(t.Context(), b.drive, album()[:1], nil)
	require.NoError(t, err, "the first track doesn't need it")
	require.Equal(t, []burn.Note{{Kind: notekind.Skipped, Track: 2}}, r.Notes)
}

// The progress of a verification rises to 1, although nothing was written before it.
func TestProgressOfAVerification(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, nil)
	var seen watched
	_, err := engine.Verify(t.Context(), b.drive, album(), &burn.VerifyOptions{Level: disc.VerifyFull, OnEvent: seen.on})
	require.NoError(t, err)
	require.InDelta(t, 1, seen.done[len(seen.done)-1], 1e-9)
}
