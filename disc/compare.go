package disc

import (
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// Expected is a track that should be on a disc.
type Expected struct {
	Number  int
	Start   toc.LBA     // index 1
	Sectors toc.Sectors // minimum length, run-out not counted; 0: any length
	Control toc.Control
	InTOC   bool // the table of contents must list it
}

// DifferenceKind is the way in which a disc differs from what is expected.
type DifferenceKind uint8

// The kinds.
const (
	DiscBlank       DifferenceKind = iota // the disc is blank, and tracks were expected
	TrackMissing                          // the drive shows no such track
	TrackNotShown                         // the drive doesn't report it: nothing is known
	TOCNotShown                           // the drive returns no table of contents: nothing is known
	TrackNotInTOC                         // the table of contents doesn't list it
	TrackUnfinished                       // reserved, incomplete or damaged; Got: TrackState
	StartDiffers                          // Want, Got: LBA
	TrackShort                            // Want, Got: sectors
	NotAudio                              // a data track instead of audio
	ControlDiffers                        // still audio; Want, Got: Control
	LeadOutTooEarly                       // before the end of the last track; Want, Got: LBA
	SessionOpen                           // the last session is open but should be closed
	StatusNotShown                        // the drive doesn't report the state of the disc: nothing is known
)

var kindNames = [...]string{
	"disc blank", "track missing", "track not shown", "TOC not shown", "track not in TOC", "track unfinished",
	"start differs", "track short", "not audio", "control differs", "lead-out too early", "session open",
	"status not shown",
}

// String returns the kind's name, such as "start differs".
func (k DifferenceKind) String() string { return name("difference", kindNames[:], k) }

// MarshalText returns String.
func (k DifferenceKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (k *DifferenceKind) UnmarshalText(text []byte) error {
	return parse("difference", kindNames[:], text, k)
}

// Difference is one way in which a disc differs from what is expected.
type Difference struct {
	Kind  DifferenceKind `json:"kind"`
	Track int            `json:"track,omitempty"` // 0: the disc as a whole
	Want  int            `json:"want,omitempty"`
	Got   int            `json:"got,omitempty"`
}

// String describes the difference, for logs.
func (d Difference) String() string {
	text := d.Kind.String()
	if d.Track > 0 {
		text = fmt.Sprintf("track %d: %s", d.Track, text)
	}
	if d.Want != 0 || d.Got != 0 {
		text += fmt.Sprintf(" (%d instead of %d)", d.Got, d.Want)
	}
	return text
}

// Compare compares a disc with the expected tracks, in their order. Additional tracks on
// the disc are not a difference. A length may be up to two sectors less than expected:
// Pioneer drives leave the run-out out of tracks that have none (R11 command manual).
func Compare(want []Expected, got Disc) []Difference {
	if got.blank() && len(want) > 0 {
		return []Difference{{Kind: DiscBlank}}
	}
	var list []Difference
	var end toc.LBA
	listed := false
	for i := range want {
		w := &want[i]
		list = append(list, got.compareTrack(w)...)
		if w.InTOC {
			end, listed = max(end, w.Start+toc.LBA(w.Sectors)), true
		}
	}
	switch {
	case listed && !got.TOC.Known():
		list = append(list, Difference{Kind: TOCNotShown})
	case listed && got.TOC.Value.LeadOut < end && got.TOC.Value.Last >= lastInTOC(want):
		list = append(list, Difference{Kind: LeadOutTooEarly, Want: int(end), Got: int(got.TOC.Value.LeadOut)})
	}
	return list
}

// lastInTOC returns the highest number of the tracks that the table must list. A table
// that doesn't list them all is outdated, and so is its lead-out.
func lastInTOC(want []Expected) int {
	last := 0
	for i := range want {
		if want[i].InTOC {
			last = max(last, want[i].Number)
		}
	}
	return last
}

// compareTrack compares one track.
func (d *Disc) compareTrack(w *Expected) []Difference {
	t, ok := d.Track(w.Number)
	switch {
	case !ok && d.Status.Known():
		return []Difference{{Kind: TrackMissing, Track: w.Number}}
	case !ok || t.Origin == Unknown:
		return []Difference{{Kind: TrackNotShown, Track: w.Number}}
	}
	var list []Difference
	add := func(kind DifferenceKind, want, got int) {
		list = append(list, Difference{kind, w.Number, want, got})
	}
	if w.InTOC && d.TOC.Known() && !t.InTOC {
		add(TrackNotInTOC, 0, 0)
	}
	if t.State != TrackComplete {
		add(TrackUnfinished, 0, int(t.State))
	}
	start, control := t.Start, t.Control
	if e, listed := d.TOC.Value.Track(w.Number); w.InTOC && listed {
		start, control = e.Start, e.Control // the values that players use
	}
	if start != w.Start {
		add(StartDiffers, int(w.Start), int(start))
	}
	if t.Sectors < w.Sectors-toc.RunOutSectors {
		add(TrackShort, int(w.Sectors), int(t.Sectors))
	}
	switch {
	case !control.Audio() && w.Control.Audio():
		add(NotAudio, int(w.Control), int(control))
	case control != w.Control:
		add(ControlDiffers, int(w.Control), int(control))
	}
	return list
}
