package engine

import (
	"context"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// recording holds what was found on the disc and what was recorded so far, and determines
// where recording continues.
type recording struct {
	*line
	Drive   *mmc.Drive // its Transport wraps a witness
	Options *burn.Options
	Can     Abilities
	Before  disc.Disc // as it was found
	Tasks   []*Task   // the tracks that were started, in order

	method Method
}

// TrackInformation asks for track n (READ TRACK INFORMATION).
func (j *recording) TrackInformation(ctx context.Context, n int) (ti command.TrackInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		ti, err = command.ReadTrackInformation{Type: command.AddressTrack, Number: uint32(n)}.Do(ctx, j.Drive.Transport())
		return err
	})
	return ti, err
}

// NextTrack asks for the track where recording continues: number FFh or, if the drive doesn't
// support that, the number that the track should have.
func (j *recording) NextTrack(ctx context.Context) (command.TrackInformation, error) {
	ti, err := j.TrackInformation(ctx, command.InvisibleTrack)
	if ClassOf(err) == ClassRefused {
		if again, againErr := j.TrackInformation(ctx, j.NextNumber()); againErr == nil {
			return again, nil
		}
	}
	return ti, err
}

// NextNumber returns the number that the next track should get, from 1.
func (j *recording) NextNumber() int {
	if n := len(j.Tasks); n > 0 {
		return j.Tasks[n-1].Number + 1
	}
	return max(j.Before.Next.Value.Track, 1)
}

// Floor returns the end of the recorded area. No track may start before it.
func (j *recording) Floor() toc.LBA {
	if n := len(j.Tasks); n > 0 && j.Tasks[n-1].Start < j.Tasks[n-1].End() {
		return j.Tasks[n-1].End()
	}
	if j.Blank() {
		return 0
	}
	return j.Before.Next.Value.NWA
}

// Blank reports whether the disc was blank when it was found.
func (j *recording) Blank() bool { return j.Before.Status.Value == mmc.DiscEmpty }

// Writable returns the next writable address of a track and the room from there on. A
// blank disc starts at 0 even if the drive reports -150 (Pioneer BDR-205 and LITE-ON
// LTR-48125S).
func (j *recording) Writable(ti command.TrackInformation) (toc.LBA, toc.Sectors) {
	nwa, ok := ti.NextWritable()
	if !ok {
		nwa = max(ti.Start, 0)
	}
	free := ti.Free
	if ti.NWAValid && ti.NWA < 0 {
		free += toc.Sectors(ti.NWA)
	}
	if room := j.Before.Capacity; room.Known() {
		left := room.Value - toc.Sectors(nwa)
		if free <= 0 || free > left {
			free = left
		}
	}
	return nwa, max(free, 0)
}

// aliases returns the numbers under which a drive may report the track being written: its
// own, FFh, and in a session that is one stream the first, as which some drives report the
// whole stream until it is complete.
func (j *recording) aliases(t *Task) []int {
	first := j.NextNumber()
	if j.method.Continuous() && len(j.Tasks) > 0 {
		first = j.Tasks[0].Number
	}
	return []int{t.Number, command.InvisibleTrack, first}
}

// NWA returns the next writable address in the track being written.
func (j *recording) NWA(t *Task) (toc.LBA, error) {
	var ti command.TrackInformation
	var err error
	for _, number := range j.aliases(t) {
		if ti, err = j.TrackInformation(j.calm, number); ClassOf(err) != ClassRefused {
			break
		}
	}
	if err != nil {
		return 0, err
	}
	if nwa, ok := nextOf(t, ti); ok {
		return nwa, nil
	}
	return 0, wrongf(burn.ErrBadResponse, "the drive reports no next writable address")
}

// nextOf returns the next writable address of a track. It keeps a negative address: a host
// that writes pregap and lead-in begins below 0.
func nextOf(t *Task, ti command.TrackInformation) (toc.LBA, bool) {
	if t.Ahead > 0 || t.LeadIn != nil && ti.NWA < 0 {
		return ti.NWA, ti.NWAValid
	}
	return ti.NextWritable()
}

// BUFE reports whether buffer underrun free recording is on.
func (j *recording) BUFE() bool { return j.Can.BUF && !j.Options.NoBurnFree }

// TrackAt asks for the track that holds an address.
func (j *recording) TrackAt(ctx context.Context, lba toc.LBA) (ti command.TrackInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		ti, err = command.ReadTrackInformation{Type: command.AddressLBA, Number: uint32(lba)}.Do(ctx, j.Drive.Transport())
		return err
	})
	return ti, err
}

// DiscInformation asks for the state of the disc (READ DISC INFORMATION).
func (j *recording) DiscInformation(ctx context.Context) (info command.DiscInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		info, err = command.ReadDiscInformation{}.Do(ctx, j.Drive.Transport())
		return err
	})
	return info, err
}

// CloseSettle is how long disc information may still show the session as open although the
// drive doesn't report that it is busy. Old Mitsumi and Sony drives return from CLOSE too
// early, HL-DT-ST GE20LU10 refuses every question with 5/72/03 while it closes, and at 1x
// lead-in and lead-out take 150 seconds.
const CloseSettle = 240 * time.Second

// shownEvery is the interval between two questions.
const shownEvery = 400 * time.Millisecond

// Settled waits until disc information shows the session closed as requested. If it stays
// open, that isn't an error yet: confirm decides.
func (j *recording) Settled(limit time.Duration) (closed bool, err error) {
	for deadline := j.Now().Add(limit); ; {
		info, err := j.DiscInformation(j.calm)
		if err != nil && j.Silent() {
			return false, err
		}
		if err == nil && j.showsClosed(info) {
			return true, nil
		}
		if !j.Now().Before(deadline) {
			return false, nil
		}
		if err := j.Sleep(shownEvery); err != nil {
			return false, Name(err, burn.ErrUnconfirmed)
		}
	}
}

func (j *recording) showsClosed(info command.DiscInformation) bool {
	if Sessions(j.Options) == command.SessionOpen {
		return info.Status == mmc.DiscIncomplete &&
			(info.LastSession == mmc.SessionEmpty || info.LastSession == mmc.SessionComplete)
	}
	return info.Status == mmc.DiscFinalized
}

// TooLong returns the error of a task that is longer than free.
func (j *recording) TooLong(t *Task, free toc.Sectors) error {
	return j.tooLong(t.Sectors(), free, t.Number)
}

func (j *recording) tooLong(need, free toc.Sectors, number int) *burn.FitError {
	occupied := !j.Blank() || len(j.Tasks) > 0 && !j.Options.TestWrite
	return &burn.FitError{Need: need, Room: free, Music: need, Append: occupied, Track: number}
}

// Free returns the room for one more track.
func (j *recording) Free() (toc.Sectors, error) {
	if len(j.Tasks) == 0 || j.Options.TestWrite {
		return j.Before.Next.Value.Free, nil
	}
	ti, err := j.NextTrack(j.calm)
	if room := j.Before.Capacity; ClassOf(err) == ClassRefused && (!room.Known() || toc.Sectors(j.Floor())+placing.PauseSectors+placing.MinTrack > room.Value) {
		return 0, nil // no track can follow
	}
	if err != nil {
		return 0, err
	}
	_, free := j.Writable(ti)
	return free, nil
}
