package tao

import (
	"context"
	"errors"
	"sync"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Writer writes tracks one by one, like IMAPI's IDiscFormat2TrackAtOnce, with its states,
// rules and errors:
//
//	SetRecorder, SetClientName -> Prepare -> AddAudioTrack ... -> Release
//
// Release must be called after every successful Prepare; it closes the session and releases
// the drive. All methods may be called at any time and from any goroutine: one that isn't
// allowed in the current state returns an error (burn.ErrNotPrepared, burn.ErrPrepared,
// burn.ErrWriteInProgress, burn.ErrNotWriting). While a track is being written, the getters
// return cached values.
//
// docs/imapi.md has the table of all members.
type Writer struct {
	mu       sync.Mutex
	o        burn.Options
	recorder *mmc.Drive
	name     string

	requested mmc.Speed // requested by SetWriteSpeed
	pureCAV   bool

	state  writerState
	stay   *engine.Stay
	cancel context.CancelFunc // while a track is written
	seen   cache
}

// writerState is S1 to S3 of the state table; S0 is S1 without a recorder.
type writerState uint8

const (
	stateIdle      writerState = iota // S0, S1
	statePrepared                     // S2
	stateWriting                      // S3
	statePreparing                    // inside Prepare
	stateReleasing                    // inside Release
)

// cache holds the values that the getters return while the drive is busy writing.
type cache struct {
	media    mmc.MediaType
	current  mmc.WriteSpeed
	speeds   []mmc.WriteSpeed
	tracks   int
	free     toc.Sectors
	total    toc.Sectors
	contents []toc.Entry // written since Prepare
	leadOut  toc.LBA     // where it would start
}

// NewWriter makes a Writer. opts may be nil; a ClientName in it counts as set by
// SetClientName, a Speed as requested. The default client name is burn.DefaultClientName.
func NewWriter(opts *burn.Options) *Writer {
	w := &Writer{requested: mmc.SpeedMax, name: burn.DefaultClientName}
	if opts != nil {
		w.o = *opts
	}
	if w.o.ClientName != "" {
		w.name = w.o.ClientName
	}
	if w.o.Speed.Known() {
		w.requested = w.o.Speed
	}
	w.pureCAV = w.o.PureCAV
	return w
}

// Prepare takes the drive and its disc for this Writer (PrepareMedia): the drive is
// locked under the client name, the tray is locked, and the disc must be a blank CD-R or
// CD-RW, unless Options.Append is set. Recorder, client name and DoNotFinalize can't be
// changed afterwards.
//
// The error matches burn.ErrNoRecorder, burn.ErrPrepared, burn.ErrClientName,
// burn.ErrInvalidMCN, burn.ErrMediaNotBlank, burn.ErrMediaNotSupported, burn.ErrLocked, or is
// the drive's.
// After an error the drive is free again.
func (w *Writer) Prepare(ctx context.Context) error {
	d, o, err := w.beginPrepare()
	if err != nil {
		return err
	}
	var seen cache
	stay, err := engine.Prepare(ctx, d, o, trackatonce.Method())
	if err == nil {
		if seen, err = look(ctx, stay.Job()); err != nil {
			_, releaseErr := stay.Release(ctx)
			err = errors.Join(during(burn.PhasePrepare, err), releaseErr)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.state = stateIdle
		return err
	}
	w.state, w.stay, w.seen = statePrepared, stay, seen
	return nil
}

// beginPrepare checks the state and copies the settings.
func (w *Writer) beginPrepare() (*mmc.Drive, *burn.Options, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.state != stateIdle:
		return nil, nil, during(burn.PhasePrepare, burn.ErrPrepared)
	case w.recorder == nil:
		return nil, nil, during(burn.PhasePrepare, burn.ErrNoRecorder)
	}
	o := w.o
	o.ClientName, o.Speed, o.PureCAV = w.name, w.requested, w.pureCAV
	o.NoClose = false // Release always closes
	if err := engine.CheckOptions(&o); err != nil {
		return nil, nil, during(burn.PhasePrepare, err)
	}
	w.state = statePreparing
	return w.recorder, &o, nil
}

// look sets what the getters return from now on.
func look(ctx context.Context, j *engine.Job) (cache, error) {
	c := cache{
		media: j.Before.Media.Value, tracks: len(j.Before.Tracks),
		free: j.Before.Next.Value.Free, total: j.Before.Capacity.Value,
	}
	err := j.Ask(ctx, func(ctx context.Context) (err error) {
		c.speeds, err = unit.WriteSpeeds(ctx, j.Drive)
		return ifReported(err)
	})
	if err != nil {
		return c, err
	}
	return c, j.Ask(ctx, func(ctx context.Context) (err error) {
		c.current, err = unit.CurrentWriteSpeed(ctx, j.Drive)
		return ifReported(err)
	})
}

// ifReported removes an error that means that the drive doesn't report a value.
func ifReported(err error) error {
	if engine.ClassOf(err) == engine.ClassRefused || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// AddAudioTrack writes a source as the next track (AddAudioTrack). It returns once the track
// is on the disc. Ending ctx, or CancelAddTrack, ends it early.
//
// The report describes how much of it is on the disc, even with an error. After an error the
// Writer is still prepared, and Release must be called. The error matches
// burn.ErrNotPrepared, burn.ErrWriteInProgress, burn.ErrTrackLimit, burn.ErrStream,
// burn.ErrNoSpace, burn.ErrCanceled, or is the drive's.
func (w *Writer) AddAudioTrack(ctx context.Context, src pcm.Source) (burn.TrackReport, error) {
	return w.AddTrack(ctx, burn.Track{Source: src})
}

// AddTrack is AddAudioTrack with ISRC and flags for the track, which IMAPI can't set. The
// error may also match burn.ErrInvalidISRC.
func (w *Writer) AddTrack(ctx context.Context, t burn.Track) (burn.TrackReport, error) {
	stay, ctx, err := w.beginTrack(ctx)
	if err != nil {
		return burn.TrackReport{}, err
	}
	row, err := stay.Add(ctx, t)
	free, freeErr := stay.Job().Free()
	w.endTrack(stay.Job(), free, freeErr != nil)
	return row, err
}

// beginTrack checks the state and enters S3; endTrack leaves it.
func (w *Writer) beginTrack(ctx context.Context) (*engine.Stay, context.Context, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch w.state {
	case stateWriting:
		return nil, nil, during(burn.PhaseStart, burn.ErrWriteInProgress)
	case statePrepared:
	default:
		return nil, nil, during(burn.PhaseStart, burn.ErrNotPrepared)
	}
	ctx, w.cancel = context.WithCancel(ctx)
	w.state = stateWriting
	return w.stay, ctx, nil
}

// endTrack leaves S3 and updates the cached values. If the drive doesn't report the remaining
// room, it is computed from the tracks: that doesn't make the written track a failure, and
// the next AddAudioTrack reports the error.
func (w *Writer) endTrack(j *engine.Job, free toc.Sectors, unknown bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cancel()
	w.cancel, w.state = nil, statePrepared
	w.seen.contents = nil
	for _, t := range j.Tasks {
		if t.Sent == 0 || !j.Options.TestWrite && j.Row(t).Sectors == 0 {
			continue // the drive doesn't report it
		}
		w.seen.contents = append(w.seen.contents, toc.Entry{Number: t.Number, Session: j.Before.Sessions.Value + 1, Control: t.Control, Start: t.Start})
		w.seen.leadOut = t.End() + placing.RunOutSectors
	}
	switch {
	case !unknown:
		w.seen.free = free
	case len(w.seen.contents) > 0:
		w.seen.free = max(w.seen.total-toc.Sectors(w.seen.leadOut), 0)
	}
	w.seen.tracks = len(j.Before.Tracks)
	if !j.Options.TestWrite {
		w.seen.tracks += len(w.seen.contents)
	}
}

// CancelAddTrack asks the running AddAudioTrack to stop (CancelAddTrack). It may be
// called from any goroutine and returns immediately; AddAudioTrack then ends the track
// properly and returns burn.ErrCanceled, or nil if all of the track was written by then.
// What was written stays, as a shorter track. The error matches burn.ErrNotWriting.
func (w *Writer) CancelAddTrack() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != stateWriting {
		return during(burn.PhaseWrite, burn.ErrNotWriting)
	}
	w.cancel()
	return nil
}

// Release closes the session and releases the drive (ReleaseMedia). A disc that nothing
// was written to stays as it is. The disc is verified as set by SetVerification. The Report
// covers everything since Prepare. Ending ctx ends a verification, but not closing.
//
// The error is about the session. If AddAudioTrack has returned an error for a track, the
// Verdict of the Report is that of this track, even without an error of Release.
//
// The error matches burn.ErrNotPrepared, burn.ErrWriteInProgress, burn.ErrUnconfirmed,
// burn.ErrVerify, or is the drive's. The drive is always free afterwards.
func (w *Writer) Release(ctx context.Context) (burn.Report, error) {
	w.mu.Lock()
	if w.state != statePrepared {
		defer w.mu.Unlock()
		if w.state == stateWriting {
			return burn.Report{}, during(burn.PhaseRelease, burn.ErrWriteInProgress)
		}
		return burn.Report{}, during(burn.PhaseRelease, burn.ErrNotPrepared)
	}
	stay := w.stay
	w.state = stateReleasing
	w.mu.Unlock()
	r, err := stay.Release(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state, w.stay = stateIdle, nil
	return r, err
}
