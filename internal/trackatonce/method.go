package trackatonce

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Method returns track-at-once.
func Method() engine.Method { return method{} }

// method is track-at-once:
//
//	page 05h -> [RESERVE TRACK] -> NWA -> WRITE... -> SYNCHRONIZE CACHE -> is the track there?
//	...at the end page 05h -> CLOSE SESSION -> what does the disc show?
type method struct{}

// Abilities returns what the drive can do track-at-once. The error matches burn.ErrNoTAO if it
// doesn't support track-at-once.
func (method) Abilities(ctx context.Context, d *mmc.Drive) (engine.Abilities, error) {
	can, err := unit.CanTAO(ctx, d)
	if err != nil {
		return engine.Abilities{}, err
	}
	if !can.Supported {
		return engine.Abilities{}, burn.ErrNoTAO
	}
	return engine.Abilities{BUF: can.BUF, TestWrite: can.TestWrite, CDRW: can.CDRW}, nil
}

// Parameters returns mode page 05h for track-at-once.
func (method) Parameters(j *engine.Job, t toc.TrackInfo) command.WriteParameters {
	return command.WriteParameters{
		BUFE: j.BUFE(), TestWrite: j.Options.TestWrite, WriteType: command.WriteTAO, MultiSession: engine.Sessions(j.Options),
		Control: t.Control, Copy: t.SCMS, DataBlockType: command.BlockRaw, MCN: j.Options.MCN, ISRC: t.ISRC,
	}
}

// Continuous returns false: the laser stops after each track.
func (method) Continuous() bool { return false }

// Place puts the tracks two seconds apart.
func (method) Place(p *burn.Plan, _ []burn.Track, _ *burn.Options) error { return engine.PlaceApart(p) }

// Begin determines where the track goes, and reserves it if requested.
func (m method) Begin(ctx context.Context, j *engine.Job, t *engine.Task) error {
	if err := j.Arm(ctx, m.Parameters(j, t.Info())); err != nil {
		return err
	}
	next, err := j.NextTrack(ctx)
	if err != nil {
		return err
	}
	t.Number = next.Track
	if t.Number < 1 || j.Options.TestWrite && len(j.Tasks) > 0 {
		t.Number = j.NextNumber() // in a test write some drives don't advance
	}
	if err := accept(j, t, next); err != nil {
		return err
	}
	if engine.Reserves(j.Options, j.Before.Media.Value) {
		return reservation{j, t}.make(ctx, next)
	}
	return nil
}

// accept uses the address that the drive reports unless it is impossible: before the end of
// the recorded area, or with too little room past it. The address can't be computed: drives
// put 2, 150 or 152 sectors between tracks.
func accept(j *engine.Job, t *engine.Task, next command.TrackInformation) error {
	nwa, free := j.Writable(next)
	switch {
	case !next.NWAValid && !j.Blank() && len(j.Tasks) == 0:
		return engine.Name(fmt.Errorf("the drive doesn't report where track %d is to start", t.Number), burn.ErrBadResponse)
	case nwa < j.Floor() && (!j.Options.TestWrite || !next.NWAValid): // some drives don't advance in a test write
		return engine.Name(fmt.Errorf("the drive reports LBA %d as the start of track %d, but the disc is written up to %d",
			nwa, t.Number, j.Floor()), burn.ErrBadResponse)
	case free < t.Sectors():
		return j.TooLong(t, free)
	}
	t.Start = nwa
	return nil
}
