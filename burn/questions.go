package burn

import (
	"context"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// TrackInformation asks for track n (READ TRACK INFORMATION).
func (j *Job) TrackInformation(ctx context.Context, n int) (ti mmc.TrackInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		ti, err = mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: uint32(n)}.Do(ctx, j.Drive.Transport())
		return err
	})
	return ti, err
}

// NextTrack asks for the track where recording goes on. Drives that don't know the
// number FFh are asked by the number that it should have.
func (j *Job) NextTrack(ctx context.Context) (mmc.TrackInformation, error) {
	ti, err := j.TrackInformation(ctx, mmc.InvisibleTrack)
	if ClassOf(err) == ClassRefused && j.NextNumber() > 0 {
		if again, againErr := j.TrackInformation(ctx, j.NextNumber()); againErr == nil {
			return again, nil
		}
	}
	return ti, err
}

// NextNumber is the number that the next track should get.
func (j *Job) NextNumber() int {
	if n := len(j.Tasks); n > 0 {
		return j.Tasks[n-1].Number + 1
	}
	return max(j.Before.Next.Value.Track, 1)
}

// Floor is the end of what is on the disc: nothing may start below.
func (j *Job) Floor() toc.LBA {
	if n := len(j.Tasks); n > 0 && j.Tasks[n-1].Start < j.Tasks[n-1].End() {
		return j.Tasks[n-1].End()
	}
	if j.Blank() {
		return 0
	}
	return j.Before.Next.Value.NWA
}

// Blank reports whether the disc was blank when it was found.
func (j *Job) Blank() bool { return j.Before.Status.Value == mmc.DiscEmpty }

// Writable gives the next writable address of a track and the room from there on. A
// blank disc starts at 0 whatever the drive reports (Pioneer BDR-205 and LITE-ON
// LTR-48125S: -150).
func (j *Job) Writable(ti mmc.TrackInformation) (toc.LBA, toc.Sectors) {
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

// NWA is the next writable address in the track that is being written.
func (j *Job) NWA(t *Task) (toc.LBA, error) {
	ti, err := j.TrackInformation(j.calm, t.Number)
	if ClassOf(err) == ClassRefused {
		ti, err = j.NextTrack(j.calm)
	}
	if err != nil {
		return 0, err
	}
	if nwa, ok := ti.NextWritable(); ok {
		return nwa, nil
	}
	return 0, wrongf(ErrBadResponse, "the drive reports no next writable address")
}

// BUFE is whether buffer underrun free recording is on.
func (j *Job) BUFE() bool { return j.Can.BUF && !j.Options.NoBurnFree }

// TrackAt asks for the track that holds an address.
func (j *Job) TrackAt(ctx context.Context, lba toc.LBA) (ti mmc.TrackInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		ti, err = mmc.ReadTrackInformation{Type: mmc.AddressLBA, Number: uint32(lba)}.Do(ctx, j.Drive.Transport())
		return err
	})
	return ti, err
}

// DiscInformation asks for the state of the disc (READ DISC INFORMATION).
func (j *Job) DiscInformation(ctx context.Context) (info mmc.DiscInformation, err error) {
	err = j.Ask(ctx, func(ctx context.Context) error {
		info, err = mmc.ReadDiscInformation{}.Do(ctx, j.Drive.Transport())
		return err
	})
	return info, err
}
