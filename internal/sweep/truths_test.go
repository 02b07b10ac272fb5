package sweep

import (
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/sim"
)

// truth is a rule that must hold after every run. broken returns how it is violated, or "".
type truth struct {
	class  string
	broken func(r *result) string
}

// truths in the order of harm.
var truths = []truth{
	{"panic", panics},
	{"hang", hangs},
	{"too-slow", tooSlow},
	{"write-repeated", writeRepeated},
	{"other-disc", otherDisc},
	{"success-wrong-audio", wrongAudio},
	{"success-wrong-disc", wrongDisc},
	{"deferred-swallowed", deferredSwallowed},
	{"perfect-failed", perfectFailed},
	{"perfect-unconfirmed", perfectUnconfirmed},
	{"closed-wrong", closedWrong},
	{"appendable-wrong", appendableWrong},
	{"track-missing", trackMissing},
	{"track-invented", trackInvented},
	{"track-state", trackState},
	{"not-begun-but-there", notBegun},
	{"ok-but-not-there", okButNot},
	{"lost-not-told", lostNotTold},
	{"text-missing", textMissing},
	{"says-nothing", saysNothing},
	{"denies-writing", deniesWriting},
	{"tray-locked", trayLocked},
	{"drive-kept", driveKept},
	{"phase-implausible", phaseImplausible},
	{"place-implausible", placeImplausible},
	{"verdict-and-error", verdictAndError},
	{"verify-failed-rows-ok", verifyFailedRowsOK},
	{"row-length", rowLength},
	{"no-category", noCategory},
	{"finished-not-once", finishedNotOnce},
	{"simulator", simulatorBroken},
}

// A library must not crash its caller.
func panics(r *result) string {
	if r.panicked != "" && r.panicked != errEndless.Error() {
		return r.panicked
	}
	return ""
}

// For a job that never ends the user has only the power switch.
func hangs(r *result) string {
	if r.hung || r.panicked == errEndless.Error() {
		return "the job doesn't end"
	}
	return ""
}

// A single fault may cost one wait (a flush of an hour, by its own limit, only if the drive
// stays busy); a drive that stays busy may cost one wait of each kind.
func tooSlow(r *result) string {
	limit := 2 * time.Hour
	if r.p.sc.job.what == "blank" {
		limit = 7 * time.Hour
	}
	sticky := r.hit(func(f *fault) bool { return f.mode != once })
	if !sticky {
		limit = 30 * time.Minute
	}
	if r.took > limit {
		return fmt.Sprintf("took %v by the drive's clock", r.took.Round(time.Second))
	}
	return ""
}

// A WRITE that the drive has accepted must not be sent again: the audio would be on the
// disc twice, or the disc would be lost.
func writeRepeated(r *result) string { return r.in.ledger.repeated }

// The worst possible result: someone discards the original. A drive that answers GOOD and
// records nothing is detected only by reading back every sample.
func wrongAudio(r *result) string {
	if r.out.verdict != success || r.wrong == "" {
		return ""
	}
	if !r.p.sc.job.full && r.hit(func(f *fault) bool { return f.kind.lie && (f.op == opWrite || f.mode == everything) }) {
		return ""
	}
	return r.wrong
}

// Success means that the disc is as requested: all tracks, complete, closed.
func wrongDisc(r *result) string {
	good := r.out.verdict == success || r.out.verdict == tested
	if good && !r.perfect && r.wrong == "" {
		return fmt.Sprintf("%v, but the disc has %d of %d tracks, %d open, finalized: %v, blank: %v",
			r.out.verdict, len(r.fresh), len(r.p.sc.job.sources), r.later.OpenTracks, r.later.Finalized, r.later.Blank)
	}
	return ""
}

// A deferred error means that earlier data did not reach the disc. Whichever command
// carries it, the user must be informed. Recovered errors don't count.
func deferredSwallowed(r *result) string {
	good := r.out.verdict == success || r.out.verdict == tested
	if r.in.deferred && good && !r.out.toldDeferred {
		return "the report doesn't mention a deferred error"
	}
	return ""
}

// A good disc reported as bad is thrown away. A drive that reports a failed write must be
// believed, and one that can't read audio back makes a verification fail. A test write that
// fails leaves the disc unchanged, which is not a perfect disc.
func perfectFailed(r *result) string {
	v := r.out.verdict
	if !r.perfect || r.in.failure || r.p.sc.job.test || v != failed && v != verifyFailed {
		return ""
	}
	if r.lying {
		return "" // every time, the drive reports this for the disc, or another disc is in the drive
	}
	if r.out.onWrite {
		// The rest was not sent. If it was padding, and the drive itself pads a short
		// track, the disc is perfect by luck.
		return ""
	}
	if v == failed && r.p.sc.job.what == "verify" {
		return "" // the verification could not be carried out
	}
	if v == verifyFailed && r.hit(func(f *fault) bool {
		return (f.op == opReadCD || f.mode == everything) && f.mode != once && (f.kind.lie || f.kind.garbage)
	}) {
		return "" // other audio than recorded, on every read
	}
	return fmt.Sprintf("%v: %v", v, r.out.err)
}

// After a temporary fault the user must not be left in doubt: the drive can be asked again.
func perfectUnconfirmed(r *result) string {
	doubt := r.in.failure || r.lying || !r.answers || r.p.cancel != nil || r.p.sc.job.what == "verify"
	if !r.perfect || doubt || r.out.verdict != unconfirmed {
		return ""
	}
	if len(r.out.rows) > 0 && r.in.lowest < r.startOf(r.out.rows[0].number) {
		return "" // the lead-in and the pregap of the session can't be read back
	}
	if len(r.p.faults) != 1 || r.hit(func(f *fault) bool { return f.mode != once || f.kind.lie || f.kind.garbage }) {
		return ""
	}
	return fmt.Sprintf("unconfirmed: %v", r.out.err)
}

// Closed means that players play the disc. During a background operation both answers are
// right.
func closedWrong(r *result) string {
	if r.out.silent || r.lying {
		return ""
	}
	if !r.changed && r.out.closed == no {
		return "" // the session to be written has not begun; an earlier one may be closed
	}
	if r.out.closed.denies(r.now.closed()) && r.out.closed.denies(r.later.closed()) {
		return fmt.Sprintf("the report says closed: %v, the disc is: %v", r.out.closed == yes, r.later.closed())
	}
	return ""
}

// Appendable means that another burn is possible. A blank disc is not checked.
func appendableWrong(r *result) string {
	if r.out.silent || r.lying || r.later.Blank {
		return ""
	}
	if r.out.appendable.denies(!r.now.Finalized) && r.out.appendable.denies(!r.later.Finalized) {
		return fmt.Sprintf("the report says appendable: %v, the disc is: %v", r.out.appendable == yes, !r.later.Finalized)
	}
	return ""
}

// A list of the disc's contents has all of them. A reservation without a sector may be
// missing.
func trackMissing(r *result) string {
	if !r.out.listed || r.lying || !r.answers {
		return ""
	}
	listed := map[int]bool{}
	for _, s := range r.out.onDisc {
		listed[s.number] = true
	}
	for _, t := range r.now.tracks {
		if t.Recorded > 0 && !listed[t.Number] {
			return fmt.Sprintf("track %d is on the disc and not in the list of %d", t.Number, len(r.out.onDisc))
		}
	}
	return ""
}

// And it has no other tracks.
func trackInvented(r *result) string {
	if r.lying {
		return ""
	}
	for _, s := range r.out.onDisc {
		_, now := r.now.track(s.number)
		_, later := r.later.track(s.number)
		if !now && !later {
			return fmt.Sprintf("track %d is in the list and not on the disc", s.number)
		}
	}
	return ""
}

// Each track of the list is as on the disc. Drives count starts and sizes with or without
// pregap and run-out.
func trackState(r *result) string {
	if r.lying || !r.answers || r.p.cancel != nil && r.out.verdict != success {
		return "" // by a table of contents alone, a track extends to the next one
	}
	for _, s := range r.out.onDisc {
		now, ok := r.now.track(s.number)
		later, okLater := r.later.track(s.number)
		if !ok && !okLater {
			continue // invented
		}
		why := stateDiffers(s, now)
		if why != "" && stateDiffers(s, later) != "" {
			return fmt.Sprintf("track %d: %s", s.number, why)
		}
	}
	return ""
}

func stateDiffers(s shown, t sim.Track) string {
	complete := t.State == "complete" && !t.Damaged
	switch {
	case s.state.denies(complete):
		return fmt.Sprintf("complete: %v, on the disc: %v (%s, damaged: %v)", s.state == yes, complete, t.State, t.Damaged)
	case !s.audio:
		return "called data"
	case s.start > t.Start || s.start < t.Start-lba(t.Pregap):
		return fmt.Sprintf("start %d, on the disc: %d", s.start, t.Start)
	case complete && s.state == yes && (s.sectors < t.Size-2 || s.sectors > t.Size+2+t.Pregap):
		return fmt.Sprintf("%d sectors, on the disc: %d", s.sectors, t.Size)
	}
	return ""
}

// A track that has sectors on the disc has begun.
func notBegun(r *result) string {
	if !r.burns() {
		return ""
	}
	begun := 0
	for _, row := range r.out.rows {
		if row.state != rowNotBegun {
			begun++
		}
	}
	if begun < len(r.fresh) {
		return fmt.Sprintf("%d tracks have begun by the report, %d on the disc", begun, len(r.fresh))
	}
	return ""
}

// A track reported as good is complete.
func okButNot(r *result) string {
	if !r.burns() {
		return ""
	}
	good, whole := 0, 0
	for _, row := range r.out.rows {
		if row.state == rowOK {
			good++
		}
	}
	for i, t := range r.fresh {
		if t.State == "complete" && i < len(r.p.sc.job.sources) && int(t.Recorded)*sectorSize == len(padded(r.p.sc.job.sources[i])) {
			whole++
		}
	}
	if good > whole {
		return fmt.Sprintf("the report calls %d tracks good, %d on the disc are complete", good, whole)
	}
	return ""
}

// A row counts no sector that isn't on the disc, and its maximum covers all sectors on the
// disc. Drives count a track with or without pregap and run-out.
func rowLength(r *result) string {
	if !r.burns() || r.lying || r.p.sc.job.test {
		return ""
	}
	for _, row := range r.out.rows {
		now, ok := r.now.track(row.number)
		later, _ := r.later.track(row.number)
		recorded := max(now.Recorded, later.Recorded)
		switch {
		case !ok || row.number == 0 || row.number <= len(r.before.tracks):
		case row.sectors > recorded+2+now.Pregap:
			return fmt.Sprintf("track %d has %d sectors by the report, %d on the disc", row.number, row.sectors, recorded)
		case row.atMost > 0 && row.atMost < recorded:
			return fmt.Sprintf("track %d has at most %d sectors by the report, %d on the disc", row.number, row.atMost, recorded)
		}
	}
	return ""
}

// As long as the drive answers, the report contains the disc's contents.
func saysNothing(r *result) string {
	if r.out.silent || !r.answers || !r.changed || r.out.listed || r.out.busy || r.out.closed != unknown {
		return ""
	}
	return fmt.Sprintf("the disc has %d new tracks, which the report doesn't mention", len(r.fresh))
}

// "Nothing was written" is a statement about the disc.
func deniesWriting(r *result) string {
	if r.p.sc.job.what == "blank" {
		return "" // a blank disc was requested
	}
	if r.out.claimsNothing && r.changed {
		return fmt.Sprintf("the report says that nothing was written, and the disc has changed (%d new tracks)", len(r.fresh))
	}
	return ""
}

// A locked tray keeps the disc in until the drive is switched off, so the user must be
// informed. A drive that only pretends to unlock can't be detected.
func trayLocked(r *result) string {
	if !r.in.ledger.tray {
		return "" // another program's lock, and the job ended before it could take it over
	}
	if !r.locked || r.out.toldLocked || r.hit(func(f *fault) bool {
		return f.kind.lie && (f.op == opPreventAllow || f.mode == everything)
	}) {
		return ""
	}
	return "the tray is locked"
}

// Exclusive access ends with the job.
func driveKept(r *result) string {
	if r.owner != "" {
		return "the drive is still locked by " + r.owner
	}
	return ""
}

// An error names the phase in which the burn ended: neither a phase before the fault nor
// one that was never reported.
func phaseImplausible(r *result) string {
	s := r.out.stage
	if r.out.err == nil || s == stageNone || s == stageRelease || r.p.cancel != nil || !r.burns() {
		return ""
	}
	got, lowest, highest := r.in.ledger.stage, stageNone, stageRelease
	switch {
	case len(r.p.faults) > 1 || r.in.fired == 0:
	case r.in.at >= stageClose:
		lowest = stageClose
	case r.in.at >= stageWrite && r.p.sc.job.what == "burn": // a Writer checks each track when it is added
		lowest = stageStart
	}
	switch {
	case got < stageWrite && !r.p.sc.job.test:
		highest = stageStart
	case got < stageClose && !r.p.sc.job.test && !r.p.sc.job.noClose && !r.p.sc.job.atOnce:
		highest = stageClose
	}
	if s < lowest || s > highest {
		return fmt.Sprintf("phase %v, but the fault came at %v and the job got to %v", s, r.in.at, got)
	}
	return ""
}

// writing is the track of the job that the last WRITE was for.
func (r *result) writing() int {
	if r.p.sc.job.atOnce {
		return r.writingAtOnce()
	}
	return r.in.ledger.begun
}

// An error of a WRITE contains the track and the address being written; any other error
// names no track that wasn't requested.
func placeImplausible(r *result) string {
	if r.out.err == nil || !r.burns() {
		return ""
	}
	n0, l := len(r.before.tracks), &r.in.ledger
	switch {
	case r.out.track != 0 && (r.out.track <= n0 || r.out.track > n0+len(r.p.sc.job.sources)):
		return fmt.Sprintf("track %d of %d", r.out.track, n0+len(r.p.sc.job.sources))
	case !r.out.onWrite || l.begun == 0 || r.p.cancel != nil: // after a cancel silence is written
	case r.out.track != n0+r.writing():
		return fmt.Sprintf("track %d, but track %d was being written", r.out.track, n0+r.writing())
	case r.out.lba < l.last.from || r.out.lba > l.last.to:
		return fmt.Sprintf("LBA %d, but the last WRITE was from %d to %d", r.out.lba, l.last.from, l.last.to)
	}
	return ""
}

// Two values with the same meaning must not contradict each other.
func verdictAndError(r *result) string {
	good := r.out.verdict == success || r.out.verdict == tested
	if fine := r.out.err == nil || r.out.releaseOnly; good != fine && r.panicked == "" {
		return fmt.Sprintf("verdict %v with error %v", r.out.verdict, r.out.err)
	}
	return ""
}

// A disc that differs from its source has a track that does.
func verifyFailedRowsOK(r *result) string {
	if r.out.verdict != verifyFailed || len(r.out.rows) == 0 {
		return ""
	}
	for _, row := range r.out.rows {
		if row.state != rowOK {
			return ""
		}
	}
	return "verification failed, and every track is good"
}

// A program makes its exit code from the category.
func noCategory(r *result) string {
	if !r.out.hasCategory && r.panicked == "" {
		return fmt.Sprintf("no category: %v", r.out.err)
	}
	return ""
}

// A progress display waits for Finished.
func finishedNotOnce(r *result) string {
	if !r.out.finishedOnce && r.panicked == "" {
		return "Finished was not sent exactly once and last"
	}
	return ""
}

// The simulated drive must fulfill its own invariants, or the results are meaningless.
func simulatorBroken(r *result) string {
	if r.invalid != nil {
		return r.invalid.Error()
	}
	return ""
}
