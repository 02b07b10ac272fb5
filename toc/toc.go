package toc

// Entry is one track in a table of contents.
type Entry struct {
	Number  int     `json:"number"`  // 1..99
	Session int     `json:"session"` // 1.., 0 if unknown
	Control Control `json:"control"` // what kind of track
	Start   LBA     `json:"start"`   // index 1
}

// TOC is a disc's table of contents.
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
