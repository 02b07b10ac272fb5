package engine_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// suite returns an album of three tracks, the second of which is long.
func suite() []burn.Track {
	return []burn.Track{music("one.wav", 1, 300), music("two.wav", 2, 900), music("three.wav", 3, 400)}
}

// abandoned burns suite until the given number of WRITEs was sent, simulates the end of the
// program, and returns the record of the burn. The drive keeps running.
func (b *bench) abandoned(t *testing.T, writes int, o *burn.Options) *burn.Interrupted {
	t.Helper()
	return b.interrupted(t, suite(), writes, o, func() {})
}

// interrupted is abandoned for any tracks. blow is called once after the end of the program.
func (b *bench) interrupted(t *testing.T, tracks []burn.Track, writes int, o *burn.Options, blow func()) *burn.Interrupted {
	t.Helper()
	was := &burn.Interrupted{Mode: burn.ModeTAO}
	var err error
	was.Disc, err = inspect.Look(t.Context(), b.drive, nil)
	require.NoError(t, err)
	blown := false
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool {
		if b.sent(command.OpWrite10) >= writes && !blown {
			blown = true
			blow()
		}
		return blown
	}, Sticky: true,
		Fault: scsitest.TransportFault(scsi.SentNo, fs.ErrClosed)})
	opts := burn.Options{}
	if o != nil {
		opts = *o
	}
	opts.OnEvent = func(e burn.Event) {
		switch e := e.(type) {
		case burn.Planned:
			was.Drive = e.Plan.Drive
			for _, k := range e.Plan.Tracks {
				was.Hashes = append(was.Hashes, k.Hash)
			}
		case burn.TrackStarted:
			was.Begun = append(was.Begun, burn.BegunTrack{Row: e.Row, Number: e.Track, Start: e.Start, Sectors: e.Sectors})
		case burn.TrackFinished:
			was.Begun[len(was.Begun)-1].Whole = e.Report.Status == burn.TrackOK
		}
	}
	_, err = engine.Burn(t.Context(), b.drive, tracks, &opts, trackatonce.Method())
	require.ErrorIs(t, err, fs.ErrClosed)
	b.faults.Clear()
	require.NoError(t, unit.WaitIdle(t.Context(), b.drive, unit.WaitOptions{}))
	b.tap.Reset()
	return was
}

// trackInformation returns the drive's current reply to READ TRACK INFORMATION.
func (b *bench) trackInformation(t *testing.T, track byte) []byte {
	t.Helper()
	req := scsi.Request{Name: "READ TRACK INFORMATION", CDBLen: 10, Data: make([]byte, 36), Dir: scsi.DataIn}
	req.CDB[0], req.CDB[1], req.CDB[5], req.CDB[8] = command.OpReadTrackInformation, 1, track, byte(len(req.Data))
	res, err := b.Do(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, scsi.Good, res.Status)
	return req.Data
}

// holds requires that the sectors of each row on the disc equal its source.
func (b *bench) holds(t *testing.T, r burn.Report, tracks []burn.Track) {
	t.Helper()
	for i, row := range r.Tracks {
		require.Equal(t, burn.TrackOK, row.Status, row.Name)
		want := make([]byte, tracks[i].Source.Frames()*4)
		src, err := tracks[i].Source.Open()
		require.NoError(t, err)
		_, err = src.Read(want)
		require.NoError(t, err)
		got := make([]byte, len(want))
		require.NoError(t, b.disc.ReadSectors(row.Start, got))
		require.Equal(t, want, got, row.Name)
	}
}

// watched records the events that a caller acts on.
type watched struct {
	plans []burn.Plan
	done  []float64 // Progress.Done
	last  burn.Progress
}

func (w *watched) on(e burn.Event) {
	switch e := e.(type) {
	case burn.Planned:
		w.plans = append(w.plans, e.Plan)
	case burn.Progress:
		w.done, w.last = append(w.done, e.Done), e
	}
}

// A track that was cut short is continued with exactly the missing sectors. The album is then
// read back in full, which proves the seam.
func TestResumeContinuesATrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil) // 300 sectors are 12 WRITEs
	var seen watched
	r, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{OnEvent: seen.on, TestWrite: true}, was, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, burn.ModeTAO, r.Mode)
	require.True(t, *r.Closed)
	require.Len(t, b.disc.Tracks(), 3)
	b.holds(t, r, suite())
	had := toc.Sectors(10 * 27)
	require.Equal(t, []burn.Note{{Kind: notekind.Kept, Track: 1, Name: "one.wav"}}, r.Tracks[0].Notes)
	require.Equal(t, []burn.Note{{Kind: notekind.Continued, Track: 2, Name: "two.wav", Got: int(had)}}, r.Tracks[1].Notes)
	require.Empty(t, r.Tracks[2].Notes)
	require.Equal(t, []burn.NoteKind{notekind.KeptUnread, notekind.VerifyAnyway}, kinds(r.Notes), "this drive reads nothing within a track that it can continue")
	require.Equal(t, disc.VerifyFull, r.Verified.Done)
	require.Equal(t, toc.Sectors(1600), r.Verified.Sectors)
	for i, row := range r.Tracks {
		require.Equal(t, was.Hashes[i], row.Hash)
		require.Equal(t, i+1, row.Number)
		require.Equal(t, toc.Sectors([]int{300, 900, 400}[i]), row.Sectors)
	}
	require.Equal(t, []toc.Sectors{0, 900, 400}, []toc.Sectors{r.Tracks[0].Sent, r.Tracks[1].Sent, r.Tracks[2].Sent})
	require.Equal(t, []toc.LBA{0, 452, 1504}, []toc.LBA{r.Tracks[0].ShownAt, r.Tracks[1].ShownAt, r.Tracks[2].ShownAt})
	require.Equal(t, toc.Sectors(300), r.Tracks[0].ShownSize)
	first := b.cdbs(command.OpWrite10)[0]
	require.Equal(t, toc.LBA(452+had), toc.LBA(first[4])<<8|toc.LBA(first[5]))
	require.Len(t, b.cdbs(command.OpWrite10), (900-270+26)/27+15)

	require.Len(t, seen.plans, 1)
	require.Len(t, seen.plans[0].Tracks, 1, "what is to be written anew")
	require.Equal(t, was.Hashes[2], seen.plans[0].Tracks[0].Hash)
	require.Equal(t, 3, seen.plans[0].Tracks[0].Number)
	require.Equal(t, toc.LBA(1504), seen.plans[0].Tracks[0].Start)
	require.InDelta(t, 1, seen.done[len(seen.done)-1], 1e-9)
	require.Equal(t, 3, seen.last.Tracks)
}

// If a drive refuses to continue a track that was cut short, the report lists a fragment, and
// the whole track is written again.
func TestResumeAfterARefusedContinuation(t *testing.T) {
	for name, fault := range map[string]scsitest.Fault{
		"the first WRITE is refused": says(5, 0x21, 0x02), "a sequence error": says(5, 0x2C, 0x00), "it would go on elsewhere": {},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			was := b.abandoned(t, 12+10, nil)
			rule := scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: fault}
			if name == "it would go on elsewhere" {
				about := b.trackInformation(t, 2)
				about[15]++ // the next writable address
				rule = scsitest.Rule{Match: func(req *scsi.Request) bool {
					return req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 2
				}, Fault: scsitest.DataFault(about)}
			}
			r, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{Verify: disc.VerifyFull, OnEvent: func(e burn.Event) {
				if _, is := e.(burn.Planned); is {
					b.faults.Add(rule)
				}
			}}, was, trackatonce.Method())
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			on := b.disc.Tracks()
			require.Len(t, on, 4)
			b.holds(t, r, suite())
			require.Equal(t, []int{1, 3, 4}, []int{r.Tracks[0].Number, r.Tracks[1].Number, r.Tracks[2].Number})
			var fragments []burn.Note
			for _, n := range r.Notes {
				if n.Kind == notekind.Fragment {
					fragments = append(fragments, n)
				}
			}
			require.Len(t, fragments, 1)
			require.Equal(t, burn.Note{Kind: notekind.Fragment, Track: 2, Name: "two.wav", Want: 900, Got: fragments[0].Got}, fragments[0])
			require.Positive(t, fragments[0].Got)
			require.LessOrEqual(t, fragments[0].Got, 900)
			require.Equal(t, disc.VerifyEqual, r.Verified.Result)
		})
	}
}

// A write error while continuing a track is final, since nothing shows that the track can be
// written again.
func TestResumeAfterAFailedContinuation(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 3, Fault: says(3, 0x0C, 0)})
	r, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, where{burn.PhaseWrite, 2, 452 + 13*27}, placeOf(t, err))
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackFailed, burn.TrackNotBegun},
		[]burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status, r.Tracks[2].Status})
	require.False(t, *r.Closed)
	sent := b.tap.Opcodes()
	require.NotContains(t, sent[slices.Index(sent, command.OpWrite10):], byte(command.OpReadCD), "nothing is compared")
	require.Len(t, b.disc.Tracks(), 2)
}

// A resumption that fails before it starts doesn't touch the disc, and the error contains the
// reason.
func TestResumeThatCanNotBegin(t *testing.T) {
	changed := suite()
	changed[1].Source = flipped{changed[1].Source, 7}
	finished := func(o *burn.Options) func(*testing.T, *bench, *burn.Interrupted) {
		return func(t *testing.T, b *bench, _ *burn.Interrupted) {
			_, err := engine.CloseDisc(t.Context(), b.drive, &burn.CloseOptions{MultiSession: o.MultiSession}, trackatonce.Method())
			require.NoError(t, err)
		}
	}
	for _, row := range []struct {
		name   string
		tracks []burn.Track
		first  func(*testing.T, *bench, *burn.Interrupted)
		want   []error
		at     burn.Phase
	}{
		{"without tracks", nil, nil, []error{burn.ErrNoTracks}, burn.PhaseCheck},
		{"another number of tracks", suite()[:2], nil, []error{burn.ErrSourceChanged}, burn.PhaseCheck},
		{"a source that changed", changed, nil, []error{burn.ErrSourceChanged, burn.ErrBadInput}, burn.PhaseCheck},
		{"another disc", suite(), func(_ *testing.T, _ *bench, was *burn.Interrupted) { was.Begun[0].Start = 9 }, []error{burn.ErrOtherDisc}, burn.PhasePlan},
		{"a finalized disc", suite(), finished(&burn.Options{}), []error{burn.ErrFinalized, burn.ErrNotResumable}, burn.PhasePlan},
		{"a closed session", suite(), finished(&burn.Options{MultiSession: true}), []error{burn.ErrNotResumable}, burn.PhasePlan},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			was := b.abandoned(t, 12+10, nil)
			if row.first != nil {
				row.first(t, b, was)
				b.tap.Reset()
			}
			r, err := engine.Resume(t.Context(), b.drive, row.tracks, nil, was, trackatonce.Method())
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
			}
			require.Equal(t, where{phase: row.at}, placeOf(t, err))
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.Zero(t, b.sent(command.OpWrite10)+b.sent(command.OpCloseTrackSession)+b.sent(command.OpSynchronizeCache))
			if row.at == burn.PhaseCheck {
				require.Zero(t, b.sent(command.OpPreventAllowMediumRemoval), "the drive isn't even taken")
			}
			switch remains := (*burn.RemainsError)(nil); {
			case row.name == "a source that changed":
				var which *burn.ChangedError
				require.ErrorAs(t, err, &which)
				require.Equal(t, burn.ChangedError{Tracks: []int{2}, Names: []string{"two.wav"}}, *which)
				require.Equal(t, []burn.TrackStatus{burn.TrackUnshown, burn.TrackChanged, burn.TrackNotBegun},
					[]burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status, r.Tracks[2].Status})
			case errors.As(err, &remains):
				require.Equal(t, []int{1}, remains.Kept)
				require.Equal(t, []int{2, 3}, remains.Missing)
				require.Equal(t, burn.ModeTAO, remains.Mode)
				require.Equal(t, row.name == "a finalized disc", errors.Is(err, burn.ErrFinalized))
			}
		})
	}
	_, err := engine.Resume(t.Context(), nil, suite(), nil, &burn.Interrupted{}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoRecorder)
	require.Equal(t, where{phase: burn.PhasePrepare}, placeOf(t, err))
	_, err = engine.MakeResumePlan(t.Context(), nil, suite(), nil, &burn.Interrupted{}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoRecorder)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	_, err = engine.Resume(t.Context(), b.drive, suite(), &burn.Options{ClientName: "*"}, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrClientName)
	require.Equal(t, where{phase: burn.PhasePrepare}, placeOf(t, err))
	require.Empty(t, b.tap.Opcodes())
}

// If the album turns out to be complete, it is only read back, if that was requested.
func TestResumeOfACompleteAlbum(t *testing.T) {
	for _, row := range []struct {
		level    disc.VerifyLevel
		doubtful bool // the end of a track was not confirmed, so all of it is read back
	}{{disc.VerifyNone, false}, {disc.VerifyQuick, false}, {disc.VerifyQuick, true}} {
		level, doubtful := row.level, row.doubtful
		b := newBench(t, "modern", sim.CDR80)
		blank, err := inspect.Look(t.Context(), b.drive, nil)
		require.NoError(t, err)
		_, err = engine.Burn(t.Context(), b.drive, suite(), nil, trackatonce.Method())
		require.NoError(t, err)
		was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blank, Hashes: make([]string, 3)}
		for i, k := range b.disc.Tracks() {
			was.Begun = append(was.Begun, burn.BegunTrack{Row: i, Number: k.Number, Start: k.Start, Sectors: k.Size, Whole: true})
		}
		was.Begun[2].Whole = !doubtful
		b.tap.Reset()
		p, err := engine.MakeResumePlan(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
		require.NoError(t, err)
		require.True(t, p.Complete())
		require.Empty(t, p.Tracks)
		looks := b.sent(command.OpReadTOC)
		r, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{Verify: level}, was, trackatonce.Method())
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		if doubtful {
			level = disc.VerifyFull
			require.Equal(t, []burn.NoteKind{notekind.VerifyAnyway}, kinds(r.Notes))
		} else {
			require.Empty(t, r.Notes)
		}
		require.Equal(t, level, r.Verified.Done)
		require.Equal(t, level != disc.VerifyNone, b.sent(command.OpReadCD) > 0)
		require.Equal(t, 2*looks, b.sent(command.OpReadTOC), "one look, as for the plan")
		require.Zero(t, b.sent(command.OpWrite10)+b.sent(command.OpCloseTrackSession)+b.sent(command.OpSetCDSpeed))
		b.holds(t, r, suite())
		for i, row := range r.Tracks {
			require.Equal(t, []burn.NoteKind{notekind.Kept}, kinds(row.Notes))
			require.Equal(t, i+1, row.Number)
		}
	}
}

// A session written at once is either complete or can't be finished. The error states whether
// the disc is still blank.
func TestResumeOfASessionAtOnce(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	blank, err := inspect.Look(t.Context(), b.drive, nil)
	require.NoError(t, err)
	was := &burn.Interrupted{Mode: burn.ModeSAO, Disc: blank, Hashes: make([]string, 2)}
	r, err := engine.Resume(t.Context(), b.drive, album(), nil, was, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrNotResumable)
	var remains *burn.RemainsError
	require.ErrorAs(t, err, &remains)
	require.Equal(t, burn.RemainsError{Mode: burn.ModeSAO, Blank: true, Missing: []int{1, 2}, Err: burn.ErrNotResumable}, *remains)
	require.Equal(t, burn.ModeSAO, r.Mode)

	_, err = engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	r, err = engine.Resume(t.Context(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull}, was, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, disc.VerifyFull, r.Verified.Done)
	b.holds(t, r, album())
	p, err := engine.MakeResumePlan(t.Context(), b.drive, album(), nil, was, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	require.True(t, p.Complete())
	require.Equal(t, []burn.Remnant{
		{Fate: burn.FateKept, Number: 1, Sectors: 300}, {Fate: burn.FateKept, Number: 2, Start: 300, Sectors: 400},
	}, p.Album)

	other := album()
	other[0].Source = flipped{other[0].Source, 9}
	_, err = engine.Resume(t.Context(), b.drive, other, &burn.Options{Verify: disc.VerifyFull}, was, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrVerify)
	_, err = engine.Resume(t.Context(), b.drive, album()[:1], nil, &burn.Interrupted{Mode: burn.ModeSAO, Disc: blank, Hashes: make([]string, 1)}, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrNotResumable, "there are more tracks on it")
	require.ErrorAs(t, err, &remains)
	require.False(t, remains.Blank)
}

// The plan of a resumption lists what is on the disc and what is missing, and checks that it
// fits.
func TestPlanOfAResumption(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	p, err := engine.MakeResumePlan(t.Context(), b.drive, suite(), &burn.Options{Speed: mmc.SpeedX(8), MultiSession: true, Verify: disc.VerifyQuick}, was, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, []burn.Remnant{
		{Fate: burn.FateKept, Number: 1, Sectors: 300}, {Fate: burn.FateContinue, Number: 2, Start: 452, Sectors: 270, Open: true}, {Fate: burn.FateBurn},
	}, p.Album)
	require.Empty(t, p.Fragments)
	require.Len(t, p.Tracks, 1)
	require.Equal(t, was.Hashes[2], p.Tracks[0].Hash)
	require.Equal(t, mmc.DiscIncomplete, p.Disc.Status.Value)
	require.Equal(t, disc.TrackIncomplete, p.Disc.Tracks[1].State, "the disc is as it was found")
	require.Equal(t, burn.CloseMulti, p.Close)
	require.True(t, p.Append)
	require.False(t, p.Complete())
	require.Zero(t, b.sent(command.OpPreventAllowMediumRemoval)+b.sent(command.OpWrite10)+b.sent(command.OpSynchronizeCache))

	long := append(slices.Clone(suite()), burn.Track{Source: pcm.Silence("long.wav", (79*60+40)*44100)})
	more := *was
	more.Hashes = make([]string, 4)
	_, err = engine.MakeResumePlan(t.Context(), b.drive, long, nil, &more, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoSpace)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
	more.Hashes = make([]string, 4)
	b.tap.Reset()
	_, err = engine.Resume(t.Context(), b.drive, long, nil, &more, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoSpace)
	require.Zero(t, b.sent(command.OpWrite10)+b.sent(command.OpSynchronizeCache), "before anything is touched")
}

// If a resumption is canceled before its first WRITE, the disc is unchanged.
func TestCanceledResumption(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := engine.Resume(ctx, b.drive, suite(), &burn.Options{OnEvent: func(e burn.Event) {
		if _, is := e.(burn.Planned); is {
			cancel()
		}
	}}, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Equal(t, burn.VerdictCanceled, r.Verdict)
	require.Zero(t, b.sent(command.OpWrite10)+b.sent(command.OpCloseTrackSession))
	require.Len(t, b.disc.Tracks(), 2)
	require.Equal(t, "open", b.disc.Tracks()[1].State)
	r, err = engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.NoError(t, err, "and it can still be resumed")
	b.holds(t, r, suite())
}
