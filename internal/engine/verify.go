package engine

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// verifyOptions converts them to the Options of a Job.
func verifyOptions(o *burn.VerifyOptions) *burn.Options {
	if o == nil {
		o = &burn.VerifyOptions{}
	}
	r := burn.Options{
		Verify: max(o.Level, disc.VerifyQuick), Eject: o.Eject, ClientName: o.ClientName, Force: o.Force,
		OnEvent: o.OnEvent, KeepAwake: o.KeepAwake, Hurry: o.Hurry,
	}
	return resolve(&r)
}

// Verify compares the audio tracks of the disc with the given tracks, in order. The error
// matches burn.ErrVerify if anything differs; burn.Report.Verified describes the difference, and
// the rows of burn.Report.Tracks what the disc shows of each track.
func Verify(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.VerifyOptions) (burn.Report, error) {
	o := verifyOptions(opts)
	if absent(d) {
		return finishWith(o, burn.Report{Version: burn.ReportVersion}, Wrap(burn.PhaseVerify, 0, 0, burn.ErrNoRecorder))
	}
	c := &conclusion{Job: newJob(ctx, d, o, nil)}
	ctx, end := c.m.guardEvents(ctx)
	defer end()
	return c.conclude(verifier{c}.verifyDisc(ctx, guardTracks(tracks)))
}

func (c verifier) verifyDisc(ctx context.Context, tracks []burn.Track) error {
	if err := checkTracks(tracks, c.Options); err != nil {
		return Wrap(burn.PhaseVerify, 0, 0, err)
	}
	if err := c.take(ctx, "verifying an audio CD"); err != nil {
		return err
	}
	var err error
	c.Before, err = inspect.Look(ctx, c.Drive, &inspect.LookOptions{OnWait: c.m.tick, ReadyTimeout: ReadyTimeout})
	c.rep.Disc = c.Before
	if err != nil {
		return Wrap(burn.PhaseVerify, 0, 0, err)
	}
	if err := inspect.Settle(ctx, c.Drive, &c.Before, nil); err != nil {
		return c.unverified(err)
	}
	list := audioTracks(c.Before)
	if len(list) == 0 {
		return Wrap(burn.PhaseVerify, 0, 0, wrongf(burn.ErrUnsuitableDisc, "the disc has no audio track"))
	}
	if len(list) < len(tracks) {
		return Wrap(burn.PhaseVerify, 0, 0, wrongf(burn.ErrVerify, "audio tracks on the disc: %d; tracks to compare: %d", len(list), len(tracks)))
	}
	list, err = c.measured(list, tracks)
	if err != nil {
		return err
	}
	written, full, err := c.pairSome(ctx, tracks, list)
	if err != nil {
		if errors.Is(err, burn.ErrVerify) {
			c.rep.Verified.Result = disc.VerifyDiffers
		}
		return err
	}
	level := c.Options.Verify
	if full {
		level = disc.VerifyFull
	}
	c.m.expect(verifyWork(level, written))
	return c.verifyTracks(ctx, &c.Before, written, level)
}

// measured returns the tracks whose lengths the drive reports. It is an error that others
// are on the disc, unless the given tracks are found without them: what an interrupted burn
// left is then only noted.
func (c verifier) measured(list []disc.Track, tracks []burn.Track) ([]disc.Track, error) {
	var whole, rest []disc.Track
	for _, t := range list {
		if t.State == disc.TrackUnknown || t.Sectors == 0 {
			rest = append(rest, t)
		} else {
			whole = append(whole, t)
		}
	}
	if len(rest) == 0 {
		return list, nil
	}
	if c.places(whole, tracks) == nil {
		t := rest[0]
		return nil, Wrap(burn.PhaseVerify, t.Number, t.Start, Name(orText(t.Err, "the drive doesn't report the length of the track"), burn.ErrBadResponse, burn.ErrUnconfirmed))
	}
	for _, t := range rest {
		c.Note(burn.Note{Kind: notekind.Skipped, Track: t.Number})
	}
	return whole, nil
}

// audioTracks returns the audio tracks of a disc.
func audioTracks(d disc.Disc) []disc.Track {
	var list []disc.Track
	for _, t := range d.Tracks {
		if t.Control.Audio() && t.State != disc.TrackReserved {
			list = append(list, t)
		}
	}
	return list
}

// pair matches sources with tracks. A different length is the first difference.
func (c verifier) pair(tracks []burn.Track, list []disc.Track) ([]inspect.Written, error) {
	for i, t := range tracks {
		addRow(c.rep, t, list[i].Number)
	}
	return c.pairRows(tracks, list)
}

// pairRows is pair for tracks that are in the report already.
func (c verifier) pairRows(tracks []burn.Track, list []disc.Track) ([]inspect.Written, error) {
	var written []inspect.Written
	var wrong error
	for i, t := range tracks {
		size, on := sizeOf(t), list[i]
		row := &c.rep.Tracks[i]
		row.Number = on.Number
		row.Start, row.Sectors, row.ShownAt, row.ShownSize = on.Start, on.Sectors, on.Shown.Start, on.Shown.Sectors
		row.Status = burn.TrackOK
		if !holds(list, i, tracks, i) {
			row.Status = burn.TrackDiffers
			if wrong == nil {
				wrong = Wrap(burn.PhaseVerify, on.Number, on.Start, wrongf(burn.ErrVerify, "the track has %v (%d sectors), the source %v (%d)",
					on.Sectors, on.Sectors, size, size))
			}
		}
		written = append(written, writtenAt(t, on.Number, hiddenStart(t, on)))
	}
	return written, wrong
}

// holds reports whether a track of the disc has the length of a source, with or without
// what session-at-once puts outside of the track.
func holds(list []disc.Track, at int, tracks []burn.Track, i int) bool {
	on, size := list[at], sizeOf(tracks[i])
	longest := toc.Sectors(placing.RunOutSectors)
	if !on.Shown.Known || on.Origin != disc.Reported {
		longest += placing.PauseSectors // by the table of contents a track reaches to the next one
	}
	off := on.Sectors - size
	over := size > reach(list, at)+placing.RunOutSectors
	return !over && off <= longest || near(off+outside(tracks, i, hiddenStart(tracks[i], on), on))
}

// reach returns the length of a track including the pause before the next one. wodim
// marks the last two seconds of a file as the pause before the next (-dao), and others
// mark what was recorded there. The audio decides.
func reach(list []disc.Track, i int) toc.Sectors {
	on := list[i]
	if i+1 < len(list) && list[i+1].Session == on.Session {
		return max(on.Sectors, toc.Sectors(list[i+1].Start-on.Start))
	}
	return on.Sectors
}

// hiddenStart returns where the audio of a track begins: before index 1 if the source has
// audio for that place and the disc has room there.
func hiddenStart(t burn.Track, on disc.Track) toc.LBA {
	if on.Number == 1 && on.Start >= toc.LBA(t.Pregap) {
		return on.Start - toc.LBA(t.Pregap)
	}
	return on.Start
}

// near reports whether a difference of lengths may be run-out.
func near(off toc.Sectors) bool { return off >= -placing.RunOutSectors && off <= placing.RunOutSectors }

// outside returns how much of a source session-at-once puts outside its track: before
// index 1 of the first track, and in the pause before the next one.
func outside(tracks []burn.Track, i int, start toc.LBA, on disc.Track) (n toc.Sectors) {
	n = toc.Sectors(on.Start - start)
	if i+1 < len(tracks) {
		n += tracks[i+1].Pregap
	}
	return n
}
