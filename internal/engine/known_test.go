package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// interrupted returns an album with one more track than the disc has, and its record.
func interrupted(t *testing.T, kept int) (*bench, []burn.Track, *burn.Interrupted) {
	b := newBench(t, "modern", sim.CDR80)
	blank, err := inspect.Look(t.Context(), b.drive, nil)
	require.NoError(t, err)
	var tracks []burn.Track
	for i := range kept + 1 {
		tracks = append(tracks, music(fmt.Sprint(i+1), uint64(i), 300))
	}
	_, err = tao.Burn(t.Context(), b.drive, tracks[:kept], &burn.Options{NoClose: true})
	require.NoError(t, err)
	was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blank, Hashes: make([]string, len(tracks))}
	for i, on := range b.disc.Tracks() {
		was.Begun = append(was.Begun, burn.BegunTrack{Row: i, Number: on.Number, Start: on.Start, Sectors: 300, Whole: true})
	}
	b.tap.Reset()
	return b, tracks, was
}

// before counts the commands before the first WRITE.
func (b *bench) before(op byte) (n int) {
	for _, sent := range b.tap.Opcodes() {
		if sent == command.OpWrite10 {
			return n
		}
		if sent == op {
			n++
		}
	}
	return n
}

// reading adds a rule for the READ CDs before the first WRITE.
func (b *bench) reading(f scsitest.Fault, each func()) {
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpReadCD || b.sent(command.OpWrite10) > 0 {
			return false
		}
		each()
		return true
	}, Sticky: true, Fault: f})
}

// At most three positions of each track are read, about thirty in all. A drive that reads
// nothing costs four commands and a note, a slow one twenty seconds.
func TestKeptTracksAreReadInShortTime(t *testing.T) {
	refuses := says(5, 0x21, 0)
	for name, row := range map[string]struct {
		kept  int
		fault *scsitest.Fault
		slow  time.Duration // of each READ CD
		reads int
		notes []burn.NoteKind
	}{
		"two tracks":       {2, nil, 0, 6, nil},
		"twelve tracks":    {12, nil, 0, 24, nil},
		"refused":          {2, &refuses, 0, 6, []burn.NoteKind{notekind.KeptUnread}},
		"refused, of many": {12, &refuses, 0, 4, []burn.NoteKind{notekind.KeptUnread}},
		"a slow drive":     {12, nil, 8 * time.Second, 4, nil},
	} {
		b, tracks, was := interrupted(t, row.kept)
		each := func() { require.NoError(t, b.Sleep(t.Context(), row.slow)) }
		if row.fault != nil {
			b.reading(*row.fault, each)
		} else {
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				if req.CDB[0] == command.OpReadCD && b.sent(command.OpWrite10) == 0 {
					each()
				}
				return false
			}})
		}
		r, err := engine.Resume(t.Context(), b.drive, tracks, nil, was, trackatonce.Method())
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, row.reads, b.before(command.OpReadCD), name)
		require.Equal(t, row.notes, kinds(r.Notes), name)
	}
}

// A problem with the disc, the source or the drive before the first WRITE, or an impatient
// user, ends the resumption without writing anything.
func TestResumeEndsBeforeTheFirstWrite(t *testing.T) {
	for name, row := range map[string]struct {
		change func(b *bench, tracks []burn.Track, cancel func())
		is     error
		phase  burn.Phase
	}{
		"other audio in the second track": {func(_ *bench, tracks []burn.Track, _ func()) { tracks[1] = music("2", 99, 300) }, burn.ErrOtherDisc, burn.PhasePlan},
		"a source that fails": {func(_ *bench, tracks []burn.Track, _ func()) {
			tracks[0].Source = &onlyOnce{Source: tracks[0].Source}
		}, burn.ErrStream, burn.PhaseCheck},
		"a drive that is gone": {func(b *bench, _ []burn.Track, _ func()) {
			gone := false
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				gone = gone || req.CDB[0] == command.OpReadCD
				return gone
			}, Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
		}, scsitest.ErrFault, burn.PhasePlan},
		"a disc that is taken out": {func(b *bench, _ []burn.Track, _ func()) { b.reading(says(2, 0x3A, 0), func() {}) }, asc.FamilyMediumNotPresent, burn.PhasePlan},
		"a cancel":                 {func(b *bench, _ []burn.Track, cancel func()) { b.reading(says(2, 4, 1), cancel) }, burn.ErrCanceled, burn.PhasePlan},
	} {
		b, tracks, was := interrupted(t, 2)
		ctx, cancel := context.WithCancel(t.Context())
		row.change(b, tracks, cancel)
		_, err := engine.Resume(ctx, b.drive, tracks, nil, was, trackatonce.Method())
		require.ErrorIs(t, err, row.is, name)
		require.Equal(t, row.is == burn.ErrCanceled, errors.Is(err, burn.ErrCanceled), name)
		e, ok := errors.AsType[*burn.Error](err)
		require.True(t, ok)
		require.Equal(t, row.phase, e.Phase, name)
		require.Zero(t, b.sent(command.OpWrite10), name)
		require.Zero(t, b.sent(command.OpCloseTrackSession), name)
		cancel()
	}
}

// onlyOnce is a source that can be read once.
type onlyOnce struct {
	pcm.Source
	opened int
}

func (o *onlyOnce) Open() (io.ReadCloser, error) {
	if o.opened++; o.opened > 1 {
		return nil, io.ErrClosedPipe
	}
	return o.Source.Open()
}
