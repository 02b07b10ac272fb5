package mp3

import (
	"errors"
	"fmt"
)

// Sentinels, matched by errors.Is.
var (
	// ErrNotMP3: no MPEG audio of Layer III at the start.
	ErrNotMP3 = errors.New("not an MP3 file")
	// ErrLayer: MPEG audio of Layer I or II.
	ErrLayer = errors.New("MPEG audio of Layer I or II, not Layer III")
	// ErrEmpty: headers without audio.
	ErrEmpty = errors.New("no audio in the MP3 file")
	// ErrTruncated: the end is missing.
	ErrTruncated = errors.New("MP3 file is cut off")
	// ErrFormatChange: the sample rate or the number of channels changes in the middle.
	ErrFormatChange = errors.New("sample rate or channel count changes in mid-stream")
)

// Error reports why a file is unusable, and where.
type Error struct {
	Offset int64  // byte of the file
	Reason string // in words; may be empty if Err is sufficient
	Err    error  // a sentinel of this package, or the error of reading
}

// Error returns "byte N: what: why".
func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("byte %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("byte %d: %v: %s", e.Offset, e.Err, e.Reason)
}

// Unwrap returns the cause, so that errors.Is finds it.
func (e *Error) Unwrap() error { return e.Err }

// Kind is the kind of a problem that doesn't make the file unusable.
type Kind int

// The kinds of Problem.
const (
	// Damaged: frames whose contents contradict themselves; concealed.
	Damaged Kind = iota
	// Severed: frames that need missing data of earlier frames. Usual at the start of
	// files that were cut without decoding; concealed.
	Severed
	// Lost: bytes without frames where frames must have been; concealed, except at the
	// start of a file, where their number is unknown.
	Lost
	// Foreign: bytes that belong to no frame; no audio is missing.
	Foreign
	// Unknown: bytes at the end of a file that doesn't count its frames; nothing shows
	// whether audio is missing.
	Unknown
	// Altered: the checksum of all of the music isn't the one in the header of the file.
	// The file was damaged, or changed by a program that keeps the checksum, such as
	// mp3gain.
	Altered
	// HeaderAltered: the checksum of the header of the file is wrong, so its length and
	// delay may be wrong too.
	HeaderAltered
	// Extra: more frames than the header of the file states, as in joined files; all are
	// decoded, and the padding at the end is kept.
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
	Position int64 // first affected frame of audio, counted after trimming
	Frames   int64 // number of concealed MPEG frames; for Extra, of additional frames
}

// String returns "byte N: 2 frames damaged" and the like.
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

// maxProblems limits the list: a file can have a million.
const maxProblems = 100

// problems collects what is wrong.
type problems struct {
	list  []Problem
	total int64 // MPEG frames concealed, including those not in the list
}

// add adds a problem, joined with the last one if it continues that.
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
