package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// reportText returns the report as lines. Warnings were already printed, and advice is
// printed with the error. shown is the error if it follows on the same screen: the rows of
// the tracks leave its parts out.
func reportText(d *device, m *material, r *burn.Report, verbose bool, shown error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", headline(r))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, t := range r.Tracks {
		start, length := rowPlace(r, &t)
		fmt.Fprintf(w, "  %d\t%s\t%s\t%s\t%s\n", t.Number, start, length, trackStatus(r, &t), trackTitle(t.Title, t.Performer, t.Name))
		for _, note := range t.Notes {
			if text := rowNote(r, &note, verbose, shown); text != "" {
				fmt.Fprintf(w, "  \t\t\t\t%s\n", text)
			}
		}
	}
	_ = w.Flush() // into a strings.Builder
	for _, note := range r.Notes {
		if note.Kind == notekind.Fragment { // the rows don't list its number
			fmt.Fprintf(&b, "%s\n", asSentence(noteText(note)))
		}
	}
	if m != nil {
		for _, text := range m.findings() {
			fmt.Fprintf(&b, "%s\n", asSentence(text))
		}
	}
	if r.Elapsed > 0 {
		fmt.Fprintf(&b, "Took %s.\n", timeText(d, r))
	}
	if len(r.Tracks) > 0 && !r.TestWrite {
		fmt.Fprintf(&b, "%s\n", verificationText(&r.Verified))
	}
	if verbose {
		fmt.Fprintf(&b, "Speed: %s. %s\n", speedSetText(r), asSentence(bufferText(r)))
	}
	for _, line := range holds(r) {
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

// rowPlace is where a track starts and how long it is.
func rowPlace(r *burn.Report, t *burn.TrackReport) (start, length string) {
	switch {
	case t.Status == burn.TrackNotBegun:
		return "-", "-" // it is nowhere
	case t.AtMost > 0, t.Status != burn.TrackOK && t.Status != burn.TrackTested && !r.After.Status.Known():
		return t.Start.MSF().String(), "?:??"
	}
	return t.Start.MSF().String(), t.Recorded().String()
}

// trackStatus is how a track ended. The track during whose lead-in or pause the burn was
// canceled hasn't failed.
func trackStatus(r *burn.Report, t *burn.TrackReport) burn.TrackStatus {
	if t.Status == burn.TrackFailed && cutByUser(r) {
		return burn.TrackCanceled
	}
	return t.Status
}

// rowNote is a note of a track; "" for one that repeats that the burn was canceled, or what
// is shown as its error.
func rowNote(r *burn.Report, n *burn.Note, verbose bool, shown error) string {
	canceled := r.Verdict == burn.VerdictCanceled
	if n.Kind != notekind.TrackError || verbose || !canceled && shown == nil {
		return noteText(*n)
	}
	if cutByUser(r) {
		return ""
	}
	known := distinctLines(sentence(shown, false))
	var news []error
	for _, part := range errorParts(n.Cause.Err) {
		if !canceled || !errors.Is(part, burn.ErrCanceled) {
			news = append(news, part)
		}
	}
	lines := distinctLines(sentence(errors.Join(news...), false))
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return slices.Contains(known, l) }), "; ")
}

// headline summarizes the report on one line.
func headline(r *burn.Report) string {
	if len(r.Tracks) == 0 && r.Verdict == burn.VerdictSuccess {
		state := "closed"
		if isTrue(r.Appendable) {
			state = "closed, and another session may follow"
		}
		return fmt.Sprintf("The disc is %s: %s.", state, count(len(r.OnDisc), "track"))
	}
	var length toc.Sectors
	done := 0
	for _, t := range r.Tracks {
		if t.Status == burn.TrackOK || t.Status == burn.TrackTested {
			done++
			length += t.Recorded()
		}
	}
	text := fmt.Sprintf("%s: %d of %s, %v", r.Verdict, done, count(len(r.Tracks), "track"), length)
	switch {
	case r.TestWrite:
		return text
	case !r.After.Status.Known():
		return text + ", state of the disc unknown"
	case isTrue(r.Closed) && isTrue(r.Appendable):
		return text + ", session closed, another may follow"
	case isTrue(r.Closed):
		return text + ", disc closed"
	case r.After.Status.Value == mmc.DiscEmpty:
		return text + ", disc blank"
	case r.Closed == nil:
		return text + ", state of the session unknown"
	}
	return text + ", session open"
}

// speedSetText is the requested speed, and that of the drive if it is another one.
func speedSetText(r *burn.Report) string {
	switch {
	case !r.SpeedAsked.Known():
		return fmt.Sprintf("%v, the highest", r.SpeedSet)
	case r.SpeedAsked.String() == r.SpeedSet.String():
		return r.SpeedSet.String()
	}
	return fmt.Sprintf("%v instead of %v", r.SpeedSet, r.SpeedAsked)
}

// bufferText describes how full the buffers were.
func bufferText(r *burn.Report) string {
	text := fmt.Sprintf("lowest level of redbook's buffer: %d of %d KiB", r.FIFO.MinFill>>10, r.FIFO.Size>>10)
	if r.FIFO.Empty > 0 {
		text += ", empty " + count(r.FIFO.Empty, "time")
	}
	if r.DriveMin >= 0 {
		text += fmt.Sprintf("; of the drive's: %.0f %%", r.DriveMin*100)
	}
	if r.Resends > 0 {
		text += fmt.Sprintf("; %s repeated", count(r.Resends, "WRITE"))
	}
	return text
}

// asSentence makes a sentence: it begins with a capital letter and ends with a period.
func asSentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToUpper(text[:1])+text[1:], ".") + "."
}

// timeText describes the duration and the speed.
func timeText(d *device, r *burn.Report) string {
	took, writing := r.Elapsed.Round(time.Second), r.Writing.Round(time.Second)
	text := clock(took)
	var parts []string
	if writing > 0 {
		parts = append(parts, "writing "+clock(writing))
	}
	// The parts make no more than the whole. Session-at-once closes as it ends writing.
	if closing := min(r.Closing.Round(time.Second), took-writing); closing > 0 {
		parts = append(parts, "closing "+clock(closing))
	}
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if r.SpeedMean > 0 {
		text += fmt.Sprintf(", %.1fx on average", r.SpeedMean)
	}
	if d.simulated {
		text += "; time of the simulated drive"
	}
	return text
}

// verificationText describes what was read back.
func verificationText(v *disc.Verification) string {
	switch {
	case v.Result == disc.VerifyNotDone:
		return "No audio was read back."
	case v.Done == disc.VerifyNone && v.Result == disc.VerifyDiffers:
		return "No audio was read back: the tracks differ in number or length."
	}
	return "Read back (" + comparedText(v, "): ") + "."
}

// comparedText describes how much was compared, and the result after a separator.
func comparedText(v *disc.Verification, separator string) string {
	text := v.Done.String() + separator + resultText(v.Result)
	if v.Sectors > 0 {
		text += fmt.Sprintf(", %s compared", count(int(v.Sectors), "sector"))
	}
	if v.OffsetKnown && v.Offset != 0 {
		text += fmt.Sprintf(", shifted by %+d samples (the offsets of the writing and the reading drive)", v.Offset)
	}
	if v.Unverifiable > 0 {
		text += fmt.Sprintf(", not verifiable (%s)", count(v.Unverifiable, "sample"))
	}
	if !v.OffsetKnown && v.Result == disc.VerifyEqual {
		text += "; the samples fit more than one read offset (silence, or a steady tone)"
	}
	return text
}

// resultText is the result of a comparison in words.
func resultText(r disc.VerifyResult) string {
	switch r {
	case disc.VerifyOpenSession:
		return "not possible before the session is closed"
	case disc.VerifyPartial:
		return "equal as far as it was compared"
	}
	return r.String()
}
