package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/tao"
)

// reportText is the report in lines. Warnings have been shown as they came.
func reportText(d *device, r *tao.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n", r)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, t := range r.Tracks {
		fmt.Fprintf(w, "  %d\t%v\t%v\t%s\t%s\n", t.Number, t.Start.MSF(), t.Sectors, t.Status, baseName(t.Name))
		for _, note := range t.Notes {
			fmt.Fprintf(w, "  \t\t\t\t%s\n", withoutPackages(note))
		}
	}
	_ = w.Flush() // into a strings.Builder
	if r.Elapsed > 0 {
		fmt.Fprintf(&b, "%s\n", timeText(d, r))
	}
	if !r.TestWrite {
		fmt.Fprintf(&b, "%s\n", verificationText(&r.Verified))
	}
	for _, step := range r.NextSteps {
		fmt.Fprintf(&b, "%s\n", step)
	}
	return b.String()
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
		text += "\n" + note
	}
	return text
}
