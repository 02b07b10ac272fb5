package mp3

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Source is the source of the delay and the padding of a file.
type Source int

// Sources of delay and padding.
const (
	NoSource Source = iota // not known: everything that is decoded is delivered
	LAMETag                // the header that LAME and others write into the first frame
	ITunes                 // the comment iTunSMPB of an ID3v2 tag
)

// Info is what Scan has found out about a file.
type Info struct {
	SampleRate int   // Hz
	Channels   int   // 1 or 2
	Frames     int64 // samples per channel that a Decoder delivers

	Gapless        Source
	Delay, Padding int64  // samples that the encoder added before and after the sound
	Encoder        string // as the file says; may be empty

	Version    string // "MPEG-1", "MPEG-2" or "MPEG-2.5"
	Counted    bool   // the header of the file counts its frames
	MPEGFrames int64  // including those that must be concealed because bytes are missing
	BitRate    int    // bit/s on average
	VBR        bool   // the bit rate changes
	FreeFormat bool   // it is one that has no number
	Protected  bool   // frames have checksums of their headers and side information
	Summed     bool   // the checksum of all of the music in the header of the file is right

	// Problems that are found without decoding: the first hundred. The Decoder reports
	// those that concern audio again.
	Problems []Problem

	start, end int64 // of the audio in the file, without an info frame
	size       int64
	skip       int64 // samples to be dropped at the start
	head       header
	free       int
	// The only gap of a file that counts its frames: how many it held is known.
	gapAt, gapFrames int64

	gaps  bool // between frames
	marks []mark
}

// maxJunk is how far into the file the first frame is searched.
const maxJunk = 1 << 20

// freeTries limits the attempts to determine the frame length of free format before the
// first frame; each reads some kilobytes.
const freeTries = 100

// Scan reads the whole file without decoding it. size is that of the file. A file that
// can't be decoded is an *Error: ErrNotMP3, ErrLayer, ErrEmpty, ErrTruncated,
// ErrFormatChange or the error of reading. With ErrTruncated it also returns an Info, of
// the audio up to there.
func Scan(r io.ReaderAt, size int64) (Info, error) {
	f := &framer{v: newView(r, size), end: size, sync: -1}
	comment, err := f.lead()
	if err != nil {
		return Info{}, err
	}
	s := scan{f: f, info: Info{size: size, gapAt: -1}}
	from := f.pos
	if err := f.first(); err != nil {
		return Info{}, err
	}
	if err := s.lead(from); err != nil {
		return Info{}, err
	}
	cut := s.walk()
	if cut != nil && s.surplus() {
		cut = nil
	}
	if cut != nil && !errors.Is(cut, ErrTruncated) {
		return Info{}, cut
	}
	if s.frames+s.problems.total == 0 {
		if cut == nil {
			cut = &Error{Offset: s.info.start, Err: ErrEmpty}
		}
		return Info{}, cut
	}
	if cut == nil {
		s.fitGap()
		cut = s.complete()
	}
	if cut == nil {
		if err := s.sums(); err != nil {
			return Info{}, err
		}
	}
	s.finish(comment, cut != nil)
	return s.info, cut
}

// lead handles what lies between the tags and the first frame that was found.
func (s *scan) lead(from int64) error {
	f := s.f
	if f.pos == from {
		return nil
	}
	b, err := f.v.at(from, headerBytes)
	if err != nil {
		return err
	}
	if h, ok := parseHeader(b); ok && h.same(f.head) {
		f.pos = from // it is a frame, and what follows it is damaged
		return nil
	}
	n := Problem{Kind: Foreign, Offset: from, Bytes: f.pos - from}
	if n.Bytes >= int64(f.head.size(f.free)) && string(b) != "RIFF" {
		n.Kind = Lost
	}
	s.problems.add(n)
	return nil
}

// lead moves the ends of the audio inside the tags and gives iTunes' comment.
func (f *framer) lead() (comment smpb, err error) {
	if err := f.trimTail(); err != nil {
		return comment, err
	}
	for f.pos < f.end {
		b, err := f.v.at(f.pos, tagPeek)
		if err != nil {
			return comment, err
		}
		n := tagSize(b)
		if n == 0 {
			break
		}
		if b[0] == 'I' && !comment.ok {
			if comment, err = f.findSMPB(f.pos, n); err != nil {
				return comment, err
			}
		}
		f.pos = min(f.pos+n, f.end)
	}
	// Some programs pad tags with zeros that they don't count.
	for f.pos < f.end {
		b, err := f.v.at(f.pos, ahead)
		if err != nil {
			return comment, err
		}
		n := 0
		for n < len(b) && b[n] == 0 {
			n++
		}
		f.pos = min(f.pos+int64(n), f.end)
		if n < len(b) {
			break
		}
	}
	return comment, nil
}

// first finds the first frame. At once after the tags one that fits the next will
// do; further on more must fit together.
func (f *framer) first() error {
	start, tries := f.pos, freeTries
	for pos := start; pos < min(f.end, start+maxJunk); pos++ {
		b, err := f.v.at(pos, headerBytes)
		if err != nil {
			return err
		}
		if pos == start && otherLayer(b) {
			return &Error{Offset: pos, Err: ErrLayer}
		}
		h, ok := parseHeader(b)
		if !ok || h.free() && tries == 0 {
			continue
		}
		n := resyncChain
		if pos == start {
			n = 1
		}
		if h.free() {
			tries--
			if f.free, err = f.freeLength(pos, h); err != nil {
				return err
			}
			ok = f.free > 0
		} else {
			ok, err = f.chain(pos, h, 0, n)
		}
		if err != nil {
			return err
		}
		if ok {
			f.pos, f.head = pos, h
			return nil
		}
		if after := pos + int64(h.size(0)); pos == start && !h.free() && after > f.end {
			return &Error{Offset: pos, Reason: "the only frame is incomplete", Err: ErrTruncated}
		}
	}
	return &Error{Offset: start, Err: ErrNotMP3}
}

// freeLength determines the length of free format frames from the distance of similar
// ones. 0 means that none follow.
func (f *framer) freeLength(pos int64, h header) (int, error) {
	if err := f.v.around(pos); err != nil {
		return 0, err
	}
	for n := h.mainOffset(); n <= maxFrame; n++ {
		b, err := f.v.at(pos+int64(n), headerBytes)
		if err != nil {
			return 0, err
		}
		if len(b) < headerBytes {
			break
		}
		if next, ok := parseHeader(b); !ok || !next.same(h) {
			continue
		}
		free := n - int(h.padding)
		ok, err := f.chain(pos, h, free, resyncChain)
		if err != nil {
			return 0, err
		}
		if ok {
			return free, nil
		}
	}
	return 0, nil
}

// scan is Scan at work.
type scan struct {
	f    *framer
	info Info
	tag  infoTag
	// tagAt is the offset of the info frame, -1 without one.
	tagAt  int64
	frames int64
	bytes  int64
	gaps   int   // places where frames may be missing
	gapAt  int64 // the first of them
	problems
	checks checks
	last   int64 // byte after the last frame
}

// walk goes through the frames.
func (s *scan) walk() error {
	s.tagAt = -1
	s.info.start = s.f.pos
	rate := uint8(0)
	for first := true; ; first = false {
		prev := s.f.prev
		p, err := s.f.next()
		if err != nil {
			return err
		}
		switch {
		case p.done:
			return nil
		case p.data == nil:
			if err := s.gap(p); err != nil {
				return err
			}
			s.checks.gap(p.lost)
			continue
		case first:
			rate = p.head.bitrate
			var ok bool
			if s.tag, ok = parseInfoTag(p.head, p.data); ok {
				s.tagAt = p.off
				s.info.start = s.f.pos
				// The decoder starts after it, and has to estimate gaps in the same way.
				s.f.frames, s.f.bytes = 0, 0
				rate = 0
				continue
			}
		}
		if rate == 0 {
			rate = p.head.bitrate
		}
		if s.frames%markEvery == 0 {
			s.info.marks = append(s.info.marks, mark{p.off, prev})
		}
		s.checks.frame(s.frames+s.problems.total, p)
		s.info.VBR = s.info.VBR || p.head.bitrate != rate
		s.frames++
		s.bytes += p.size
		s.last = p.off + p.size
	}
}

// gap notes bytes without frames. Zeros up to the end are the sign of an incomplete
// download: an error, unless the file states that it is complete.
func (s *scan) gap(p piece) error {
	f := s.f
	n := Problem{Kind: Foreign, Offset: p.off, Bytes: p.size, Frames: p.lost}
	if p.lost > 0 {
		n.Kind = Lost
	}
	n.Position = s.frames + s.problems.total // in MPEG frames; finish makes samples of it
	second := s.bytes / max(s.frames, 1) * int64(f.head.sampleRate()/f.head.samples())
	if f.pos == f.end && p.size > second && !s.counted() {
		zero, err := f.zeros(p.off)
		if err != nil {
			return err
		}
		if zero {
			return &Error{Offset: p.off, Err: ErrTruncated, Reason: "nothing but zeros from there on"}
		}
	}
	switch {
	case f.pos == f.end && !s.counted():
		n.Kind = Unknown
	case f.pos < f.end:
		if s.gaps++; s.gaps == 1 {
			s.gapAt = p.off
		}
	}
	s.problems.add(n)
	return nil
}

// counted reports whether the header of the file counts its frames.
func (s *scan) counted() bool { return s.tagAt >= 0 && s.tag.frames > 0 }

// fitGap corrects the estimated number of frames in the only gap, if the file states how
// many frames it has.
func (s *scan) fitGap() {
	s.info.gapAt = -1
	held := s.tag.frames - s.frames
	if !s.counted() || s.gaps != 1 || held < 0 {
		return
	}
	for i := range s.problems.list {
		p := &s.problems.list[i]
		off := held - s.problems.total
		if p.Offset != s.gapAt || p.Kind != Lost && p.Kind != Foreign || off == 0 || off > p.Frames/2+1 || off < -p.Frames/2-1 {
			continue
		}
		p.Frames += off
		s.problems.total += off
		if p.Kind = Foreign; p.Frames > 0 {
			p.Kind = Lost
		}
		s.info.gapAt, s.info.gapFrames = p.Offset, p.Frames
		return
	}
}

// zeros reports whether the file has only zeros from off to the end.
func (f *framer) zeros(off int64) (bool, error) {
	for off < f.end {
		b, err := f.v.at(off, ahead)
		if err != nil {
			return false, err
		}
		b = b[:min(int64(len(b)), f.end-off)]
		for _, c := range b {
			if c != 0 {
				return false, nil
			}
		}
		off += int64(len(b))
	}
	return true, nil
}

// surplus reports whether the frame that is cut by the end of the file is one too many:
// the header of the file counts only those before it. Then the fragment is left out.
// Without such a header the file can't be distinguished from a truncated one, and half a
// track must not be burned: that remains an error.
func (s *scan) surplus() bool {
	f := s.f
	if !f.partial || s.tagAt < 0 || s.tag.frames <= 0 || s.frames+s.problems.total != s.tag.frames {
		return false
	}
	s.problems.add(Problem{Kind: Foreign, Offset: f.pos, Bytes: f.end - f.pos, Position: s.frames + s.problems.total})
	f.end = f.pos
	return true
}

// complete reports whether the file has as many frames as it states.
func (s *scan) complete() error {
	total := s.frames + s.problems.total
	if !s.counted() {
		return nil
	}
	switch missing := s.tag.frames - total; {
	case missing < 0:
		s.problems.add(Problem{Kind: Extra, Offset: s.tagAt, Position: s.tag.frames, Frames: -missing})
	case missing == 1 && s.tag.bytes > 0 && s.f.end-s.tagAt >= s.tag.bytes:
		// There are encoders that count the info frame.
	case missing > 0:
		return &Error{Offset: s.f.end, Err: ErrTruncated,
			Reason: fmt.Sprintf("%d MPEG frames of %d", total, s.tag.frames)}
	}
	return nil
}

// finish computes the result. cut means that the end is missing.
func (s *scan) finish(comment smpb, cut bool) {
	h, i := s.f.head, &s.info
	per := int64(h.samples())
	i.SampleRate, i.Channels = h.sampleRate(), h.channels()
	i.Version = [...]string{"MPEG-1", "MPEG-2", "MPEG-2.5"}[h.version]
	i.MPEGFrames = s.frames + s.problems.total
	i.FreeFormat = h.free()
	i.Counted = s.counted()
	i.gaps = s.gaps > 0
	i.BitRate = int(float64(s.bytes) * 8 * float64(i.SampleRate) / float64(max(s.frames, 1)*per))
	i.Encoder = s.tag.encoder
	i.head, i.free, i.end = h, s.f.free, s.f.end

	total := i.MPEGFrames * per
	i.Frames = total
	extra := s.tagAt >= 0 && s.tag.frames > 0 && i.MPEGFrames > s.tag.frames
	switch {
	case s.tag.gapless:
		i.Gapless, i.Delay, i.Padding = LAMETag, s.tag.delay, s.tag.padding
	case comment.plausible(total):
		i.Gapless, i.Delay, i.Padding = ITunes, comment.delay, comment.padding
	}
	if i.Gapless != NoSource {
		i.skip = min(i.Delay+decoderDelay, total)
		drop := max(i.Padding-decoderDelay, 0)
		if extra || cut {
			drop = 0 // the padding is in the middle now, or not there
		}
		i.Frames = max(total-i.skip-drop, 0)
	}
	i.Protected = s.checks.trusted()
	i.Problems = append(s.problems.list, s.checks.list()...)
	slices.SortStableFunc(i.Problems, func(a, b Problem) int { return cmp.Compare(a.Offset, b.Offset) })
	i.Problems = i.Problems[:min(len(i.Problems), maxProblems)]
	for n := range i.Problems {
		p := &i.Problems[n]
		p.Position = i.position(p.Position)
	}
}

// plausible reports whether iTunes' comment fits a file with so many samples. Programs
// copy it from file to file.
func (c smpb) plausible(total int64) bool {
	return c.ok && c.delay+c.padding+c.frames == total
}

// position returns the sample, after trimming, at which an MPEG frame starts.
func (i *Info) position(frame int64) int64 {
	return min(max(frame*int64(i.head.samples())-i.skip, 0), i.Frames)
}
