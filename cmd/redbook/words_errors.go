package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// sentence formats an error for people: where, what, and what the drive reported. With
// verbose it is the engine's text, with IMAPI's name.
func sentence(err error, verbose bool) string {
	if verbose {
		text := err.Error()
		if _, name, ok := burn.HRESULT(err); ok {
			text += " [" + name + "]"
		}
		return text
	}
	var lines []string
	for _, part := range errorParts(err) {
		text := distinctLines(partText(part))
		if e, ok := errors.AsType[*burn.Error](part); ok && e.Phase == burn.PhaseVerify {
			text = fewLines(text)
		}
		line := strings.Join(text, "\n  ")
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n  ")
}

// mostLines is how many lines the error of a verification has: a disc that differs has one
// for each track, and so has the table of tracks.
const mostLines = 6

// fewLines shortens a long list.
func fewLines(lines []string) []string {
	if len(lines) <= mostLines {
		return lines
	}
	return append(lines[:mostLines-1:mostLines-1], fmt.Sprintf("and %d more", len(lines)-mostLines+1))
}

// inOneLine is sentence for a row of a table or of a log.
func inOneLine(err error) string {
	return strings.Join(distinctLines(sentence(err, false)), "; ")
}

// errorParts splits a list of errors (errors.Join).
func errorParts(err error) []error {
	if err == nil {
		return nil
	}
	if f, ok := err.(*failure); ok && f.brief == "" {
		err = f.err
	}
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	inner := list.Unwrap()
	texts := make([]string, len(inner))
	for i, e := range inner {
		texts[i] = e.Error()
	}
	if err.Error() != strings.Join(texts, "\n") {
		return []error{err} // one error that matches several
	}
	var all []error
	for _, e := range inner {
		all = append(all, errorParts(e)...)
	}
	return all
}

// partText formats one error. For a cancel it omits the phase, which the user knows.
func partText(err error) string {
	if f, ok := err.(*failure); ok && f.brief != "" {
		return f.brief
	}
	e, ok := errors.AsType[*burn.Error](err)
	if !ok {
		return causeText(err)
	}
	where := ""
	switch {
	case e.Track == 0, errors.Is(e, burn.ErrCanceled):
	case e.Phase == burn.PhaseWrite || e.Phase == burn.PhaseVerify || e.Phase == burn.PhaseRead:
		where = fmt.Sprintf("%s track %d at LBA %d: ", e.Phase, e.Track, e.LBA)
	default:
		where = fmt.Sprintf("track %d: ", e.Track)
	}
	if e.Phase == burn.PhaseRelease && !deferred(e) {
		return e.Err.Error() // it isn't about the disc, whatever the drive reports
	}
	var causes []string
	for _, part := range errorParts(e.Err) {
		if text := causeText(part); !slices.Contains(causes, text) {
			causes = append(causes, text)
		}
	}
	text := strings.Join(causes, "; ")
	if track := fmt.Sprintf("track %d", e.Track); where == track+": " && strings.Contains(text, track) {
		return text // it names the track itself
	}
	if phase := string(e.Phase) + " "; where != "" && strings.HasPrefix(phase+text, where) {
		return phase + text // and the place
	}
	return where + text
}

// causeText describes the cause. A plain sentence precedes the standard's words for what
// the drive or the system reported.
func causeText(err error) string {
	if text, ok := figures(err); ok {
		return text
	}
	text := strings.TrimPrefix(err.Error(), cuesheet.ErrInvalid.Error()+": ")
	if _, answered := errors.AsType[*scsi.SenseError](err); !answered && errors.Is(err, context.Canceled) && strings.HasSuffix(text, context.Canceled.Error()) {
		return "canceled" // without the command that would have been next
	}
	if !drives(err) {
		return text
	}
	plain := plainText(err)
	if plain == "" || strings.Contains(text, plain) {
		return text
	}
	if noDisc(err) { // the standard's words repeat it
		return strings.TrimSpace(plain + " " + triple().FindString(text))
	}
	return plain + ": " + text
}

// triple is the sense key, ASC and ASCQ at the end of an error of the drive.
var triple = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\([0-9A-F]+/[0-9A-F]{2}/[0-9A-F]{2}\)$`)
})

// plainText explains the drive's report. It omits that a write failed, which the phase
// already implies.
func plainText(err error) string {
	switch {
	case errors.Is(err, burn.ErrDiscChanged):
		return burn.ErrDiscChanged.Error()
	case errors.Is(err, asc.FamilyMediumChanged):
		return "the drive reports that its disc was changed"
	case errors.Is(err, asc.FamilyReset):
		return "the drive was reset"
	case errors.Is(err, burn.ErrSettingsLost):
		return burn.ErrSettingsLost.Error()
	case noDisc(err):
		return burn.ErrNoMedia.Error()
	}
	if s, ok := errors.AsType[*burn.Sentinel](err); ok && s != burn.ErrWriteFailed {
		return s.Error()
	}
	return ""
}

// figures are the errors that carry figures instead of words.
func figures(err error) (string, bool) {
	if text, ok := resumeFigures(err); ok {
		return text, true
	}
	if e, ok := errors.AsType[*burn.FitError](err); ok {
		if errors.Is(e, burn.ErrTrackLimit) {
			return trackLimitText(e), true
		}
		return tooLongText(e), true
	}
	if e, ok := errors.AsType[*burn.MediaError](err); ok {
		return mediaErrorText(e, errors.Is(err, burn.ErrNotErasable)), true
	}
	return "", false
}

// tooLongText states by how much the album is too long, with the length of the pauses, which
// users forget.
func tooLongText(e *burn.FitError) string {
	over := placing.Fit{Need: e.Need, Room: e.Room}.Over()
	var b strings.Builder
	what := "the album"
	if e.Track > 0 {
		what = fmt.Sprintf("track %d", e.Track)
	}
	fmt.Fprintf(&b, "%s is %s too long for this disc: %v of music", what, minutes(over, true), e.Music)
	if e.Pauses > 0 {
		fmt.Fprintf(&b, " and %s need %v", count(e.Pauses, "two-second pause"), e.Need)
	}
	if e.Append {
		fmt.Fprintf(&b, ", and the disc has %s left", minutes(e.Room, false))
	} else {
		fmt.Fprintf(&b, ", and the disc holds %s", minutes(e.Room, false))
	}
	return b.String()
}

// minutes formats a length as minutes and seconds. The room on a disc is rounded down, and
// what is missing is rounded up. Other lengths are rounded to the nearest second
// (toc.Sectors.String).
func minutes(s toc.Sectors, up bool) string {
	seconds := s / toc.SectorsPerSecond
	if up && s%toc.SectorsPerSecond != 0 {
		seconds++
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func trackLimitText(e *burn.FitError) string {
	text := fmt.Sprintf("that makes %d tracks", e.Recorded+e.Added)
	if e.Recorded > 0 {
		text += fmt.Sprintf(", %d of them already on the disc", e.Recorded)
	}
	return text + fmt.Sprintf("; a disc holds at most %d", toc.MaxTracks)
}

// mediaErrorText names the disc and what is needed instead.
func mediaErrorText(e *burn.MediaError, erase bool) string {
	switch {
	case e.Err == burn.ErrMediaNotBlank && e.Tracks == 0:
		return "the disc isn't blank"
	case e.Err == burn.ErrMediaNotBlank:
		return fmt.Sprintf("the disc isn't blank: it holds %s", count(e.Tracks, "track"))
	}
	need := "audio needs a CD-R or CD-RW"
	if erase {
		need = "only a CD-RW can be erased"
	}
	switch e.Media {
	case mmc.MediaUnknown:
		return "the drive doesn't recognize this kind of disc; " + need
	case mmc.MediaCDROM:
		return "this is a pressed CD (CD-ROM), which can't be written; " + need
	}
	return fmt.Sprintf("this is a %v; %s", e.Media, need)
}
