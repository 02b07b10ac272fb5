package redbook

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/toc"
)

// Plan describes a burn before it begins; Options.Confirm receives it.
type Plan struct {
	burn.Plan
	Album *Album
	// Needs are the reasons for session-at-once; empty for track-at-once.
	Needs []Need
	// Fallback is why the disc will be written track-at-once although it needs session-at-once;
	// nil if it doesn't. Again means that the drive refused session-at-once after the burn had
	// begun; nothing was written.
	Fallback error
	Again    bool

	Pause toc.Sectors // requested silence between the tracks
	// CDText is the CD-TEXT that players will read: one block for each language, empty
	// without CD-TEXT. Plan.Plan.Text is whether the drive writes it.
	CDText    []cdtext.Block
	TextFile  string        // the file that CDText is from; "" if from the titles of the album
	TextNotes []cdtext.Note // texts that are changed or dropped
	// Joins are the tracks, counted from 1, that begin without a pause because their
	// waveform continues that of the previous track (album.Seam.Continues); ModeAuto
	// chose session-at-once for them. Seams are other tracks at which the music seems to
	// continue, and which get a pause. CanJoin means that Options.Gapless would join them.
	Joins, Seams []int
	CanJoin      bool

	Resume *burn.ResumePlan // set if an interrupted album is finished; Plan.Plan covers what is left to burn

	Readers []host.Holder // other programs that have the drive open
	Standby bool          // the computer may go to sleep during the burn
}

// ErrPrepare matches the error of an album that can't be decoded completely: nothing was
// sent to the disc. The error is that of album.Album.Prepare. It also matches the category
// of package burn: burn.ErrCanceled, burn.ErrDoesNotFit for a stream that is longer than
// any disc, and burn.ErrBadInput for any error in a file.
var ErrPrepare = errors.New("the album can't be decoded")

// prepare decodes the album.
func prepare(ctx context.Context, a *Album, on func(album.Progress)) error {
	err := a.Prepare(ctx, on)
	if err == nil {
		return nil
	}
	_, sound := errors.AsType[*pcm.ReadError](err)
	_, file := errors.AsType[*audio.Error](err)
	switch {
	case errors.Is(err, album.ErrTooLong):
		return engine.Name(err, ErrPrepare, burn.ErrDoesNotFit)
	case sound || file:
		return engine.Name(categorized(err, burn.ErrBadInput), ErrPrepare)
	}
	return engine.Name(categorized(err, nil), ErrPrepare)
}

// categorized adds a category of package burn to an error that has none: that of a canceled
// call, or the given one, if any.
func categorized(err, category error) error {
	switch {
	case burn.Category(err) != nil:
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return engine.Name(err, burn.ErrCanceled)
	}
	return engine.Name(err, category)
}

// Burn writes an album to the disc in a drive. opts may be nil.
//
// It checks that the drive and the disc are suitable, which is quick, then decodes and
// checks every file to its end (ErrPrepare), then calls Options.Confirm, and only then
// starts the laser. The Report describes what is on the disc afterwards, even with an
// error; it is empty (Version 0) if the burn did not begin. The error is nil only if
// everything was written, closed as requested and confirmed; otherwise see burn.Category.
//
// Ending ctx cancels the burn: the track is ended properly, the session stays open, and
// Close closes it. On a machine with one processor a program should set GOMAXPROCS to two
// first, because the thread that waits for the drive occupies a processor.
func Burn(ctx context.Context, d *Drive, a *Album, opts *Options) (burn.Report, error) {
	if err := given(d, a != nil); err != nil {
		return burn.Report{}, err
	}
	j, err := newJob(d, a, opts)
	if err != nil {
		return burn.Report{}, err
	}
	if err := j.survey(ctx); err != nil {
		return burn.Report{}, err
	}
	if !a.Ready() {
		if err := prepare(ctx, a, j.opts.OnPrepare); err != nil {
			return burn.Report{}, err
		}
		if err := j.replan(); err != nil {
			return burn.Report{}, err
		}
	}
	if err := j.join(ctx); err != nil {
		return burn.Report{}, err
	}
	if err := j.confirm(ctx); err != nil {
		return burn.Report{}, err
	}
	return j.write(ctx)
}

// write burns the confirmed plan.
func (j *job) write(ctx context.Context) (burn.Report, error) {
	j.d.changed = !j.opts.Eject && !j.opts.TestWrite
	first, release := withhold(j.engine, j.yields)
	report, err := engine.Burn(ctx, j.d.drive, j.tracks, first, j.method())
	if !j.yields(err) {
		return report, err
	}
	j.yield(err)
	j.plan.Again = true
	err = j.survey(ctx)
	if err == nil {
		err = j.confirm(ctx)
	}
	if err != nil {
		release()
		return report, err
	}
	return engine.Burn(ctx, j.d.drive, j.tracks, j.engine, j.method())
}

// job is one burn.
type job struct {
	d      *Drive
	a      *Album
	opts   Options
	engine *burn.Options
	plan   Plan
	tracks []burn.Track

	atOnce bool
	auto   bool // track-at-once is allowed if session-at-once isn't possible
	chosen bool // because of the album, not by request
	packs  []byte

	textFile string // the file that packs are from; "" if from the titles of the album

	seams  []album.Seam // of an album that isn't joined by request
	joined []bool       // by track: its waveform continues that of the previous one; nil if only the sheet decides
}

// given returns the error of a function that got no open drive, or no album.
func given(d *Drive, album bool) error {
	switch {
	case d == nil || d.drive == nil:
		return engine.Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoRecorder)
	case !album:
		return engine.Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoTracks)
	}
	return nil
}

// newJob checks the options and the album, and chooses the recording mode. d may be nil.
func newJob(d *Drive, a *Album, opts *Options) (*job, error) {
	if a == nil {
		return nil, engine.Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoTracks)
	}
	j := &job{d: d, a: a}
	if opts != nil {
		j.opts = *opts
	}
	o := &j.opts
	if o.MCN == "" {
		o.MCN = a.MCN
	}
	if d != nil {
		o.KeepAwake = d.awake(o.KeepAwake)
	}
	j.engine = o.engine()
	if err := engine.CheckOptions(j.engine); err != nil {
		return nil, err
	}
	if err := o.conflict(); err != nil {
		return nil, err
	}
	j.auto = o.Mode == ModeAuto
	j.plan.Album, j.plan.Pause = a, o.Pause
	switch needed := o.sessionNeeds(); {
	case o.Mode == ModeSAO:
		j.plan.Needs = []Need{needMode}
	case len(needed) > 0:
		j.plan.Needs = needed
	case o.choosesAtOnce():
		j.plan.Needs = needs(a)
		j.chosen = len(j.plan.Needs) > 0
	}
	j.atOnce = len(j.plan.Needs) > 0
	err := j.text()
	return j, err
}

// needs returns what the album's sheet has and track-at-once would lose.
func needs(a *Album) (list []Need) {
	joined, pauses, marks := false, false, false
	for i := range a.Tracks {
		t := &a.Tracks[i]
		marks = marks || len(t.Indexes) > 0
		if i == 0 {
			continue
		}
		usual := t.Pause >= toc.PregapSectors && t.Pause <= toc.PregapSectors+placing.RunOutSectors
		pauses = pauses || t.Pregap > 0 || t.Pause > placing.RunOutSectors && !usual
		joined = joined || a.Follows(i) && t.Pregap == 0 && t.Pause == 0
	}
	if joined {
		list = append(list, needRunsOn)
	}
	if pauses {
		list = append(list, needPauses)
	}
	if marks {
		list = append(list, needIndexes)
	}
	if len(a.Tracks) > 0 && a.Tracks[0].Pregap > 0 {
		list = append(list, needHidden)
	}
	return list
}

// method returns the recording mode. Unless track-at-once is an alternative, requested
// CD-TEXT must be written.
func (j *job) method() engine.Method {
	if !j.atOnce {
		return trackatonce.Method()
	}
	return sessionatonce.Method(j.packs, !j.auto && len(j.packs) > 0)
}

// survey asks the drive and the disc, and makes the plan.
func (j *job) survey(ctx context.Context) error {
	if err := j.arrange(); err != nil {
		return err
	}
	quiet := *j.engine
	quiet.OnEvent = nil // events are about the burn
	p, err := engine.MakePlan(ctx, j.d.drive, j.tracks, &quiet, j.method())
	if j.yields(err) {
		j.yield(err)
		return j.survey(ctx)
	}
	j.plan.Plan = p
	return err
}

// replan makes the plan for the decoded tracks. It doesn't ask the drive again: the engine
// does that immediately before the laser starts.
func (j *job) replan() error {
	if err := j.arrange(); err != nil {
		return err
	}
	p, err := engine.Again(j.plan.Plan, j.tracks, j.engine, j.method())
	j.plan.Plan = p
	return err
}

// arrange prepares the tracks for the recording mode: for session-at-once with the
// pauses and index marks of a cue sheet, or the requested pauses. Without a pause the
// music continues.
func (j *job) arrange() error {
	tracks, err := tracksOf(j.a)
	if err != nil {
		return err
	}
	if !j.atOnce {
		j.tracks = tracks
		return nil
	}
	for i := range tracks {
		t := &j.a.Tracks[i]
		tracks[i].Indexes, tracks[i].Pregap = t.Indexes, t.Pregap
		tracks[i].Pause = j.pause(i)
	}
	if err := j.runOut(tracks); err != nil {
		return err
	}
	if j.textFile != "" {
		j.retitle(tracks)
	}
	j.tracks, err = seamless(tracks)
	return err
}

// runOut adds the run-out after the last track of a sheet, which track-at-once records by
// itself: the lead-out of a disc is part of its identifiers.
func (j *job) runOut(tracks []burn.Track) error {
	last := len(tracks) - 1
	if last < 0 || j.a.Tracks[last].RunOut == 0 || j.opts.Gapless {
		return nil
	}
	t := j.a.Tracks[last] // a copy: other drives may burn the album in another mode
	t.Silence += t.RunOut
	t.Name = tracks[last].Source.Name()
	src, err := t.Source()
	if err != nil {
		return badTrack(j.a, last, err)
	}
	tracks[last].Source = src
	return nil
}

// retitle uses the titles and performers of the file with the CD-TEXT, as far as it has them:
// players show those.
func (j *job) retitle(tracks []burn.Track) {
	_, texts := rip.Titles(j.packs)
	for i := range tracks {
		t, text := &tracks[i], texts[i+1]
		t.Title, t.Performer = cmp.Or(text.Title, t.Title), cmp.Or(text.Performer, t.Performer)
	}
}

// badTrack is the error of track i, counted from 0, that can't be read.
func badTrack(a *Album, i int, err error) error {
	if len(a.Tracks) > 1 {
		err = &album.TrackError{Track: i + 1, Err: err}
	}
	return engine.Name(err, burn.ErrBadInput)
}

// tracksOf passes the tracks of an album to the engine. It omits titles that are only
// file names and, for track-at-once, index marks, as the album's notes report.
func tracksOf(a *Album) ([]burn.Track, error) {
	tracks := make([]burn.Track, len(a.Tracks))
	for i := range a.Tracks {
		t := &a.Tracks[i]
		src, err := t.Source()
		if err != nil {
			return nil, badTrack(a, i, err)
		}
		tracks[i] = burn.Track{Source: src}.WithInfo(t.TrackInfo)
		tracks[i].Indexes = nil
		if t.Title == t.FileTitle {
			tracks[i].Title = ""
		}
	}
	return tracks, nil
}

// seamless joins tracks whose music continues, and keeps the facts known about their
// samples.
func seamless(tracks []burn.Track) ([]burn.Track, error) {
	cut, err := sao.Seamless(tracks)
	if err != nil {
		return nil, engine.Name(err, burn.ErrBadInput)
	}
	for i := range cut {
		cut[i].Source = convert.WithConversion(cut[i].Source, convert.Conversion(tracks[i].Source))
	}
	return cut, nil
}

// confirm calls the caller's Confirm.
func (j *job) confirm(ctx context.Context) error {
	if j.opts.Confirm == nil {
		return nil
	}
	j.describe()
	return j.opts.Confirm(ctx, &j.plan)
}

// describe adds the parts of the plan that aren't the engine's.
func (j *job) describe() {
	p := &j.plan
	p.CDText, p.TextFile = nil, ""
	if j.atOnce {
		text, _ := cdtext.Decode(j.packs)
		p.CDText, p.TextFile = text.Blocks, j.textFile
	}
	p.Readers, p.Standby = j.d.Readers(), j.d.limitedByStandby()
	if p.Resume == nil {
		j.showSeams()
	}
}

// withhold returns the options of a burn that another may follow: a drive that refuses
// every form of the cue sheet, although it claims session-at-once, has written nothing, and
// yields reports that of its error. Finished, the last event, is then held back; release
// sends it if no other burn follows.
func withhold(o *burn.Options, yields func(error) bool) (first *burn.Options, release func()) {
	onEvent := o.OnEvent
	if onEvent == nil {
		return o, func() {}
	}
	held := func() {}
	options := *o
	options.OnEvent = func(e burn.Event) {
		if f, ok := e.(burn.Finished); ok && yields(f.Err) {
			held = func() { onEvent(f) }
			return
		}
		onEvent(e)
	}
	return &options, func() { held() }
}

// yields reports whether track-at-once must be used instead, because the drive doesn't
// support session-at-once or the cue sheet violates the rules for discs. Nothing has been
// written then.
func (j *job) yields(err error) bool {
	cant := errors.Is(err, burn.ErrNoSAO) || j.chosen && errors.Is(err, cuesheet.ErrInvalid)
	return j.atOnce && j.auto && cant && !errors.Is(err, burn.ErrWriteFailed)
}

// yield switches to track-at-once. The features of the sheet are lost, like the requested
// ones.
func (j *job) yield(err error) {
	lost := slices.Clone(j.plan.Needs)
	asked := j.opts.Gapless || j.opts.Pause > 0 // instead of the cue sheet's pauses
	for _, n := range needs(j.a) {
		if !slices.Contains(lost, n) && !(asked && (n == needRunsOn || n == needPauses)) {
			lost = append(lost, n)
		}
	}
	if j.opts.OnFallback != nil {
		j.opts.OnFallback(err, lost)
	}
	j.atOnce, j.plan.Needs, j.plan.Fallback = false, nil, err
}
