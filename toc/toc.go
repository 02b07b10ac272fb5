package toc

// LeadOutTrack is the track number of the lead-out in a table of
// contents (AAh).
const LeadOutTrack = 0xAA

// Entry is one track in a table of contents.
type Entry struct {
	Number  int     `json:"number"`  // 1..99
	Session int     `json:"session"` // 1.., 0 if unknown
	Control Control `json:"control"` // what kind of track
	Start   LBA     `json:"start"`   // index 1
}

// TOC is a disc's table of contents, without the form in which a drive returns it.
type TOC struct {
	First   int     `json:"first"` // first and last track number
	Last    int     `json:"last"`
	Entries []Entry `json:"entries"`  // ascending
	LeadOut LBA     `json:"lead_out"` // start of the last session's lead-out
}

// Track returns the entry of track n.
func (t TOC) Track(n int) (Entry, bool) {
	for _, e := range t.Entries {
		if e.Number == n {
			return e, true
		}
	}
	return Entry{}, false
}

// Length is the distance from the start of track n to the next track's start or
// to the lead-out: it includes the next track's pregap, as a player shows it.
func (t TOC) Length(n int) Sectors {
	for i, e := range t.Entries {
		if e.Number != n {
			continue
		}
		if i+1 < len(t.Entries) {
			return Sectors(t.Entries[i+1].Start - e.Start)
		}
		return Sectors(t.LeadOut - e.Start)
	}
	return 0
}
