package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/tao"
)

// reportText is the report in lines. Warnings have been shown as they came, and
// what to do about an error is said with it.
func reportText(d *device, m *material, r *tao.Report, err error, verbose bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", headline(r))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, t := range r.Tracks {
		start, length := t.Start.MSF().String(), t.Sectors.String()
		if t.Status == tao.TrackNotBegun {
			start, length = "-", "-" // it is nowhere
		}
		fmt.Fprintf(w, "  %d\t%s\t%s\t%s\t%s\n", t.Number, start, length, t.Status, trackTitle(t.Title, t.Performer, t.Name))
		for _, note := range t.Notes {
			fmt.Fprintf(w, "  \t\t\t\t%s\n", withoutPackages(note))
		}
	}
	_ = w.Flush() // into a strings.Builder
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
		fmt.Fprintf(&b, "%s\n", bufferText(r))
	}
	steps := r.NextSteps
	if advice := tao.Advice(err); len(advice) <= len(steps) {
		steps = steps[:len(steps)-len(advice)]
	}
	for _, step := range steps {
		if err != nil && !r.Closed && len(r.OnDisc) > 0 && strings.Contains(step, "`redbook ") {
			continue // the error comes with lines to type, which name the device too
		}
		fmt.Fprintf(&b, "%s\n", asSentence(withoutPackages(step)))
	}
	return b.String()
}

// headline is the report in one line.
func headline(r *tao.Report) string {
	if len(r.Tracks) > 0 || r.Verdict != tao.VerdictSuccess {
		return r.String()
	}
	state := "closed"
	if r.Appendable {
		state = "closed, and another session may follow"
	}
	return fmt.Sprintf("The disc is %s: %s.", state, count(len(r.OnDisc), "track"))
}

// bufferText is for people who want to know how well the data flowed.
func bufferText(r *tao.Report) string {
	text := fmt.Sprintf("Speed asked for %v, set to %v. Buffer of %d KiB, never below %d KiB, empty %s",
		r.SpeedAsked, r.SpeedSet, r.FIFO.Size>>10, r.FIFO.MinFill>>10, count(r.FIFO.Empty, "time"))
	if r.DriveMin >= 0 {
		text += fmt.Sprintf("; the drive's own never below %.0f %%", r.DriveMin*100)
	}
	return text + fmt.Sprintf("; %s repeated.", count(r.Resends, "WRITE"))
}

// asSentence begins with a capital letter and ends with a full stop.
func asSentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToUpper(text[:1])+text[1:], ".") + "."
}

// timeText says how long it took and how fast it was.
func timeText(d *device, r *tao.Report) string {
	text := "Took " + clock(r.Elapsed)
	if r.Writing > 0 {
		text += ", of that writing " + clock(r.Writing)
	}
	if r.Closing > 0 {
		text += ", closing " + clock(r.Closing)
	}
	if r.SpeedMean > 0 {
		text += fmt.Sprintf("; %.1fx on average", r.SpeedMean)
	}
	if d.simulated {
		text += " (time of the simulated drive)"
	}
	return text + "."
}

// verificationText says what was read back.
func verificationText(v *tao.Verification) string {
	if v.Result == tao.VerifyNotDone || v.Result == "" {
		return "No audio was read back."
	}
	text := fmt.Sprintf("Read back (%v): %s", v.Done, v.Result)
	if v.Sectors > 0 {
		text += fmt.Sprintf(", %s compared", count(int(v.Sectors), "sector"))
	}
	if v.Known && v.Offset != 0 {
		text += fmt.Sprintf(", the drive reads %+d samples off", v.Offset)
	}
	if v.Unverifiable > 0 {
		text += fmt.Sprintf(", not verifiable (%s)", count(v.Unverifiable, "sample"))
	}
	text += "."
	for _, note := range v.Notes {
		text += "\n" + asSentence(note)
	}
	return text
}
