package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// mendAll ends every torn track that won't be continued, and determines its length.
func (r *resumer) mendAll(ctx context.Context) error {
	if err := r.SameDisc(); err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err)
	}
	mended := false
	for _, t := range r.Before.Tracks {
		if t.Number <= inspect.Last(r.was.Disc.Tracks) || !torn(r.Before, t) || r.continues(t.Number) {
			continue
		}
		if ctx.Err() != nil {
			return Wrap(burn.PhasePlan, 0, 0, Canceled(ctx))
		}
		mended = true
		r.doubt(t.Number)
		err := (mender{r.conclusion}).mend(t)
		if err == nil {
			err = r.ended(t.Number)
		}
		if err != nil {
			return Wrap(burn.PhaseFlush, t.Number, 0, err)
		}
	}
	if !slices.ContainsFunc(r.album, func(t remnant) bool { return t.Fate == burn.FateContinue }) {
		// Drives without buffer underrun protection refuse the first WRITE after one that
		// came too late, until they receive a flush.
		if err := r.Flush(); err != nil && r.Silent() {
			return Wrap(burn.PhaseFlush, 0, 0, err)
		}
	}
	if mended {
		if err := r.again(); err != nil {
			return Wrap(burn.PhaseFlush, 0, 0, err)
		}
		if err := r.compareSamples(ctx); err != nil { // ended tracks can be read only now
			return err
		}
	}
	if r.compared.equal == 0 && r.compared.unreadable > 0 {
		r.Note(burn.Note{Kind: notekind.KeptUnread})
	}
	return r.examine(ctx)
}

// Polling of a track that has just been ended. Some drives need a moment, and a WRITE before
// that ruins the disc (see package tao).
const (
	endedEvery = 400 * time.Millisecond
	endedLimit = 60 * time.Second
)

// ended waits until the size of a track that was just ended no longer changes.
func (r *resumer) ended(number int) error {
	before := toc.Sectors(-1)
	for began := r.Now(); r.Now().Sub(began) < endedLimit; {
		info, err := r.TrackInformation(r.calm, number)
		if err != nil || !info.SizeValid || info.Size > 0 && info.Size == before {
			return nil // the next look decides
		}
		before = info.Size
		if err := r.Sleep(endedEvery); err != nil {
			return Name(err, burn.ErrUnconfirmed)
		}
	}
	return nil
}

// doubt revokes that a track was shown whole, because the drive now shows it torn.
func (r *resumer) doubt(number int) {
	was := *r.was
	was.Begun = slices.Clone(was.Begun)
	for i := range was.Begun {
		if was.Begun[i].Number == number {
			was.Begun[i].Whole = false
		}
	}
	r.was = &was
}

// continues reports whether a track of the disc will be continued.
func (r *resumer) continues(number int) bool {
	for _, t := range r.album {
		if t.Fate == burn.FateContinue && t.Number == number {
			return true
		}
	}
	return false
}

// again inspects the disc and finds the album on it again, after a track was ended.
func (r *resumer) again() error {
	if err := r.look(); err != nil {
		return err
	}
	r.Before = r.last
	r.watch()
	found, err := find(r.Before, r.was, r.sizes)
	if err == nil {
		r.remains = found
	}
	return err
}

// examine reads back the tracks whose end was not confirmed. One that differs is a fragment.
// If the drive can't read an open session, a right length suffices until the disc is closed:
// drives pad a track only to four seconds or to its reservation, and no track is started
// before the previous one was shown whole.
func (r *resumer) examine(ctx context.Context) error {
	for row := range r.album {
		t := &r.album[row]
		if t.Fate != burn.FateDoubtful {
			continue
		}
		w := writtenAt(r.tracks[row], t.Number, t.Start)
		w.Source = withTimeout(ctx, w.Source)
		r.m.phase(burn.PhaseVerify, burn.ActionVerifying, verifyWork(disc.VerifyFull, []inspect.Written{w}))
		v, err := inspect.Verify(ctx, r.Drive, []inspect.Written{w}, disc.VerifyFull, &inspect.VerifyOptions{Disc: &r.last, OnProgress: r.m.verifying, OnWait: r.m.tick})
		r.heard(err)
		switch {
		case err == nil && v.Result == disc.VerifyOpenSession:
			r.prove = true
			padded := r.sizes[row] <= placing.MinTrack || Reserves(r.Options, r.Before.Media.Value)
			if !padded || t.Number < inspect.Last(r.Before.Tracks) {
				t.Fate = burn.FateKept
				continue
			}
		case err == nil:
			t.Fate = burn.FateKept
			continue
		case errors.Is(err, inspect.ErrDiffers), errors.Is(err, inspect.ErrUnreadable):
		default:
			return (verifier{r.conclusion}).unverified(err)
		}
		r.makeFragment(row)
	}
	return nil
}

// keep adds the tracks on the disc to the report and to those that closing must find.
func (r *resumer) keep() {
	r.kept = true
	for row, t := range r.album {
		if t.Fate == burn.FateKept || t.Fate == burn.FateDoubtful {
			r.keepRow(row)
		}
	}
	for _, f := range r.fragments {
		r.fragment(f)
	}
}

// keepRow is keep for one track.
func (r *resumer) keepRow(row int) {
	t, out := r.album[row], &r.rep.Tracks[row]
	out.Number, out.Start, out.Sectors, out.Status = t.Number, t.Start, t.Sectors, burn.TrackOK
	if on, ok := r.last.Track(t.Number); ok {
		out.ShownAt, out.ShownSize = on.Shown.Start, on.Shown.Sectors
	}
	out.Notes = append(out.Notes, burn.Note{Kind: notekind.Kept, Track: t.Number, Name: out.Name})
	r.prove = r.prove || t.Fate == burn.FateDoubtful
	r.found = append(r.found, inspect.Expected{Number: t.Number, Start: t.Start, Sectors: t.Sectors, Control: r.tracks[row].Control, InTOC: true})
}

// fragment notes a fragment.
func (r *resumer) fragment(f burn.Fragment) {
	r.Note(burn.Note{Kind: notekind.Fragment, Track: f.Number, Name: r.tracks[f.Row].Source.Name(), Want: int(r.sizes[f.Row]), Got: int(f.Sectors)})
	control := r.tracks[f.Row].Control
	if on, ok := r.last.Track(f.Number); ok {
		f.Start, control = on.Start, on.Control
	}
	r.found = append(r.found, inspect.Expected{Number: f.Number, Start: f.Start, Control: control, InTOC: true})
}

// write continues what can be continued and writes what is missing.
func (r *resumer) write(ctx context.Context) error {
	r.keep()
	if _, missing := r.split(); len(missing) == 0 {
		return nil
	}
	p, err := r.plan()
	if err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err)
	}
	r.m.send(burn.Planned{Plan: p})
	preflight{r.Job}.expect(p)
	if err := (preflight{r.Job}).setUp(ctx); err != nil {
		return Wrap(burn.PhasePrepare, 0, 0, err)
	}
	for row, t := range r.album {
		if t.Fate == burn.FateContinue {
			if err := r.carryOn(ctx, row); err != nil {
				return err
			}
		}
	}
	var rest []*Task
	for row, t := range r.album {
		if t.Fate == burn.FateBurn {
			rest = append(rest, newTask(r.tracks[row], row, r.digests[row]))
		}
	}
	if len(rest) == 0 {
		return nil
	}
	return r.recordTasks(ctx, rest)
}

// carryOn writes the rest of a track that was cut short. If the drive refuses without having
// accepted anything, the track becomes a fragment and is written again completely.
func (r *resumer) carryOn(ctx context.Context, row int) error {
	had := r.album[row]
	t, err := r.tailOf(ctx, row)
	if err != nil {
		return err
	}
	asked := r.method
	r.method = &continuation{Method: asked, had: had}
	err = r.recordTasks(ctx, []*Task{t})
	r.method = asked
	if err == nil {
		r.prove = true
		r.TrackNote(t, burn.Note{Kind: notekind.Continued, Got: int(had.Sectors)})
		r.rep.Tracks[row].Hash = hashText(r.digests[row].Hash)
		return nil
	}
	if t.Sent > had.Sectors || r.Silent() || ctx.Err() != nil || r.seen.Failed(t.mark) != nil || !refusesToContinue(err) {
		return err
	}
	r.Tasks, r.rep.Tracks[row].Status = nil, burn.TrackNotBegun
	if on, ok := r.last.Track(had.Number); ok { // it was open
		err := (mender{r.conclusion}).mend(on)
		if err == nil {
			err = r.ended(had.Number)
		}
		if err != nil {
			return Wrap(burn.PhaseFlush, had.Number, 0, err)
		}
	}
	if err := r.again(); err != nil {
		return Wrap(burn.PhaseFlush, 0, 0, err)
	}
	if r.album[row].Fate == burn.FateContinue {
		r.makeFragment(row)
	}
	if err := r.examine(ctx); err != nil { // padded to its end, it has the right length
		return err
	}
	if r.album[row].Fate == burn.FateKept {
		r.keepRow(row)
		return nil
	}
	for _, f := range r.fragments {
		if f.Number == had.Number {
			r.fragment(f)
		}
	}
	if _, err := r.plan(); err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err)
	}
	return nil
}

// refusesToContinue reports whether err means that the drive doesn't write to the track.
func refusesToContinue(err error) bool {
	return errors.Is(err, errNoContinuation) || ClassOf(err) == ClassRefused || errors.Is(err, burn.ErrUnderrun)
}

// errNoContinuation is the error of a drive whose next writable address isn't the end of
// the existing part.
var errNoContinuation = errors.New("the drive doesn't continue the track")

// tailOf returns the task for the rest of a track.
func (r *resumer) tailOf(ctx context.Context, row int) (*Task, error) {
	had := r.album[row]
	t := newTask(r.tracks[row], row, r.digests[row])
	from := min(int64(had.Sectors)*toc.SamplesPerSector, t.Source.Frames())
	src, err := pcm.Section(t.Source.Name(), t.Source, from, t.Source.Frames()-from)
	if err != nil {
		return nil, Wrap(burn.PhaseCheck, had.Number, 0, Name(err, burn.ErrStream))
	}
	digest, err := checkSource(ctx, src, func(int64) {})
	if err != nil {
		return nil, Wrap(burn.PhaseCheck, had.Number, 0, err)
	}
	audio := max(t.audio-had.Sectors, 0)
	t.tail = &job{source: src, audio: audio, padding: t.Sectors() - had.Sectors - audio, checked: digest}
	return t, nil
}

// continuation is the Method for a track that is partly on the disc.
type continuation struct {
	Method
	had remnant
}

// Begin checks that the drive continues the track where it was cut short.
func (c *continuation) Begin(ctx context.Context, j *Job, t *Task) error {
	if err := j.Set(ctx, t.Info()); err != nil {
		return err
	}
	ti, err := j.TrackInformation(ctx, c.had.Number)
	if err != nil {
		return err
	}
	at := c.had.Start + toc.LBA(c.had.Sectors)
	if nwa, ok := ti.NextWritable(); !ok || nwa != at || ti.Track != c.had.Number || ti.Damage {
		return fmt.Errorf("%w: the next writable address of track %d is not LBA %d", errNoContinuation, c.had.Number, at)
	}
	t.Number, t.Start, t.Reserved = c.had.Number, c.had.Start, ti.RT
	t.Sent, t.music = c.had.Sectors, min(c.had.Sectors, t.audio)
	return nil
}

// finish closes the disc and reads all of it back. err is the error of the tracks.
func (r *resumer) finish(ctx context.Context, err error) error {
	r.fresh = false // the last look may be from before the last track
	if err != nil && (!r.Options.CloseOnCancel || r.laser == laserOff) {
		return err
	}
	if closeKind(r.Options) != burn.CloseNone {
		r.Touch()
		r.m.expect(closeWork + r.toVerify())
		if closeErr := r.close(); closeErr != nil {
			return errors.Join(err, closeErr)
		}
	}
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return Wrap(burn.PhaseVerify, 0, 0, Canceled(ctx))
	}
	return r.verifyAll(ctx)
}

// verifyAll reads the album back, including what was on the disc before.
func (r *resumer) verifyAll(ctx context.Context) error {
	level := r.Options.Verify
	// An earlier deferred error may be about a track that the interrupted burn wrote.
	if (r.prove || (evidence{r.Job}).olderFailure() != nil || r.tooFast() || (verifier{r.conclusion}).suspect()) && level < disc.VerifyFull {
		r.Note(burn.Note{Kind: notekind.VerifyAnyway})
		level = disc.VerifyFull
	}
	if level == disc.VerifyNone {
		return nil
	}
	var on *disc.Disc
	if r.known && (r.shut || r.laser == laserClosed) {
		on = &r.last
	}
	if r.was.Mode == burn.ModeSAO {
		written, err := (verifier{r.conclusion}).pairRows(r.tracks, audioTracks(r.Before)[max(len(audioTracks(r.Before))-len(r.tracks), 0):])
		if err != nil {
			return err
		}
		return (verifier{r.conclusion}).verifyTracks(ctx, on, written, level)
	}
	var kept, fresh []inspect.Written
	for i := range r.rep.Tracks {
		row := &r.rep.Tracks[i]
		if row.Status != burn.TrackOK {
			continue
		}
		w := writtenAt(r.tracks[i], row.Number, row.Start)
		// Each drive writes with its own offset, and a verification allows only one offset.
		if r.was.Drive != "" && r.was.Drive != r.rep.Drive && (r.album[i].Fate == burn.FateKept || r.album[i].Fate == burn.FateDoubtful) {
			kept = append(kept, w)
		} else {
			fresh = append(fresh, w)
		}
	}
	if len(kept) == 0 {
		return (verifier{r.conclusion}).verifyTracks(ctx, on, fresh, level)
	}
	err := (verifier{r.conclusion}).verifyTracks(ctx, on, kept, level)
	if len(fresh) == 0 || ClassOf(err) == ClassStopped || r.Silent() {
		return err
	}
	old := r.rep.Verified
	r.rep.Verified = disc.Verification{Asked: old.Asked, Result: disc.VerifyNotDone} // unless the drive can be read
	err = errors.Join(err, (verifier{r.conclusion}).verifyTracks(ctx, on, fresh, level))
	r.rep.Verified = both(old, r.rep.Verified)
	return err
}

// both merges verifications of different tracks of one disc.
func both(a, b disc.Verification) disc.Verification {
	sum := b
	sum.Done, sum.Result = min(a.Done, b.Done), max(a.Result, b.Result)
	sum.Sectors, sum.Unverifiable = a.Sectors+b.Sectors, a.Unverifiable+b.Unverifiable
	sum.Tracks = append(slices.Clone(a.Tracks), b.Tracks...)
	return sum
}

// settleKept checks that the kept tracks are still on the disc as last shown.
func (r *resumer) settleKept() {
	if !r.known || r.last.Status.Value == mmc.DiscFinalized {
		return
	}
	for row, t := range r.album {
		if t.Fate != burn.FateKept {
			continue
		}
		if on, ok := r.last.Track(t.Number); !ok || on.Origin != disc.Unknown && on.State != disc.TrackComplete {
			if out := &r.rep.Tracks[row]; out.Status == burn.TrackOK {
				out.Status = burn.TrackUnshown
			}
		}
	}
}
