package disc

import (
	"fmt"
)

// Difference is one way in which a disc differs from what is expected.
type Difference struct {
	// Kind is one of these; Want and Got are 0 unless described:
	//
	//	disc blank          tracks were expected
	//	track missing       the drive shows no such track
	//	track not shown     the drive doesn't report it: nothing is known
	//	TOC not shown       the drive returns no table of contents: nothing is known
	//	track not in TOC    the table of contents doesn't list it
	//	track unfinished    reserved, incomplete or damaged; Got: TrackState
	//	start differs       Want, Got: LBA
	//	track short         Want, Got: sectors
	//	not audio           a data track instead of audio
	//	control differs     still audio; Want, Got: Control
	//	lead-out too early  before the end of the last track; Want, Got: LBA
	//	session open        the last session is open but should be closed
	//	status not shown    the drive doesn't report the state of the disc: nothing is known
	Kind  string `json:"kind"`
	Track int    `json:"track,omitempty"` // 0: the disc as a whole
	Want  int    `json:"want,omitempty"`
	Got   int    `json:"got,omitempty"`
}

// String describes the difference, for logs.
func (d Difference) String() string {
	text := d.Kind
	if d.Track > 0 {
		text = fmt.Sprintf("track %d: %s", d.Track, text)
	}
	if d.Want != 0 || d.Got != 0 {
		text += fmt.Sprintf(" (%d instead of %d)", d.Got, d.Want)
	}
	return text
}
