package tao

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// task is one track on its way to the disc.
type task struct {
	Track
	row     int // in Report.Tracks
	audio   toc.Sectors
	padding toc.Sectors
	checked pcm.Digest

	number   int
	start    toc.LBA
	written  toc.Sectors // accepted by the drive
	music    toc.Sectors // of those from the source
	reserved bool        // RESERVE TRACK made it
}

// sectors is how long the track will be.
func (k *task) sectors() toc.Sectors { return k.audio + k.padding }

// newTask measures a track.
func newTask(t Track, row int, checked pcm.Digest) *task {
	audio := toc.Sectors(pcm.Sectors(t.Source))
	return &task{Track: t, row: row, audio: audio, padding: toc.Raise(audio) - audio, checked: checked}
}

// job is the same for the reader.
func (k *task) job() job {
	return job{source: k.Source, audio: k.audio, padding: k.padding, checked: k.checked}
}

// addRow puts a track that is asked for into the report.
func (s *session) addRow(t Track, number int) int {
	audio := toc.Sectors(pcm.Sectors(t.Source))
	s.rep.Tracks = append(s.rep.Tracks, TrackReport{
		Number: number, Name: t.Source.Name(), Title: t.Title, Performer: t.Performer,
		ISRC: t.ISRC, Control: t.Control, Status: TrackNotBegun, Asked: audio,
	})
	return len(s.rep.Tracks) - 1
}

// note adds a remark to a track's row.
func (s *session) note(k *task, format string, args ...any) {
	r := &s.rep.Tracks[k.row]
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// track writes one track: page 05h, RESERVE TRACK if it is to be, NWA, WRITE,
// SYNCHRONIZE CACHE, and a look whether it is there. ctx cancels it; what has begun
// is ended properly all the same.
func (s *session) track(ctx context.Context, feed *feeder, k *task) error {
	began := s.clock.Now()
	s.m.track(s.disc.NextTrack, s.disc.NWA, k.sectors())
	s.m.phase(PhaseStart, ActionPreparing, 0)
	first, err := s.begin(ctx, feed, k)
	if err != nil {
		err = s.notBegun(k, err)
		if k.reserved {
			err = errors.Join(err, s.abandon(k, true))
		}
		return err
	}
	s.m.track(k.number, k.start, k.sectors())
	s.m.send(TrackStarted{Track: k.number, Name: k.Source.Name(), Start: k.start, Sectors: k.sectors(), Reserved: k.reserved})
	s.m.phase(PhaseWrite, ActionWriting, k.sectors())
	s.touched = true
	laser := s.clock.Now()
	streamErr := s.stream(ctx, feed, k, first)
	info, endErr := s.endTrack(k, streamErr)
	burnt := s.clock.Now().Sub(laser)
	s.rep.Writing += burnt
	s.account(k, info, streamErr, endErr)
	s.lay(k, info, burnt)
	r := &s.rep.Tracks[k.row]
	r.Elapsed = s.clock.Now().Sub(began)
	s.m.send(TrackFinished{Track: k.number, Report: *r})
	if streamErr != nil {
		return errors.Join(streamErr, endErr)
	}
	return endErr
}

// lay remembers a track that is on the disc now.
func (s *session) lay(k *task, info mmc.TrackInformation, burnt time.Duration) {
	if k.written == 0 {
		return
	}
	s.laid = append(s.laid, laid{
		number: k.number, start: k.start, sectors: k.written, audio: k.music, control: k.Control,
		source: k.Source, row: k.row, shown: info, burnt: burnt,
	})
	s.floor = k.start + toc.LBA(k.written)
	s.disc.NextTrack = k.number + 1
	if !s.o.TestWrite {
		s.disc.Tracks++
	}
}

// begin is everything before the first WRITE. It gives the first chunk.
func (s *session) begin(ctx context.Context, feed *feeder, k *task) (*chunk, error) {
	err := feed.primed(ctx)
	var first *chunk
	if err == nil {
		first, err = feed.next(ctx, s.m.tick)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, cancelled(ctx)
	case err != nil:
		return nil, err
	}
	if first.err != nil && len(first.data) == 0 {
		err := first.err
		feed.put(first)
		return nil, err
	}
	if err := s.place(ctx, k); err != nil {
		feed.put(first)
		return nil, err
	}
	return first, nil
}

// place finds out where the track goes, and reserves it if that is to be.
func (s *session) place(ctx context.Context, k *task) error {
	if err := s.ready(ctx, readyTimeout); err != nil {
		return err
	}
	if s.wasReset {
		s.wasReset = false
		if err := s.lockTray(ctx); err != nil {
			return err
		}
		if err := s.chooseSpeed(ctx); err != nil {
			return err
		}
	}
	s.guard = true
	if err := s.setParameters(ctx, k.TrackInfo); err != nil {
		return err
	}
	ti, err := s.invisible(ctx)
	if err != nil {
		return err
	}
	k.number = ti.Track
	if k.number < 1 || k.number > toc.MaxTracks {
		k.number = s.disc.NextTrack
	}
	if err := s.accept(k, ti); err != nil {
		return err
	}
	if s.o.reserves(s.disc) {
		if err := s.reserve(ctx, k, ti); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	return nil
}

// accept takes the address that the drive names, unless it can't be: in front of
// the end of what is written, or with too little room behind it. It is never
// computed here, for drives put 150 or 152 sectors between tracks.
func (s *session) accept(k *task, ti mmc.TrackInformation) error {
	nwa, free := s.writable(ti)
	switch {
	case !ti.NWAValid && !s.disc.Blank && len(s.laid) == 0:
		return wrongf(ErrBadResponse, "the drive doesn't say where track %d is to begin", k.number)
	case nwa < s.floor && !s.o.TestWrite:
		return wrongf(ErrBadResponse, "the drive wants to begin track %d at LBA %d, but what is written reaches to %d",
			k.number, nwa, s.floor)
	case free < k.sectors():
		return wrongf(ErrNoSpace, "track %d (%v) doesn't fit: the drive has room for %v", k.number, k.sectors(), free)
	}
	k.start = nwa
	return nil
}

// notBegun reports a track of which nothing is on the disc.
func (s *session) notBegun(k *task, err error) error {
	r := &s.rep.Tracks[k.row]
	if k.number == 0 {
		k.number = s.disc.NextTrack
	}
	r.Number = k.number
	switch {
	case errors.Is(err, ErrCancelled):
		r.Status = TrackNotBegun
	case errors.Is(err, ErrSourceChanged):
		r.Status = TrackChanged
	case errors.Is(err, ErrSourceShort):
		r.Status = TrackShort
	}
	s.lost = s.lost || gone(err)
	err = fail(PhaseStart, k.number, 0, err)
	if s.touched && !errors.Is(err, ErrCancelled) {
		err = join(err, ErrWriteFailed) // the disc isn't as it was
	}
	r.Notes = append(r.Notes, err.Error())
	return err
}

// account fills in a track's row.
func (s *session) account(k *task, info mmc.TrackInformation, streamErr, endErr error) {
	r := &s.rep.Tracks[k.row]
	r.Number, r.Start, r.Sectors, r.Audio = k.number, k.start, k.written, k.music
	r.Padding = k.written - k.music
	r.ShownAt, r.ShownSize = info.Start, info.Size
	switch err := errors.Join(streamErr, endErr); {
	case err == nil && s.o.TestWrite:
		r.Status = TrackTested
	case err == nil:
		r.Status = TrackOK
	case k.written == 0:
		r.Status = TrackNotBegun
	case errors.Is(err, ErrCancelled) && k.music == k.audio && endErr == nil:
		r.Status = TrackOK // the request came when all of it was written
	case errors.Is(streamErr, ErrCancelled):
		r.Status = TrackCancelled
	case errors.Is(streamErr, ErrSourceChanged):
		r.Status = TrackChanged
	case errors.Is(streamErr, ErrSourceShort):
		r.Status = TrackShort
	default:
		r.Status = TrackFailed
	}
	for _, err := range []error{streamErr, endErr} {
		if err != nil {
			s.note(k, "%v", err)
		}
	}
}
