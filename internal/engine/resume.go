package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Resume finishes an album whose burn was interrupted. It compares samples of the tracks on
// the disc with their sources, ends torn tracks, burns what is missing, closes the disc, and
// verifies the whole album, including the earlier tracks. tracks are those of the whole
// album, as passed to Burn; burn.Report.Tracks has a row for each. opts.TestWrite and opts.Append
// are ignored.
//
// The error matches burn.ErrSourceChanged (*burn.ChangedError) if a source has changed,
// burn.ErrOtherDisc (*burn.OtherDiscError) if the disc isn't that of the burn,
// burn.ErrNotResumable or burn.ErrFinalized (*burn.RemainsError) if nothing can be added to the
// disc, and otherwise the same as for Burn. If the album is already complete, Resume only
// verifies it.
func Resume(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, was *burn.Interrupted, method Method) (burn.Report, error) {
	o := resolve(opts)
	o.TestWrite, o.Append = false, true
	if err := resumable(d, was); err != nil {
		return finishWith(o, burn.Report{Version: burn.ReportVersion}, Wrap(burn.PhasePrepare, 0, 0, err))
	}
	c := &conclusion{Job: newJob(ctx, d, o, method)}
	ctx, end := c.m.guardEvents(ctx)
	defer end()
	r := &resumer{conclusion: c, was: was, tracks: guardTracks(tracks)}
	err := r.resume(ctx)
	if err != nil && !r.kept && !errors.Is(err, burn.ErrOtherDisc) {
		r.lookLate()
	}
	r.settleKept()
	return c.conclude(err)
}

// resumable returns the error of a call without a drive, or without the record of a burn: that of
// a job that didn't touch a disc is nil.
func resumable(d *mmc.Drive, was *burn.Interrupted) error {
	switch {
	case absent(d):
		return burn.ErrNoRecorder
	case was == nil:
		return burn.ErrNotResumable
	}
	return nil
}

// lookLate fills in the rows of the tracks on the disc after an error that came before keep
// did. If the disc can't be inspected, parts of them may be on it.
func (r *resumer) lookLate() {
	if r.album == nil && r.hold.tray != trayUntouched && r.look() == nil && r.known() {
		r.Before = r.last
		found, err := find(r.last, r.was, r.sizes)
		if errors.Is(err, burn.ErrOtherDisc) {
			return
		}
		if err == nil && r.was.Mode != burn.ModeSAO {
			r.remains = found
		}
	}
	if r.album != nil {
		r.keep()
		for row, t := range r.album {
			if t.Fate == burn.FateDoubtful || t.Fate == burn.FateKept && r.compared.equal == 0 { // its audio was not compared
				r.rep.Tracks[row].Status = burn.TrackUnshown
			}
		}
		return
	}
	for _, b := range r.was.Begun {
		if b.Row < len(r.rep.Tracks) && r.rep.Tracks[b.Row].Status == burn.TrackNotBegun {
			r.rep.Tracks[b.Row].Status = burn.TrackUnshown
		}
	}
}

// MakeResumePlan inspects the disc and plans what Resume would do. It writes nothing and
// doesn't read the sources. The errors are those of Resume.
func MakeResumePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, was *burn.Interrupted, method Method) (burn.ResumePlan, error) {
	if err := resumable(d, was); err != nil {
		return burn.ResumePlan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	o := resolve(opts)
	o.TestWrite, o.Append = false, true
	j := newJob(ctx, d, o, method)
	ctx, end := j.m.guardEvents(ctx)
	defer end()
	r := &resumer{conclusion: &conclusion{Job: j}, was: was, tracks: guardTracks(tracks)}
	err := r.measure()
	if err == nil {
		err = r.Ready(ctx)
	}
	if err == nil {
		err = r.survey(ctx)
	}
	var p burn.Plan
	if err == nil {
		p, err = r.plan()
	}
	if j.hold.tray != trayUntouched { // the disc was loaded anew
		err = errors.Join(err, Wrap(burn.PhaseRelease, 0, 0, j.hold.release(j.calm)))
	}
	return burn.ResumePlan{Plan: p, Album: r.shown(), Fragments: r.fragments}, j.m.addPanic(Wrap(burn.PhasePlan, 0, 0, err))
}

// resumer finishes what an earlier burn started.
type resumer struct {
	*conclusion
	remains
	was      *burn.Interrupted
	tracks   []burn.Track
	sizes    []toc.Sectors
	digests  []reading.Digest
	shut     bool // the disc has its lead-out: only reading remains
	kept     bool // keep has filled in the report
	compared audioMatches
	prove    bool // the end of a track was not confirmed, or it has a seam: all of it is read back
}

// resume is Resume without the conclusion.
func (r *resumer) resume(ctx context.Context) error {
	if err := r.measure(); err != nil {
		return Wrap(burn.PhaseCheck, 0, 0, err)
	}
	if err := CheckClientName(r.Options.ClientName); err != nil {
		return Wrap(burn.PhasePrepare, 0, 0, err)
	}
	for i, t := range r.tracks {
		addRow(r.rep, t, i+1)
	}
	if err := r.checkSources(ctx); err != nil {
		return err
	}
	if err := r.take(ctx, "finishing an audio CD"); err != nil {
		return err
	}
	if err := r.survey(ctx); err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err)
	}
	r.last, r.fresh = r.Before, true
	if r.shut {
		r.keep()
		return r.verifyAll(ctx)
	}
	if _, err := r.plan(); err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err) // nothing was changed yet
	}
	if err := r.compareSamples(ctx); err != nil {
		return err
	}
	r.fresh = false // from here on the disc changes
	if err := r.mendAll(ctx); err != nil {
		return err
	}
	return r.finish(ctx, r.write(ctx))
}

// measure makes the checks that don't need the audio.
func (r *resumer) measure() error {
	if err := checkTracks(r.tracks, r.Options); err != nil {
		return err
	}
	if len(r.was.Hashes) != len(r.tracks) {
		return wrongf(burn.ErrSourceChanged, "the album had %d tracks and now has %d", len(r.was.Hashes), len(r.tracks))
	}
	for _, t := range r.tracks {
		r.sizes = append(r.sizes, sizeOf(t))
	}
	return nil
}

// checkSources reads all sources and compares them with the records.
func (r *resumer) checkSources(ctx context.Context) (err error) {
	if r.digests, err = checkSources(ctx, r.tracks, r.m.send); err != nil {
		return err
	}
	changed := &burn.ChangedError{}
	for i, d := range r.digests {
		r.rep.Tracks[i].Hash = hashText(d.Hash)
		if want := r.was.Hashes[i]; want != "" && want != hashText(d.Hash) {
			changed.Tracks, changed.Names = append(changed.Tracks, i+1), append(changed.Names, r.tracks[i].Source.Name())
			r.rep.Tracks[i].Status = burn.TrackChanged
		}
	}
	if len(changed.Tracks) > 0 {
		return Wrap(burn.PhaseCheck, 0, 0, changed)
	}
	return nil
}

// survey inspects the disc and finds the tracks of the album on it. Some drives report the
// disc as it was when it was loaded, so an error about the disc counts only if it remains
// after the drive has read it again.
func (r *resumer) survey(ctx context.Context) error {
	err := r.surveyOnce(ctx)
	for _, do := range []func(context.Context) error{refreshByStop(r.Job), r.hold.reload} {
		if err == nil || !stale(err) || r.Silent() || ctx.Err() != nil {
			break
		}
		if doErr := r.hold.set(ctx, do); doErr != nil {
			r.Note(burn.Note{Kind: notekind.RefreshFailed, Cause: burn.Cause{Err: doErr}})
			continue
		}
		err = r.surveyOnce(ctx)
	}
	return err
}

// stale reports whether an error may be due to an outdated state of the disc that the drive
// reports.
func stale(err error) bool {
	if other, ok := errors.AsType[*burn.OtherDiscError](err); ok {
		return other.Kind == otherBlank || other.Kind == otherMissing
	}
	if r, ok := errors.AsType[*burn.RemainsError](err); ok {
		return r.Blank
	}
	return errors.Is(err, burn.ErrBadResponse)
}

func (r *resumer) surveyOnce(ctx context.Context) error {
	if err := (preflight{r.Job}).survey(ctx); err != nil {
		return err
	}
	r.rep.Mode = r.was.Mode
	status := r.Before.Status
	if !status.Known() || status.Origin == disc.Reported && status.Err != nil {
		return wrongf(burn.ErrBadResponse, "the drive doesn't report the state of the disc: %w", orText(status.Err, "no reply"))
	}
	r.shut = status.Value != mmc.DiscEmpty && sessionClosed(r.Before) && inspect.Last(r.Before.Tracks) > inspect.Last(r.was.Disc.Tracks)
	if r.was.Mode == burn.ModeSAO {
		return r.surveyAtOnce()
	}
	var err error
	if r.remains, err = find(r.Before, r.was, r.sizes); err != nil {
		return err
	}
	if kept, missing := r.split(); r.shut && len(missing) > 0 {
		cause := burn.ErrNotResumable
		if status.Value == mmc.DiscFinalized {
			cause = burn.ErrFinalized
		}
		return &burn.RemainsError{Mode: burn.ModeTAO, Kept: kept, Missing: missing, Err: Name(cause, burn.ErrNotResumable)}
	}
	return nil
}

// surveyAtOnce is survey for an album that was written as one stream: unless it is complete,
// it can't be finished.
func (r *resumer) surveyAtOnce() error {
	if err := (&finder{on: r.Before, was: r.was}).sameDisc(); err != nil {
		return err
	}
	first := inspect.Last(r.was.Disc.Tracks) + 1
	list := r.Before.Tracks
	if at := slices.IndexFunc(list, func(t disc.Track) bool { return t.Number >= first }); r.shut && at >= 0 && len(list)-at == len(r.tracks) {
		r.album = make([]remnant, len(r.tracks))
		for i, t := range list[at:] {
			r.album[i].Remnant = burn.Remnant{Fate: burn.FateKept, Number: t.Number, Start: t.Start, Sectors: t.Sectors}
		}
		return nil
	}
	e := &burn.RemainsError{Mode: burn.ModeSAO, Blank: r.Before.Status.Value == mmc.DiscEmpty, Err: burn.ErrNotResumable}
	for i := range r.tracks {
		e.Missing = append(e.Missing, i+1)
	}
	return e
}

// plan determines what is still to be written, and whether it fits.
func (r *resumer) plan() (burn.Plan, error) {
	o, on := r.Options, r.Before
	p := burn.Plan{
		Version: burn.ReportVersion, Drive: r.rep.Drive, Disc: on, MCN: o.MCN, Mode: r.was.Mode, Speed: o.Speed, Verify: o.Verify,
		Close: closeKind(o), Append: on.Status.Value != mmc.DiscEmpty, Reserve: Reserves(o, on.Media.Value),
	}
	if r.shut {
		return p, nil
	}
	var rest []burn.Track
	var rows []int
	continued := -1
	for i, t := range r.album {
		switch t.Fate {
		case burn.FateBurn:
			rest, rows = append(rest, r.tracks[i]), append(rows, i)
		case burn.FateContinue:
			continued = i
		}
	}
	next, err := r.place(continued)
	if err != nil || len(rest) == 0 {
		return p, err
	}
	calm := on
	calm.Next.Value, calm.Tracks = next, slices.Clone(on.Tracks)
	for i := range calm.Tracks {
		calm.Tracks[i].State = disc.TrackComplete
	}
	if p, err = newPlan(r.rep.Drive, calm, rest, o, r.method.Place); err != nil {
		return p, err
	}
	p.Disc = on
	for i, row := range rows {
		p.Tracks[i].Hash = r.was.Hashes[row]
	}
	return p, nil
}

// place returns where the next new track will start after open tracks have been ended.
func (r *resumer) place(continued int) (disc.Next, error) {
	next := r.Before.Next
	if !next.Known() && len(r.Before.Tracks) == 0 {
		return next.Value, wrongf(burn.ErrBadResponse, "the drive doesn't report where the next track starts: %w", orText(next.Err, "no reply"))
	}
	open := inspect.Last(r.Before.Tracks)
	end := toc.LBA(-1)
	if t, ok := r.Before.Track(open); ok && (t.State != disc.TrackComplete || next.Value.Unfinished) {
		end = t.Start + placing.MinTrack // its size may include all of its free room
	}
	if continued >= 0 {
		t := r.album[continued]
		end = t.Start + toc.LBA(r.sizes[continued])
		if need := r.sizes[continued] - t.Sectors; !t.reserved && next.Value.Free < need {
			return next.Value, &burn.FitError{Need: need, Room: next.Value.Free, Music: need, Append: true, Track: t.Number}
		}
	}
	if end < 0 {
		return next.Value, nil
	}
	// With an open track, the free blocks that a drive reports may be those of that
	// track.
	at := end + toc.LBA(placing.PauseSectors)
	free := toc.Sectors(maxFrames)
	if r.Before.Capacity.Known() {
		free = max(r.Before.Capacity.Value-toc.Sectors(at), 0)
	}
	return disc.Next{Track: open + 1, NWA: at, Free: free}, nil
}

// Recognize returns nil if a disc is that of an interrupted burn, as far as its tables show,
// and otherwise a *burn.OtherDiscError. Blank discs of the same make can't be distinguished.
func Recognize(on disc.Disc, was *burn.Interrupted) error {
	if was.Mode == burn.ModeSAO {
		return (&finder{on: on, was: was}).sameDisc()
	}
	sizes := make([]toc.Sectors, len(was.Hashes))
	for _, b := range was.Begun {
		if b.Row < len(sizes) {
			sizes[b.Row] = b.Sectors
		}
	}
	_, err := find(on, was, sizes)
	return err
}
