package redbook

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// Plan is what a burn is going to do, for Options.Confirm to show and judge.
type Plan struct {
	burn.Plan
	Album *Album
	// Needs are why it is session-at-once; empty for track-at-once.
	Needs []Need
	// Fallback is why it isn't session-at-once although that was needed; Again says that
	// the drive refused it when the burn had begun, and nothing was written.
	Fallback error
	Again    bool

	Pause    toc.Sectors   // the silence between tracks that was asked for
	CDText   bool          // there is CD-TEXT; Plan.Plan.Text says whether the drive writes it
	TextLoss []cdtext.Note // texts that aren't written as they were given
	// Seams are the tracks at which the music seems to run on, which track-at-once
	// interrupts (album.Album.Seams); CanJoin says that Options.Gapless would join them.
	Seams   []int
	CanJoin bool

	Resume *burn.ResumePlan // where an interrupted album is finished; Plan.Plan is about what is left to burn

	Readers []host.Holder // programs that have the drive open too
	Standby bool          // the computer may fall asleep during the burn
}

// PrepareError is an album that can't be decoded to its end: nothing was sent to the disc.
// Its cause is what album.Album.Prepare returns. It matches the category of package burn:
// burn.ErrCancelled, burn.ErrDoesNotFit for a stream that is longer than any disc, and
// burn.ErrBadInput for everything that is wrong with a file.
type PrepareError struct{ Err error }

func (e *PrepareError) Error() string { return e.Err.Error() }

// Is makes burn.Category work.
func (e *PrepareError) Is(target error) bool {
	switch target {
	case burn.ErrCancelled:
		return errors.Is(e.Err, context.Canceled)
	case burn.ErrDoesNotFit:
		return errors.Is(e.Err, album.ErrTooLong)
	case burn.ErrBadInput:
		_, sound := errors.AsType[*pcm.ReadError](e.Err)
		_, file := errors.AsType[*audio.Error](e.Err)
		return sound || file
	}
	return false
}

// Unwrap gives the cause.
func (e *PrepareError) Unwrap() error { return e.Err }

// Burn writes an album onto the disc in a drive. opts may be nil.
//
// It asks drive and disc whether they are fit, which is quick, then decodes and checks
// every file to its end (*PrepareError), then asks Options.Confirm, and only then starts
// the laser. The Report says what is on the disc afterwards, whatever the error; it is
// empty (Version 0) where the burn did not begin. The error is nil only when everything
// was written, closed as asked for and found so: burn.Category says what else.
//
// Ending ctx cancels the burn: the track is ended properly, the session stays open, and
// Close closes it. On a machine with one processor a program should set GOMAXPROCS to two
// before: the thread that waits for the drive keeps a processor.
func Burn(ctx context.Context, d *Drive, a *Album, opts *Options) (Report, error) {
	if d == nil {
		return Report{}, burn.Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoRecorder)
	}
	j, err := newJob(d, a, opts)
	if err != nil {
		return Report{}, err
	}
	if err := j.survey(ctx); err != nil {
		return Report{}, err
	}
	if !a.Ready() {
		if err := a.Prepare(ctx, j.opts.OnPrepare); err != nil {
			return Report{}, &PrepareError{err}
		}
		if err := j.replan(); err != nil {
			return Report{}, err
		}
	}
	if err := j.confirm(ctx); err != nil {
		return Report{}, err
	}
	j.d.changed = !j.opts.Eject && !j.opts.TestWrite
	first, release := withhold(j.engine, j.yields)
	report, err := burn.Burn(ctx, j.d.drive, j.tracks, first, j.method())
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
	return burn.Burn(ctx, j.d.drive, j.tracks, j.engine, j.method())
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
	auto   bool // track-at-once is allowed where session-at-once isn't possible
	chosen bool // by the album, and not asked for
	packs  []byte
}

// newJob checks options and album, and chooses the way of recording.
func newJob(d *Drive, a *Album, opts *Options) (*job, error) {
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
	if err := burn.CheckOptions(j.engine); err != nil {
		return nil, err
	}
	if err := o.conflict(); err != nil {
		return nil, err
	}
	j.auto = o.Mode == ModeAuto
	j.plan.Album, j.plan.Pause = a, o.Pause
	switch wishes := o.wishes(); {
	case o.Mode == ModeSAO:
		j.plan.Needs = []Need{NeedMode}
	case len(wishes) > 0:
		j.plan.Needs = wishes
	case o.choosesAtOnce():
		j.plan.Needs = needs(a)
		j.chosen = len(j.plan.Needs) > 0
	}
	j.atOnce = len(j.plan.Needs) > 0
	err := j.text()
	return j, err
}

// needs is what the sheet of an album has and track-at-once would lose.
func needs(a *Album) (list []Need) {
	joined, pauses, marks := false, false, false
	for i := range a.Tracks {
		t := &a.Tracks[i]
		marks = marks || len(t.Indexes) > 0
		if i == 0 {
			continue
		}
		usual := t.Pause >= toc.PregapSectors && t.Pause <= toc.PregapSectors+toc.RunOutSectors
		pauses = pauses || t.Pregap > 0 || t.Pause > toc.RunOutSectors && !usual
		joined = joined || a.Follows(i) && t.Pregap == 0 && t.Pause == 0
	}
	if joined {
		list = append(list, NeedRunsOn)
	}
	if pauses {
		list = append(list, NeedPauses)
	}
	if marks {
		list = append(list, NeedIndexes)
	}
	if len(a.Tracks) > 0 && a.Tracks[0].Pregap > 0 {
		list = append(list, NeedHidden)
	}
	return list
}

// method is the way of recording. Where track-at-once is no way out, CD-TEXT that was
// asked for must be written.
func (j *job) method() burn.Method {
	if !j.atOnce {
		return tao.Method{}
	}
	return sao.Method{Packs: j.packs, NeedText: !j.auto && len(j.packs) > 0}
}

// survey asks drive and disc, and makes the plan.
func (j *job) survey(ctx context.Context) error {
	if err := j.arrange(); err != nil {
		return err
	}
	quiet := *j.engine
	quiet.OnEvent = nil // events are about the burn
	p, err := burn.MakePlan(ctx, j.d.drive, j.tracks, &quiet, j.method())
	if j.yields(err) {
		j.yield(err)
		return j.survey(ctx)
	}
	j.plan.Plan = p
	return err
}

// replan makes the plan for what the decoding has made of the tracks. The drive isn't
// asked again: burn.Burn does that, right before the laser starts.
func (j *job) replan() error {
	if err := j.arrange(); err != nil {
		return err
	}
	p, err := j.plan.Plan.Again(j.tracks, j.engine, j.method())
	j.plan.Plan = p
	return err
}

// arrange makes the tracks as the way of recording needs them: for session-at-once with
// the pauses and index marks of a cue sheet, or the pauses that were asked for. Where
// there is no pause the music runs on.
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
		switch {
		case i == 0:
		case j.opts.Gapless || j.opts.Pause > 0:
			tracks[i].Pause = j.opts.Pause
		default:
			tracks[i].Pause = t.Pause
		}
	}
	j.tracks, err = seamless(tracks)
	return err
}

// tracksOf gives the tracks of an album to the engine. Titles that are only the names of
// files stay out, and with track-at-once index marks do, as the album's notes say.
func tracksOf(a *Album) ([]burn.Track, error) {
	tracks := make([]burn.Track, len(a.Tracks))
	for i := range a.Tracks {
		t := &a.Tracks[i]
		src, err := t.Source()
		if err != nil {
			return nil, burn.Name(a.Locate(err), burn.ErrBadInput)
		}
		tracks[i] = burn.Track{Source: src}.WithInfo(t.TrackInfo)
		tracks[i].Indexes = nil
		if t.Unnamed {
			tracks[i].Title = ""
		}
	}
	return tracks, nil
}

// seamless joins tracks whose music runs on, and keeps what is known of their samples.
func seamless(tracks []burn.Track) ([]burn.Track, error) {
	cut, err := sao.Seamless(tracks)
	if err != nil {
		return nil, burn.Name(err, burn.ErrBadInput)
	}
	for i := range cut {
		cut[i].Source = pcm.WithConversion(cut[i].Source, pcm.Conversion(tracks[i].Source))
	}
	return cut, nil
}

// confirm asks the caller.
func (j *job) confirm(ctx context.Context) error {
	if j.opts.Confirm == nil {
		return nil
	}
	p := &j.plan
	p.CDText = j.atOnce && len(j.packs) > 0
	p.Readers, p.Standby = j.d.Readers(), j.d.LimitedByStandby()
	if !j.atOnce && p.Resume == nil {
		p.Seams = j.a.Seams()
		p.CanJoin = j.auto && p.Fallback == nil && !j.opts.NoClose
	}
	return j.opts.Confirm(ctx, p)
}

// withhold gives the options of a burn that another may follow: a drive that refuses every
// form of the cue sheet, though it claims to have session-at-once, has written nothing, and
// yields reports that of its error. Finished, the last event, is kept back then; release
// sends it where nothing follows after all.
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

// yields reports whether a drive can't do session-at-once, or a cue sheet asks for what no
// disc may have, and track-at-once is to be taken instead. Nothing has been written then.
func (j *job) yields(err error) bool {
	cant := errors.Is(err, burn.ErrNoSAO) || j.chosen && errors.Is(err, sao.ErrInvalid)
	return j.atOnce && j.auto && cant && !errors.Is(err, burn.ErrWriteFailed)
}

// yield makes it track-at-once.
func (j *job) yield(err error) {
	if j.opts.OnFallback != nil {
		j.opts.OnFallback(err, j.plan.Needs)
	}
	j.atOnce, j.plan.Needs, j.plan.Fallback = false, nil, err
}
