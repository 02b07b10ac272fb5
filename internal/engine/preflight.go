package engine

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// preflight is the part of a job before the first track.
type preflight struct{ *Job }

// plan inspects the drive and the disc and checks that they suit the tracks.
func (j preflight) plan(ctx context.Context, tracks []burn.Track) (burn.Plan, error) {
	if err := j.survey(ctx); err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	p, err := newPlan(j.rep.Drive, j.Before, tracks, j.Options, j.method.Place)
	p.Text = p.Text && j.Can.Text
	if err == nil {
		j.choose(ctx, &p)
	}
	j.rep.Mode = p.Mode
	j.rep.Notes = append(j.rep.Notes, p.Notes...)
	return p, err
}

// choose sets the speed of the plan to the one that will be requested. If the drive doesn't
// report its speeds, it leaves the plan unchanged.
func (j preflight) choose(ctx context.Context, p *burn.Plan) {
	var offer []mmc.WriteSpeed
	err := j.Ask(ctx, func(ctx context.Context) (err error) {
		offer, err = unit.WriteSpeeds(ctx, j.Drive)
		return err
	})
	if err != nil {
		return
	}
	if speed, cav, ok := chosen(offer, j.Options); ok {
		p.Speed, p.CAV = speed, cav
		j.m.cast = estimate(p)
	}
}

// survey determines the state of drive and disc. It sends page 05h without the test write
// bit, because the drive may not support test writes.
func (j preflight) survey(ctx context.Context) error {
	err := j.Ask(ctx, func(ctx context.Context) (err error) {
		j.Can, err = j.method.Abilities(ctx, j.Drive)
		return err
	})
	if err != nil {
		return err
	}
	plain := *j.Options
	plain.TestWrite = false
	asked := j.Options
	j.Options = &plain
	page := j.method.Parameters(j.Job, toc.TrackInfo{})
	j.Options = asked
	j.Before, err = inspect.Look(ctx, j.Drive, &inspect.LookOptions{Parameters: &page, Page: &j.parameters, OnWait: j.m.tick, ReadyTimeout: ReadyTimeout})
	j.rep.Disc = j.Before
	j.watch()
	switch {
	case err != nil:
		return err
	case j.Options.TestWrite && !j.Can.TestWrite:
		return wrongf(burn.ErrNoFeature, "the drive has no test write")
	case j.Before.Media.Value == mmc.MediaCDRW && !j.Can.CDRW:
		return wrongf(burn.ErrMediaIncompatible, "the drive can't write CD-RW")
	}
	if err := j.Before.Parameters; err != nil && j.Before.Status.Value != mmc.DiscFinalized && unit.Recordable(j.Before.Media.Value) {
		return err
	}
	return nil
}

// expect sets the amount of work in the meter.
func (j preflight) expect(p burn.Plan) {
	work := p.Music + p.Padding
	if p.Close != burn.CloseNone || p.Mode == burn.ModeSAO {
		work += closeWork
	}
	if j.Options.Verify != disc.VerifyNone && !j.Options.TestWrite {
		var written []inspect.Written
		for _, t := range p.Tracks {
			written = append(written, inspect.Written{Sectors: t.Sectors()})
		}
		work += verifyWork(j.Options.Verify, written)
	}
	j.m.expect(work)
	j.m.cur.Tracks = p.TracksOnDisc()
}

// setUp sends speed and write parameters and calibrates, once before the first track.
func (j preflight) setUp(ctx context.Context) error {
	took, err := j.hold.chooseSpeed(ctx)
	if err != nil {
		return err
	}
	j.rep.SpeedSet, j.m.nominal = took, float64(took.SectorsPerSecond())
	if !j.Can.BUF {
		j.Note(burn.Note{Kind: notekind.NoBurnFree})
	}
	if err := j.Set(ctx, toc.TrackInfo{}); err != nil {
		return err
	}
	if j.Options.OPC && !j.Options.TestWrite {
		if err := j.calibrate(ctx); err != nil {
			return err
		}
	}
	j.hold.since = j.seen.Now()
	return nil
}

// calibrate sends SEND OPC INFORMATION. An almost full calibration area (73/01) is only
// noted; a drive without the command calibrates by itself.
func (j preflight) calibrate(ctx context.Context) error {
	err := j.hold.set(ctx, func(ctx context.Context) error {
		return command.SendOPCInformation{}.Do(ctx, j.Drive.Transport())
	})
	switch {
	case err == nil:
		return nil
	case ClassOf(err) == ClassRefused, errors.Is(err, asc.PowerCalibrationAreaAlmostFull),
		errors.Is(err, asc.OperatorSelectedWritePermit):
		j.Note(burn.Note{Kind: notekind.Calibration, Cause: burn.Cause{Err: err}})
		return nil
	}
	return err
}
