package mp3

import (
	"errors"
	"fmt"
)

// Sentinels, matched by errors.Is.
var (
	// ErrNotMP3: there is no MPEG audio of Layer III at the start.
	ErrNotMP3 = errors.New("not an MP3 file")
	// ErrLayer: it is MPEG audio of Layer I or II.
	ErrLayer = errors.New("MPEG audio of Layer I or II, not Layer III")
	// ErrEmpty: there are headers but no sound.
	ErrEmpty = errors.New("no audio in the MP3 file")
	// ErrTruncated: the end is missing.
	ErrTruncated = errors.New("MP3 file is cut off")
	// ErrFormatChange: the sample rate or the number of channels changes in the middle.
	ErrFormatChange = errors.New("sample rate or channel count changes in mid-stream")
)

// Error is what makes a file unusable, and where.
type Error struct {
	Offset int64  // byte of the file
	Reason string // in words; may be empty if Err says it all
	Err    error  // a sentinel of this package, or what reading said
}

// Error gives "byte N: what: why".
func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("byte %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("byte %d: %v: %s", e.Offset, e.Err, e.Reason)
}

// Unwrap gives the cause, so that errors.Is finds it.
func (e *Error) Unwrap() error { return e.Err }

// Kind is what is wrong at a place that doesn't make the file unusable.
type Kind int

// The kinds of Problem.
const (
	// Damaged: frames whose contents contradict themselves; concealed.
	Damaged Kind = iota
	// Severed: frames that need the data of frames before them, which are missing.
	// Usual at the start of files that were cut without decoding; concealed.
	Severed
	// Lost: bytes that hold no frames where there must have been some; concealed,
	// except at the start of a file, where nobody knows how many there were.
	Lost
	// Foreign: bytes that belong to no frame; no sound is missing.
	Foreign
	// Unknown: bytes at the end of a file that doesn't count its frames; whether sound
	// is missing nothing tells.
	Unknown
	// Altered: the checksum of all of the music isn't that in the header of the file. It
	// was damaged, or changed by a program that leaves the checksum: mp3gain does.
	Altered
	// HeaderAltered: the checksum of the header of the file is wrong: what it says about
	// the length and the delay may be as well.
	HeaderAltered
	// Extra: more frames than the header of the file tells, as where files were
	// joined; all are decoded, and the padding at the end stays.
	Extra
)

func (k Kind) String() string {
	switch k {
	case Damaged:
		return "damaged"
	case Severed:
		return "severed from the frames before"
	case Lost:
		return "lost"
	case Foreign:
		return "foreign bytes"
	case Unknown:
		return "unknown bytes at the end"
	case Altered:
		return "altered"
	case HeaderAltered:
		return "header altered"
	case Extra:
		return "more than the header says"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Problem is a place where the file isn't as it should be.
type Problem struct {
	Kind     Kind
	Offset   int64 // first byte of it in the file
	Bytes    int64 // how much of the file
	Position int64 // first frame of sound that is affected, counted after trimming
	Frames   int64 // MPEG frames that were concealed; of Extra, that there are more
}

// String gives "byte N: 2 frames damaged" and the like.
func (p Problem) String() string {
	switch {
	case p.Kind == Foreign:
		return fmt.Sprintf("byte %d: %d bytes that are not audio", p.Offset, p.Bytes)
	case p.Kind == Unknown:
		return fmt.Sprintf("byte %d: the last %d bytes hold no MPEG frames", p.Offset, p.Bytes)
	case p.Kind == Lost && p.Frames == 0:
		return fmt.Sprintf("byte %d: %d bytes hold no MPEG frames where there should be some", p.Offset, p.Bytes)
	case p.Kind == Altered:
		return "the checksum of the music that its encoder wrote is wrong: some of it was damaged or changed later"
	case p.Kind == HeaderAltered:
		return "the checksum of the header that its encoder wrote is wrong: the length and the delay in it may be wrong as well"
	case p.Kind == Extra:
		return fmt.Sprintf("byte %d: %d MPEG frames more than the header says", p.Offset, p.Frames)
	}
	if p.Frames == 1 {
		return fmt.Sprintf("byte %d: 1 MPEG frame %v", p.Offset, p.Kind)
	}
	return fmt.Sprintf("byte %d: %d MPEG frames %v", p.Offset, p.Frames, p.Kind)
}

// maxProblems bounds the list: a file can hold a million.
const maxProblems = 100

// problems collects what is wrong.
type problems struct {
	list  []Problem
	total int64 // MPEG frames concealed, also those that the list has no room for
}

// add notes a problem, together with the last one if it goes on where that ended.
func (p *problems) add(n Problem) {
	if n.Kind != Extra {
		p.total += n.Frames
	}
	if last := len(p.list) - 1; last >= 0 {
		if l := &p.list[last]; l.Kind == n.Kind && l.Offset+l.Bytes == n.Offset {
			l.Bytes += n.Bytes
			l.Frames += n.Frames
			return
		}
	}
	if len(p.list) < maxProblems {
		p.list = append(p.list, n)
	}
}
