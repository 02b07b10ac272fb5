package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
)

// advice is what to do about an error that matches one of is: the first matching row
// applies.
var advice = []struct {
	is []error
	tip
}{
	{[]error{fs.ErrPermission}, tip{"You have no permission to use this drive. To see what is missing: redbook doctor", "no-permission"}},
	{[]error{burn.ErrLocked}, tip{"Close the other program that uses the drive, and try again.", "drive-in-use"}},
	{[]error{sao.ErrSessionOpen}, tip{"Use a blank disc, or burn with --mode auto or --mode tao, which puts two seconds between the tracks and writes no titles.", "no-session-at-once"}},
	{[]error{cuesheet.ErrInvalid}, tip{"Burn with --mode tao, which puts two seconds between the tracks and writes no titles.", "no-session-at-once"}},
	{[]error{burn.ErrNoSAO}, tip{"Burn with --mode auto or --mode tao, which puts two seconds between the tracks and writes no titles.", "no-session-at-once"}},
	{[]error{burn.ErrNoText}, tip{"Burn without --cd-text, or without --mode sao, which leaves the titles out.", "no-cd-text"}},
	{[]error{burn.ErrNoMedia, asc.FamilyMediumNotPresent}, adviceInsert},
	{[]error{burn.ErrTrackOpen}, tip{"To end the unfinished track and close the disc: redbook close%D", "unfinished-track"}},
	{[]error{burn.ErrOtherDisc}, tip{"Insert the disc of the album. To see which albums can be finished: redbook jobs", "not-resumable"}},
	{[]error{burn.ErrNotResumable}, tip{"Burn the album again.", "not-resumable"}},
	{[]error{burn.ErrDiscChanged}, tip{"Insert the right disc and check it: redbook info%D", "disc-changed"}},
	{[]error{burn.ErrSettingsLost}, adviceConnection},
	{[]error{burn.ErrReservation}, tip{"Burn with --reserve never.", "reservation"}},
	{[]error{burn.ErrUnderrun}, tip{"Burn slower, with the audio on a local disk, and leave buffer underrun protection on.", "underrun"}},
	{[]error{asc.InvalidAddressForWrite, asc.LBAOutOfRange},
		tip{"The drive expected another address, as when a cable or USB bridge sends a command twice. Try another cable or port.", "wrong-address"}},
	{[]error{burn.ErrSourceChanged}, tip{"Do not change the audio files during the burn.", "file-changed"}},
	{[]error{burn.ErrSourceShort, burn.ErrEmptySource, burn.ErrStream}, tip{"Play the file to its end. If it is incomplete, download or rip it again.", "bad-file"}},
	{[]error{burn.ErrNotCDDA}, tip{"Convert the audio to 44.1 kHz, 16 bit, stereo.", "not-cd-format"}},
	{[]error{burn.ErrTrackLimit}, tip{"Burn the album on two discs, or join tracks.", "too-many-tracks"}},
	{[]error{burn.ErrNoSpace}, tip{"Leave a track out, or use a longer disc.", "does-not-fit"}},
	{[]error{burn.ErrRecorderNotSupported}, tip{"Use a drive that writes CD-R.", "no-burner"}},
	{[]error{asc.InvalidOpcode}, adviceRefused},
	{[]error{burn.ErrNoFeature}, tip{"Leave out the option that the drive doesn't support, such as --test-write.", "missing-feature"}},
	{[]error{burn.ErrTrackMissing}, tip{"The drive reported success but recorded nothing. Switch it off and on, try another cable or port, and another disc.", "nothing-recorded"}},
	{[]error{burn.ErrEraseFailed}, tip{"Erase the whole disc: redbook blank --full%D", "erase-failed"}},
	{[]error{burn.ErrMediaIncompatible}, tip{"Use another brand of CD-R or CD-RW.", "unsuitable-disc"}},
	{[]error{burn.ErrWriteProtected}, tip{"Use another disc.", "write-protected"}},
	{[]error{asc.FamilySessionFixation, burn.ErrNotClosed}, adviceClose},
	{[]error{asc.FamilyLoadOrEject}, tip{"The drive's tray is locked or jammed. Switch the drive off and on.", "tray-stuck"}},
	{[]error{asc.FamilyIllegalTrackMode},
		tip{"The drive expects another kind of track here. Switch it off and on and try again; if the disc isn't blank, use a blank one.", "track-mode"}},
	{[]error{asc.FamilyCDControl}, tip{"The disc's calibration area is full or damaged. Use another disc.", "calibration"}},
	{[]error{burn.ErrTooFast}, tip{"The drive probably refused every command without reporting it. Switch it off and on, and try another cable or port.", "too-fast"}},
	{[]error{disc.ErrNothingRead}, tip{"The disc may be good. Compare it in another drive: redbook verify FILES", "nothing-read"}},
	{[]error{burn.ErrVerify}, tip{"Burn another disc of another brand, at a lower --speed.", "verify-failed"}},
	{[]error{burn.ErrUnconfirmed}, adviceLook},
	{[]error{burn.ErrModeParams}, tip{"The drive doesn't accept these settings. Burn without --mcn, --isrc and other special options.", "settings-refused"}},
	{[]error{asc.InvalidFieldInCDB}, adviceRefused},
	{[]error{burn.ErrBecomingReady, burn.ErrFormatting}, tip{"Wait until the drive's light is off and try again.", "drive-busy"}},
	{[]error{burn.ErrTimeout}, tip{"Switch the drive off and on, and check its cable and power, before you try again.", "no-answer"}},
	{[]error{burn.ErrBusy, mmc.ErrNotReady}, adviceBusy},
	{[]error{asc.FamilyMediumChanged}, tip{"Make sure that the right disc is in the drive: redbook info%D", "disc-changed"}},
	{[]error{asc.FamilyCommunication, scsi.KeyAbortedCommand, scsi.ASC(0x47), scsi.ASC(0x1B), scsi.ASC(0x4B), asc.FamilyReset, burn.ErrDriveLost},
		adviceConnection},
	{[]error{scsi.KeyMediumError}, tip{"Use another disc, and another brand if this happens again. Burn at a lower --speed.", "write-error"}},
	{[]error{scsi.KeyHardwareError}, adviceHardware},
	{[]error{burn.ErrBadResponse}, tip{"The drive's replies make no sense. Switch it off and on, and try another cable or port.", "bad-reply"}},
	{[]error{burn.ErrUnexpected}, tip{"Switch the drive off and on, and try another disc.", "drive-error"}},
}

// Advice that the table doesn't contain.
var (
	adviceConnection = tip{"Check the drive's cable and power, and switch it off and on before you try again.", "connection"}
	adviceClose      = tip{"Try to close the disc again: redbook close%D", "not-closed"}
	adviceRefused    = tip{"The drive doesn't support this command. Try a newer firmware, or another drive.", "command-refused"}
	adviceGone       = tip{"The drive no longer sees the disc. Take it out, put it in again and check it: redbook info%D", "disc-changed"}
	adviceHurried    = tip{"Wait until the drive's light is off, then check the disc: redbook info%D", "ctrl-c"}
	adviceLook       = tip{"Take the disc out, put it in again and check it: redbook info%D", "unconfirmed"}
	adviceNotAudio   = tip{"The drive takes this track for data. Try another drive.", "data-track"}
	adviceHardware   = tip{"Let the drive cool down and clean it. If this happens again, use another drive.", "hardware-error"}
	adviceInsert     = tip{"Insert a disc and try again.", "no-disc"}
	adviceInsertSim  = tip{"Name the file of a simulated disc: --device sim:FILE", "no-disc"}
	adviceTray       = tip{"The disc is not affected. To unlock the tray, switch the drive off and on.", "tray-locked"}
	adviceTrayToo    = tip{"To unlock the tray, switch the drive off and on.", "tray-locked"}
	adviceRead       = tip{"Clean the disc and try again, or try another drive.", "read-error"}
	adviceReserved   = tip{"Another computer has reserved the drive. Close the program that uses it there.", "reserved"}
	adviceBusy       = tip{"Wait until the drive's light is off and try again. If that doesn't help, switch the drive off and on.", "drive-busy"}
	adviceLayout     = tip{"No wrong audio was found. To see what the disc holds: redbook toc%D", "layout-differs"}
	adviceRestart    = tip{"Switch the drive off and on, and try again.", "drive-error"}
)

// burn gives an error of a burn its exit code and advice. The report is nil if nothing was
// sent to the disc.
func (a *adviser) burn(err error, d *device, report *burn.Report) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*failure](err); ok {
		return err // it has both
	}
	next := a.next(err, d, report)
	f := &failure{code: classify(err), err: err, next: next.text, topic: next.topic}
	if cutByUser(report) && errors.Is(err, burn.ErrCanceled) {
		f.brief = strings.Join(append([]string{burn.ErrCanceled.Error()}, distinctLines(sentence(ofRelease(err), false))...), "\n  ")
	}
	return f
}

// writing is burn for a command that writes. If it was canceled before anything was written,
// the message states that.
func (a *adviser) writing(err error, d *device, report *burn.Report) error {
	err = a.burn(err, d, report)
	f, ok := errors.AsType[*failure](err)
	if !ok || f.code != exitCanceled || f.brief != "" || len(errorParts(f.err)) > 1 {
		return err
	}
	e, ok := errors.AsType[*burn.Error](f.err)
	if !ok || slices.Contains([]burn.Phase{burn.PhaseCheck, burn.PhasePlan, burn.PhasePrepare}, e.Phase) || staysBlank(report) {
		f.brief = "canceled; nothing was written to the disc"
	}
	return err
}

// next returns the advice for err.
func (a *adviser) next(err error, d *device, report *burn.Report) tip {
	_, changed := errors.AsType[*burn.ChangedError](err)
	switch {
	case changed:
		return tip{a.leaveAsIs(), "not-resumable"}
	case errors.Is(err, burn.ErrFinalized):
		return tip{a.anotherDisc(d), "not-blank"}
	case errors.Is(err, burn.ErrCutShort):
		return tip{a.anotherDisc(d), "cut-short"}
	case errors.Is(err, burn.ErrMediaNotSupported) && !errors.Is(err, burn.ErrNotErasable):
		return tip{a.anotherDisc(d), "unsuitable-disc"}
	case errors.Is(err, burn.ErrMediaNotBlank):
		return tip{"To add to it, use --append.\n" + a.anotherDisc(d), "not-blank"}
	}
	found, open := a.about(err), a.openSession(report)
	switch {
	case errors.Is(err, burn.ErrCanceled) && cutByUser(report):
		return a.again(report).and(a.about(ofRelease(err)))
	case errors.Is(err, burn.ErrCanceled) && report != nil && uncompared(report):
		return tip{"To compare the disc with the files: redbook verify" + a.deviceFlag() + " FILES", "not-compared"}
	case errors.Is(err, burn.ErrNothingToClose) && report != nil && report.After.LastSession.Value == mmc.SessionIncomplete && report.After.LastSession.Known():
		return tip{strings.TrimSpace("If a session-at-once burn was cut short, none of it can be read. " + a.erasable(report)), "cut-short"}
	case report != nil && report.Verdict == burn.VerdictCanceled && !report.After.Status.Known() && found == a.filled(adviceLook):
		return a.filled(adviceHurried)
	case noDisc(err) && begun(report):
		return a.filled(adviceGone)
	case noDisc(err), errors.Is(err, burn.ErrDiscChanged):
		return found // an open session would be on another disc
	case report != nil && open.text == "" && found == a.filled(adviceClose): // whatever the drive reported, the disc shows nothing to close
		if torn(report) {
			return tip{topic: "cut-short"}
		}
		return a.filled(adviceLook)
	case errors.Is(err, burn.ErrTrackOpen) && open.text != "":
		if cause, ok := errors.AsType[*scsi.SenseError](err); ok { // why the track was not ended
			return a.filled(partAdvice(cause)).and(open)
		}
		return open // it gives the same advice, and names the track
	case errors.Is(err, burn.ErrNotClosed) && open.text != "":
		return tip{open.text, adviceClose.topic}
	}
	if report != nil && report.Verdict != burn.VerdictUnconfirmed && torn(report) {
		return found.and(tip{a.erasable(report), "cut-short"})
	}
	return found.and(open)
}

// staysBlank reports whether the disc was blank and the drive shows that it still is.
func staysBlank(report *burn.Report) bool {
	return report != nil && !begun(report) && report.After.Status.Known() && report.After.Status.Value == mmc.DiscEmpty
}

// begun reports whether something was written to the disc.
func begun(report *burn.Report) bool {
	return report != nil && slices.ContainsFunc(report.Tracks, func(t burn.TrackReport) bool { return t.Sent > 0 })
}

// about returns advice for the first part of err that has any, and for a tray that stays
// locked.
func (a *adviser) about(err error) tip {
	var first tip
	tray := false
	for _, part := range errorParts(err) {
		found := a.filled(partAdvice(part))
		if found == adviceInsert {
			found = a.insert()
		}
		if found == adviceTray {
			tray = true
		} else if first.text == "" {
			first = found
		}
	}
	switch {
	case !tray:
		return first
	case first.text == "":
		return adviceTray
	}
	return first.and(adviceTrayToo) // the other error may have spoiled the disc
}

// filled returns advice of the table with the device in it.
func (a *adviser) filled(t tip) tip {
	t.text = strings.ReplaceAll(t.text, "%D", a.deviceFlag())
	return t
}

// insert is the advice for an empty drive. A simulated drive takes no disc by hand.
func (a *adviser) insert() tip {
	for _, flag := range []string{"--from", "--to"} { // of copy
		if i := slices.Index(a.args, flag); i >= 0 && i+1 < len(a.args) && a.args[i+1] == simPrefix || slices.Contains(a.args, flag+"="+simPrefix) {
			return tip{strings.Replace(adviceInsertSim.text, "--device", flag, 1), adviceInsertSim.topic}
		}
	}
	if a.flags.device == simPrefix {
		return adviceInsertSim
	}
	return adviceInsert
}

// partAdvice looks up one error in the table. For an unknown error of a drive, switching
// it off and on is worth a try.
func partAdvice(err error) tip {
	if errors.Is(err, burn.ErrNotErasable) || errors.Is(err, burn.ErrNothingToClose) {
		return tip{} // nothing can be done
	}
	if e, ok := errors.AsType[*burn.Error](err); ok {
		switch {
		case e.Phase == burn.PhaseRelease && !deferred(err):
			return adviceTray
		case (e.Phase == burn.PhaseRead || e.Phase == burn.PhaseVerify) && errors.Is(err, scsi.KeyMediumError) && !errors.Is(err, disc.ErrNothingRead):
			return adviceRead
		case (e.Phase == burn.PhaseRead || e.Phase == burn.PhaseVerify) && errors.Is(err, asc.FamilyIllegalTrackMode):
			return adviceNotAudio
		}
	}
	if errors.Is(err, burn.ErrVerify) && !errors.Is(err, inspect.ErrDiffers) && !errors.Is(err, inspect.ErrUnreadable) {
		return adviceLayout // tracks, pauses or texts differ, which another disc would not change
	}
	for _, row := range advice {
		for _, target := range row.is {
			if errors.Is(err, target) && (target != error(asc.FamilySessionFixation) || closing(err)) {
				return row.tip
			}
		}
	}
	if s, ok := errors.AsType[*scsi.StatusError](err); ok {
		if s.Status == scsi.ReservationConflict {
			return adviceReserved
		}
		return adviceBusy
	}
	if drives(err) && !errors.Is(err, burn.ErrCanceled) && !errors.Is(err, context.Canceled) {
		return adviceRestart
	}
	return tip{}
}

// closing reports whether err occurred while the session was closed: a fixation error
// (72h) of a drive at another time is not about the session.
func closing(err error) bool {
	e, ok := errors.AsType[*burn.Error](err)
	return !ok || e.Phase == burn.PhaseClose
}

// drives reports whether err comes from a drive, or from the connection to it.
func drives(err error) bool {
	_, sense := errors.AsType[*scsi.SenseError](err)
	_, transport := errors.AsType[*scsi.TransportError](err)
	_, status := errors.AsType[*scsi.StatusError](err)
	return sense || transport || status || errors.Is(err, mmc.ErrBadReply)
}

// deferred reports whether err is about an earlier command than the one that carried it.
func deferred(err error) bool {
	s, ok := errors.AsType[*scsi.SenseError](err)
	return ok && s.Deferred
}

// openSession returns the advice for an open session on the disc.
func (a *adviser) openSession(report *burn.Report) tip {
	if report == nil || report.TestWrite || torn(report) || isTrue(report.Closed) || report.After.Status.Value != mmc.DiscIncomplete || !report.After.Status.Known() {
		return tip{}
	}
	for _, t := range report.After.Tracks {
		if t.State == disc.TrackIncomplete || t.State == disc.TrackDamaged || t.State == disc.TrackReserved {
			return tip{fmt.Sprintf("Track %d is unfinished. To end it and close the disc: redbook close%s", t.Number, a.deviceFlag()), "unfinished-track"}
		}
	}
	if len(report.OnDisc) == 0 {
		return tip{}
	}
	return tip{fmt.Sprintf("To add to the open session: redbook burn --append%s FILES\nTo close the disc as it is: redbook close%s",
		a.deviceFlag(), a.deviceFlag()), "open-session"}
}

// again returns advice after the user cut a session-at-once burn short.
func (a *adviser) again(report *burn.Report) tip {
	if report.TestWrite {
		return tip{topic: "cut-short"}
	}
	return tip{strings.TrimSpace("Burn the album again on another disc. " + a.erasable(report)), "cut-short"}
}

// erasable returns advice for reusing a disc on which nothing can be read.
func (a *adviser) erasable(report *burn.Report) string {
	if m := report.Disc.Media; report.TestWrite || m.Known() && m.Value != mmc.MediaCDRW {
		return ""
	}
	return "A CD-RW can be used again: redbook blank" + a.deviceFlag()
}

// cutByUser reports whether the user canceled a session-at-once burn before its end. The
// drive's errors are then about the missing end.
func cutByUser(report *burn.Report) bool {
	return report != nil && report.Verdict == burn.VerdictCanceled && (torn(report) || report.TestWrite)
}

// ofRelease returns the part of an error that is about the tray, not about the disc.
func ofRelease(err error) error {
	var tray []error
	for _, part := range errorParts(err) {
		if e, ok := errors.AsType[*burn.Error](part); ok && e.Phase == burn.PhaseRelease {
			tray = append(tray, part)
		}
	}
	return errors.Join(tray...)
}

// holds describes what is on the disc, unless it is simply what was requested.
func holds(r *burn.Report) []string {
	after := &r.After
	switch {
	case r.Verdict == burn.VerdictTestWrite:
		return []string{"Nothing was written: this was a test write."}
	case r.Verdict == burn.VerdictSuccess && isTrue(r.Closed):
		return nil
	case !after.Status.Known() && r.LookError.Err == nil && after.Status.Err == nil:
		return nil // the disc was never inspected
	case !after.Status.Known():
		return []string{"The drive did not report what is on the disc."}
	case after.NotReady != nil:
		return []string{"The drive is still busy with the disc."}
	case after.Status.Value == mmc.DiscEmpty:
		return []string{"The disc is blank."}
	}
	switch {
	case torn(r) && slices.ContainsFunc(r.Tracks, func(t burn.TrackReport) bool { return t.Status == burn.TrackUnshown }):
		return []string{"The drive shows the session as unfinished: as it is, none of it can be read."}
	case torn(r):
		return []string{"The session was cut short, and none of it can be read."}
	case r.TestWrite && after.Status.Value != r.Disc.Status.Value:
		return []string{"The drive shows the disc changed after the test write. Take it out, put it in again and check it with redbook info."}
	}
	return append([]string{discHolds(r)}, tornRows(r)...)
}

// uncompared reports whether a burn is complete except for reading back.
func uncompared(r *burn.Report) bool {
	return r.Mode != "" && isTrue(r.Closed) && len(r.Tracks) > 0 && r.Verified.Result == disc.VerifyNotDone &&
		!slices.ContainsFunc(r.Tracks, func(t burn.TrackReport) bool { return t.Status != burn.TrackOK })
}

// isTrue reports whether the report makes a statement and it is true.
func isTrue(b *bool) bool { return b != nil && *b }

// torn reports whether a session-at-once burn was cut short. If that happens in the
// lead-in, nothing of a track was sent, but the disc isn't blank any more.
func torn(r *burn.Report) bool {
	if r.Mode != burn.ModeSAO || isTrue(r.Closed) {
		return false
	}
	before, after := &r.Disc.LastSession, &r.After.LastSession
	begun := before.Known() && before.Value == mmc.SessionEmpty && after.Known() && after.Value == mmc.SessionIncomplete
	for _, t := range r.Tracks {
		if t.Status == burn.TrackLost {
			return true
		}
		shown := slices.ContainsFunc(r.OnDisc, func(on burn.DiscTrack) bool { return on.Number == t.Number })
		if !shown && t.Sectors == 0 && (begun || t.Sent > 0) {
			return true
		}
	}
	return false
}

// discHolds describes a disc that isn't blank.
func discHolds(r *burn.Report) string {
	var whole, cut, unknown []int
	for _, t := range r.After.Tracks {
		switch t.State {
		case disc.TrackComplete:
			whole = append(whole, t.Number)
		case disc.TrackUnknown:
			unknown = append(unknown, t.Number)
		default:
			cut = append(cut, t.Number)
		}
	}
	var text []string
	switch {
	case isTrue(r.Closed) && isTrue(r.Appendable):
		text = append(text, "The disc's last session is closed, and another one can follow.")
	case isTrue(r.Closed):
		text = append(text, "The disc is closed.")
	case r.Closed != nil:
		text = append(text, "The disc is open.")
	default:
		text = append(text, "The drive did not report whether the disc is closed.")
	}
	if len(whole) > 0 || len(cut)+len(unknown) == 0 {
		text = append(text, "It holds "+numbers(whole)+".")
	}
	switch {
	case len(cut) == 1:
		text = append(text, asSentence(numbers(cut)+" is unfinished"))
	case len(cut) > 1:
		text = append(text, asSentence(numbers(cut)+" are unfinished"))
	}
	if len(unknown) > 0 {
		text = append(text, "The drive did not report the state of "+numbers(unknown)+".")
	}
	return strings.Join(text, " ")
}

// tornVerbs describe what happened to an incomplete track.
var tornVerbs = map[burn.TrackStatus]string{
	burn.TrackShort:    "ended early",
	burn.TrackCanceled: "was canceled",
	burn.TrackChanged:  "changed during the burn",
	burn.TrackFailed:   "failed",
}

// tornRows describe the incomplete tracks as the disc shows them.
func tornRows(r *burn.Report) []string {
	var lines []string
	for _, t := range r.Tracks {
		if verb, ok := tornVerbs[t.Status]; ok {
			// A track that was cut short is as long as every track must be, or as its reservation: the
			// rest is silence.
			length := t.Sectors
			if length <= placing.MinTrack || t.Reserve == "reserved" {
				length = min(length, t.Audio)
			}
			much := min(length, t.Asked).String()
			switch {
			case t.AtMost >= t.Asked:
				much = "some or all"
			case t.AtMost > 0:
				much = "at most " + t.AtMost.String()
			}
			lines = append(lines, fmt.Sprintf("Track %d (%s) %s: %s of its %v is on the disc.",
				t.Number, baseName(t.Name), verb, much, t.Asked))
		}
	}
	return lines
}

// numbers formats "no track", "track 2", "tracks 1-3 and 5".
func numbers(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		part := fmt.Sprint(list[i])
		if j > i {
			part = fmt.Sprintf("%d-%d", list[i], list[j])
		}
		parts, i = append(parts, part), j+1
	}
	switch {
	case len(list) == 0:
		return "no track"
	case len(list) == 1:
		return "track " + parts[0]
	case len(parts) == 1:
		return "tracks " + parts[0]
	}
	return "tracks " + strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
