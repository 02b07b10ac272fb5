package tao

import (
	"context"
	"errors"
	"sync"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Writer writes tracks one by one, as IMAPI's IDiscFormat2TrackAtOnce does, with its
// states, its rules and its errors:
//
//	SetRecorder, SetClientName -> Prepare -> AddAudioTrack ... -> Release
//
// Release must be called after every successful Prepare, whatever happened in
// between; it closes the session and gives the drive back. All methods may be
// called at any time and from any goroutine: those that don't fit the state say so
// (ErrNotPrepared, ErrPrepared, ErrWriteInProgress, ErrNotWriting). While a track is
// written, the getters answer from what was known before.
//
// docs/imapi.md has the table of all members.
type Writer struct {
	mu       sync.Mutex
	o        Options
	recorder *mmc.Drive
	name     string

	requested Speed // as asked for by SetWriteSpeed
	pureCAV   bool

	state  writerState
	s      *session
	cancel context.CancelFunc // while a track is written
	seen   cache
}

// writerState is S1 to S3 of the state table; S0 is S1 without a recorder.
type writerState uint8

const (
	stateIdle     writerState = iota // S0, S1
	statePrepared                    // S2
	stateWriting                     // S3
	stateBusy                        // inside Prepare or Release
)

// cache is what the getters answer while the drive is busy writing.
type cache struct {
	media    mmc.MediaType
	current  mmc.WriteSpeed
	speeds   []mmc.WriteSpeed
	tracks   int
	free     toc.Sectors
	total    toc.Sectors
	contents []laid
}

// NewWriter makes a Writer. opts may be nil; a ClientName in it counts as set by
// SetClientName, a Speed as asked for.
func NewWriter(opts *Options) *Writer {
	w := &Writer{requested: SpeedMax}
	if opts != nil {
		w.o = *opts
	}
	w.name = w.o.ClientName
	if w.o.Speed > 0 {
		w.requested = w.o.Speed
	}
	w.pureCAV = w.o.PureCAV
	return w
}

// Prepare takes the drive and its disc for this Writer (PrepareMedia): the drive is
// locked under the client name, the tray is locked, and the disc must be a blank
// CD-R or CD-RW, unless Options.Append is set. Recorder, client name and
// DoNotFinalize can't be changed from now on.
//
// The error matches ErrNoRecorder, ErrPrepared, ErrClientName, ErrMediaNotBlank,
// ErrMediaNotSupported, ErrLocked, or is the drive's. After an error the drive is
// free again.
func (w *Writer) Prepare(ctx context.Context) error {
	d, o, err := w.beginPrepare()
	if err != nil {
		return err
	}
	s := newSession(ctx, d, o)
	seen, err := s.prepare(ctx)
	if err != nil {
		err = errors.Join(err, s.release())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.state = stateIdle
		return err
	}
	w.state, w.s, w.seen = statePrepared, s, seen
	return nil
}

// beginPrepare checks the state and takes a copy of the settings.
func (w *Writer) beginPrepare() (*mmc.Drive, *Options, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.state != stateIdle:
		return nil, nil, fail(PhasePrepare, 0, 0, ErrPrepared)
	case w.recorder == nil:
		return nil, nil, fail(PhasePrepare, 0, 0, ErrNoRecorder)
	}
	if err := checkClientName(w.name); err != nil {
		return nil, nil, fail(PhasePrepare, 0, 0, err)
	}
	o := resolve(&w.o)
	o.ClientName, o.Speed, o.PureCAV = w.name, w.requested, w.pureCAV
	o.NoClose = false // Release always closes
	if mcn, err := toc.ParseMCN(string(o.MCN)); err != nil || mcn != o.MCN {
		return nil, nil, fail(PhasePrepare, 0, 0, wrongf(ErrInvalidMCN, "%w", orText(err, "MCN %q", o.MCN)))
	}
	w.state = stateBusy
	return w.recorder, o, nil
}

// prepare is Prepare's dealing with the drive.
func (s *session) prepare(ctx context.Context) (cache, error) {
	if err := s.seize(ctx); err != nil {
		return cache{}, err
	}
	if err := s.survey(ctx); err != nil {
		return cache{}, fail(PhasePrepare, 0, 0, err)
	}
	if err := checkDisc(s.disc, s.o); err != nil {
		return cache{}, fail(PhasePrepare, 0, 0, err)
	}
	if err := s.setUp(ctx); err != nil {
		return cache{}, fail(PhasePrepare, 0, 0, err)
	}
	c := cache{media: mmc.MediaCDR, tracks: s.disc.Tracks, free: s.disc.Free, total: s.disc.Capacity}
	if s.disc.Media == mmc.MediaCDRW.String() {
		c.media = mmc.MediaCDRW
	}
	var err error
	if c.speeds, err = s.d.WriteSpeeds(ctx); err != nil && !untold(err) {
		return cache{}, fail(PhasePrepare, 0, 0, err)
	}
	if c.current, err = s.d.CurrentWriteSpeed(ctx); err != nil && !untold(err) {
		return cache{}, fail(PhasePrepare, 0, 0, err)
	}
	return c, nil
}

// AddAudioTrack writes a source as the next track, now (AddAudioTrack): when it
// returns the track is on the disc. Ending ctx, or CancelAddTrack, ends it early.
//
// The report tells what is on the disc of it, also with an error. After an error
// the Writer is still prepared, and Release must be called. The error matches
// ErrNotPrepared, ErrWriteInProgress, ErrTrackLimit, ErrStream, ErrNoSpace,
// ErrCancelled, or is the drive's.
func (w *Writer) AddAudioTrack(ctx context.Context, src pcm.Source) (TrackReport, error) {
	return w.AddTrack(ctx, Track{Source: src})
}

// AddTrack is AddAudioTrack with ISRC and flags for the track, which IMAPI can't
// set. The error may match ErrInvalidISRC, too.
func (w *Writer) AddTrack(ctx context.Context, t Track) (TrackReport, error) {
	s, ctx, done, err := w.beginTrack(ctx)
	if err != nil {
		return TrackReport{}, err
	}
	row, err := s.addTrack(ctx, t)
	var tr TrackReport
	if row >= 0 {
		tr = s.rep.clone().Tracks[row]
	}
	done()
	return tr, err
}

// beginTrack checks the state and enters S3; done leaves it.
func (w *Writer) beginTrack(ctx context.Context) (s *session, inner context.Context, done func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch w.state {
	case stateWriting:
		return nil, nil, nil, fail(PhaseStart, 0, 0, ErrWriteInProgress)
	case statePrepared:
	default:
		return nil, nil, nil, fail(PhaseStart, 0, 0, ErrNotPrepared)
	}
	s = w.s
	inner, w.cancel = context.WithCancel(ctx)
	w.state = stateWriting
	return s, inner, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cancel()
		w.cancel, w.state = nil, statePrepared
		w.seen.tracks, w.seen.free = s.disc.Tracks, s.disc.Free
		w.seen.contents = append([]laid(nil), s.laid...)
	}, nil
}

// addTrack checks a track, reads its source to the end, and writes it. row is -1
// when it didn't get so far as to be a track.
func (s *session) addTrack(ctx context.Context, t Track) (row int, err error) {
	if err := checkTrack(t); err != nil {
		return -1, fail(PhaseCheck, s.disc.NextTrack, 0, err)
	}
	switch need := newTask(t, 0, pcm.Digest{}).sectors(); {
	case s.disc.Tracks >= toc.MaxTracks || s.disc.NextTrack > toc.MaxTracks:
		return -1, fail(PhaseCheck, 0, 0, ErrTrackLimit)
	case s.lost:
		return -1, fail(PhaseStart, s.disc.NextTrack, 0, ErrDriveLost)
	case need > s.disc.Free:
		return -1, fail(PhaseCheck, s.disc.NextTrack, 0,
			wrongf(ErrNoSpace, "%s is %v long; the disc has room for %v", t.Source.Name(), need, clock(s.disc.Free, false)))
	}
	row = s.addRow(t, s.disc.NextTrack)
	digests, err := checkSources(ctx, []Track{t}, s.o.OnEvent)
	if err != nil {
		s.rep.Tracks[row].Notes = append(s.rep.Tracks[row].Notes, err.Error())
		return row, err
	}
	k := newTask(t, row, digests[0])
	s.buffers()
	feed := s.fifo.start([]job{k.job()})
	s.m.expect(k.sectors())
	err = s.track(ctx, feed, k)
	s.mergeFIFO(feed.stats)
	if !feed.close() {
		s.fifo = nil
	}
	if k.written > 0 && !s.lost {
		err = errors.Join(err, s.remeasure())
	}
	return row, err
}

// mergeFIFO adds up the statistics of several readers.
func (s *session) mergeFIFO(st FIFOStats) {
	sum := &s.rep.FIFO
	if sum.Size == 0 || st.MinFill < sum.MinFill {
		sum.MinFill = st.MinFill
	}
	sum.Size, sum.Chunk = st.Size, st.Chunk
	sum.Empty += st.Empty
	sum.Bytes += st.Bytes
}

// remeasure asks how much room there is now.
func (s *session) remeasure() error {
	ti, err := s.invisible(s.calm)
	if err != nil {
		if refused(err) {
			s.disc.Free = 0 // no track can follow
			return nil
		}
		return fail(PhaseFlush, 0, 0, err)
	}
	s.disc.NWA, s.disc.Free = s.writable(ti)
	return nil
}

// CancelAddTrack asks the AddAudioTrack that is going on to stop (CancelAddTrack).
// It may be called from anywhere and returns at once; AddAudioTrack then ends the
// track properly and returns ErrCancelled. What was written stays, as a shorter
// track. The error matches ErrNotWriting.
func (w *Writer) CancelAddTrack() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != stateWriting {
		return fail(PhaseWrite, 0, 0, ErrNotWriting)
	}
	w.cancel()
	return nil
}

// Release closes the session and gives the drive back (ReleaseMedia). A disc that
// nothing was written to stays blank. What is on the disc is verified as
// SetVerification asks; the Report tells everything since Prepare. Ending ctx ends
// a verification, but not the closing.
//
// The error matches ErrNotPrepared, ErrWriteInProgress, ErrUnconfirmed, ErrVerify,
// or is the drive's. The drive is free in any case.
func (w *Writer) Release(ctx context.Context) (Report, error) {
	w.mu.Lock()
	if w.state != statePrepared {
		defer w.mu.Unlock()
		if w.state == stateWriting {
			return Report{}, fail(PhaseRelease, 0, 0, ErrWriteInProgress)
		}
		return Report{}, fail(PhaseRelease, 0, 0, ErrNotPrepared)
	}
	s := w.s
	w.state = stateBusy
	w.mu.Unlock()
	s.m.expect(closeWork)
	r, err := s.conclude(s.wrapUp(ctx, nil))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state, w.s = stateIdle, nil
	return r, err
}
