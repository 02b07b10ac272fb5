package toc

import "fmt"

// Diff describes how t differs from what was wanted, one line per difference;
// nothing if they are equal. A session number of 0 means that it isn't known and
// is not compared.
func (t TOC) Diff(want TOC) []string {
	var lines []string
	note := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if t.First != want.First {
		note("the first track is %d, not %d", t.First, want.First)
	}
	if t.Last != want.Last {
		note("the last track is %d, not %d", t.Last, want.Last)
	}
	for _, w := range want.Entries {
		have, ok := t.Track(w.Number)
		if !ok {
			note("track %d is missing", w.Number)
			continue
		}
		lines = append(lines, have.diff(w)...)
	}
	for _, e := range t.Entries {
		if _, ok := want.Track(e.Number); !ok {
			note("track %d at LBA %d should not be there", e.Number, e.Start)
		}
	}
	if t.LeadOut != want.LeadOut {
		note("the lead-out is at LBA %d (%v), not %d (%v)",
			t.LeadOut, t.LeadOut.MSF(), want.LeadOut, want.LeadOut.MSF())
	}
	return lines
}

// diff compares two entries of the same track number.
func (e Entry) diff(want Entry) []string {
	var lines []string
	if e.Start != want.Start {
		lines = append(lines, fmt.Sprintf("track %d starts at LBA %d (%v), not %d (%v)",
			e.Number, e.Start, e.Start.MSF(), want.Start, want.Start.MSF()))
	}
	if e.Control != want.Control {
		lines = append(lines, fmt.Sprintf("track %d is %v, not %v", e.Number, e.Control, want.Control))
	}
	if e.Session != want.Session && e.Session != 0 && want.Session != 0 {
		lines = append(lines, fmt.Sprintf("track %d is in session %d, not %d", e.Number, e.Session, want.Session))
	}
	return lines
}
