package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/sim"
)

// cutShort burns the album up to a WRITE of its second track that fails.
func cutShort(t *testing.T, b *bench) *burn.Interrupted {
	t.Helper()
	was := &burn.Interrupted{Mode: burn.ModeTAO}
	b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: 18})
	_, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{OnEvent: func(e burn.Event) {
		switch e := e.(type) {
		case burn.Planned:
			was.Drive, was.Disc = e.Plan.Drive, e.Plan.Disc
			for _, p := range e.Plan.Tracks {
				was.Hashes = append(was.Hashes, p.Hash)
			}
		case burn.TrackStarted:
			was.Begun = append(was.Begun, burn.BegunTrack{Row: e.Row, Number: e.Track, Start: e.Start, Sectors: e.Sectors})
		case burn.TrackFinished:
			was.Begun[len(was.Begun)-1].Whole = e.Report.Status == burn.TrackOK
		}
	}}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	return was
}

// A resumption that fails before it has inspected the disc doesn't report the tracks of the
// first burn as not begun: they are looked up then, or unconfirmed if that is impossible.
func TestResumeThatFailsEarly(t *testing.T) {
	for _, row := range []struct {
		name   string
		sticky bool
		fault  scsitest.Fault
		want   burn.TrackStatus
	}{
		{"one error", false, says(4, 0x44, 0), burn.TrackUnshown},
		{"the drive is gone", true, scsitest.TransportFault(0, nil), burn.TrackUnshown},
	} {
		b := newBench(t, "modern", sim.CDR80)
		was := cutShort(t, b)
		rule := scsitest.Rule{Sticky: row.sticky, Fault: row.fault}
		if !row.sticky {
			rule.Match = scsitest.Opcode(command.OpPreventAllowMediumRemoval)
		}
		b.faults.Add(rule)
		r, err := engine.Resume(t.Context(), b.drive, album(), nil, was, trackatonce.Method())
		require.Error(t, err, row.name)
		require.Equal(t, row.want, r.Tracks[0].Status, row.name)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.Equal(t, []int{1, 2}, []int{r.Tracks[0].Number, r.Tracks[1].Number})
		if !row.sticky {
			require.Equal(t, []burn.NoteKind{notekind.Kept}, kinds(r.Tracks[0].Notes), "it was looked for")
		}
	}
	b := newBench(t, "modern", sim.CDR80)
	was := cutShort(t, b)
	other := newBench(t, "modern", sim.CDR80)
	other.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpPreventAllowMediumRemoval), Fault: says(4, 0x44, 0)})
	r, err := engine.Resume(t.Context(), other.drive, album(), nil, was, trackatonce.Method())
	require.Error(t, err)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[0].Status, "nothing of it is on that disc")
}
