package extract

import (
	"bytes"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Difference is one way in which a copy differs from its source.
type Difference struct {
	What  string // "pauses", "indexes", "isrc", "scms" (the alternating copy bit), "mcn" or "text"
	Track int    // 0 for the disc
}

// Compare compares what two discs contain besides their samples, as far as both drives
// report it. A pause or an index mark may be off by one sector: Q can't show it in a
// sector with a code instead of a position.
func Compare(source, copied *rip.Layout) []Difference {
	var list []Difference
	add := func(what string, track int, differs bool) {
		if differs {
			list = append(list, Difference{what, track})
		}
	}
	add("mcn", 0, source.MCN.Known() && copied.MCN.Known() && source.MCN.Value != copied.MCN.Value)
	add("text", 0, source.Text.Known() && copied.Text.Known() && !sameText(source.Text.Value, copied.Text.Value))
	for i := range source.Tracks {
		if i >= len(copied.Tracks) {
			break
		}
		a, b := &source.Tracks[i], &copied.Tracks[i]
		n := b.Number
		add("isrc", n, a.ISRC.Known() && b.ISRC.Known() && a.ISRC.Value != b.ISRC.Value)
		add("scms", n, a.SCMS.Known() && b.SCMS.Known() && a.SCMS.Value != b.SCMS.Value)
		add("pauses", n, a.Pause.Known() && b.Pause.Known() && !near(a.Pause.Value, b.Pause.Value))
		add("indexes", n, a.Indexes.Known() && b.Indexes.Known() && !sameMarks(a.Indexes.Value, b.Indexes.Value))
	}
	return list
}

// sameText compares packs. Some drives return the last one without its checksum.
func sameText(a, b []byte) bool {
	a, _ = cdtext.Mend(a)
	b, _ = cdtext.Mend(b)
	return bytes.Equal(a, b)
}

func near(a, b toc.Sectors) bool { return a-b >= -1 && a-b <= 1 }

func sameMarks(a, b []toc.IndexMark) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Index != b[i].Index || !near(a[i].Offset, b[i].Offset) {
			return false
		}
	}
	return true
}
