package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// reportText returns the report as lines. Warnings were already printed, and advice is
// printed with the error.
func reportText(d *device, m *material, r *burn.Report, verbose bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", headline(r))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, t := range r.Tracks {
		start, length := t.Start.MSF().String(), lengthOf(&t).String()
		switch {
		case t.Status == burn.TrackNotBegun:
			start, length = "-", "-" // it is nowhere
		case t.AtMost > 0, t.Status != burn.TrackOK && t.Status != burn.TrackTested && !r.After.Status.Known():
			length = "?:??"
		}
		fmt.Fprintf(w, "  %d\t%s\t%s\t%s\t%s\n", t.Number, start, length, trackStatus(r, &t), trackTitle(t.Title, t.Performer, t.Name))
		for _, note := range t.Notes {
			if text := rowNote(r, &note, verbose); text != "" {
				fmt.Fprintf(w, "  \t\t\t\t%s\n", text)
			}
		}
	}
	_ = w.Flush() // into a strings.Builder
	for _, note := range r.Notes {
		if note.Kind == burn.NoteFragment { // the rows don't list its number
			fmt.Fprintf(&b, "%s\n", asSentence(noteText(note)))
		}
	}
	if m != nil {
		for _, text := range m.findings() {
			fmt.Fprintf(&b, "%s\n", asSentence(text))
		}
	}
	if r.Elapsed > 0 {
		fmt.Fprintf(&b, "%s\n", timeText(d, r))
	}
	if len(r.Tracks) > 0 && !r.TestWrite {
		fmt.Fprintf(&b, "%s\n", verificationText(&r.Verified))
	}
	if verbose {
		fmt.Fprintf(&b, "Speed asked for %v, set to %v. %s\n", r.SpeedAsked, r.SpeedSet, bufferText(r))
	}
	for _, line := range holds(r) {
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

// trackStatus is how a track ended. The track during whose lead-in or pause the burn was
// canceled hasn't failed.
func trackStatus(r *burn.Report, t *burn.TrackReport) burn.TrackStatus {
	if t.Status == burn.TrackFailed && cutByUser(r) {
		return burn.TrackCanceled
	}
	return t.Status
}

// rowNote is a note of a track; "" for one that repeats that the burn was canceled.
func rowNote(r *burn.Report, n *burn.Note, verbose bool) string {
	if n.Kind != burn.NoteTrackError || r.Verdict != burn.VerdictCanceled || verbose {
		return noteText(*n)
	}
	if cutByUser(r) {
		return ""
	}
	var news []string
	for _, part := range errorParts(n.Cause.Err) {
		if !errors.Is(part, burn.ErrCanceled) {
			news = append(news, sentence(part, false))
		}
	}
	return strings.Join(news, "; ")
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
			length += lengthOf(&t)
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

// lengthOf is how much of a track is on the disc, or was tested.
func lengthOf(t *burn.TrackReport) toc.Sectors {
	if t.Status == burn.TrackTested {
		return t.Sent
	}
	return t.Sectors
}

// bufferText describes how full the buffers were.
func bufferText(r *burn.Report) string {
	text := fmt.Sprintf("Buffer of %d KiB, never below %d KiB", r.FIFO.Size>>10, r.FIFO.MinFill>>10)
	if r.FIFO.Empty > 0 {
		text += ", empty " + count(r.FIFO.Empty, "time")
	}
	if r.DriveMin >= 0 {
		text += fmt.Sprintf("; the drive's own never below %.0f %%", r.DriveMin*100)
	}
	if r.Resends > 0 {
		text += fmt.Sprintf("; %s repeated", count(r.Resends, "WRITE"))
	}
	return text + "."
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
	text := "Took " + clock(took)
	if writing > 0 {
		text += ", of that writing " + clock(writing)
	}
	// The parts make no more than the whole. Session-at-once closes as it ends writing.
	if closing := min(r.Closing.Round(time.Second), took-writing); closing > 0 {
		text += ", closing " + clock(closing)
	}
	if r.SpeedMean > 0 {
		text += fmt.Sprintf("; %.1fx on average", r.SpeedMean)
	}
	if d.simulated {
		text += " (time of the simulated drive)"
	}
	return text + "."
}

// verificationText describes what was read back.
func verificationText(v *disc.Verification) string {
	if v.Result == disc.VerifyNotDone {
		return "No audio was read back."
	}
	text := fmt.Sprintf("Read back (%v): %s", v.Done, resultText(v.Result))
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
	return text + "."
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
