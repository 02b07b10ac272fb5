package mp3

import (
	"io"
	"runtime"
	"sync"
)

// A Layer III frame depends on what came before it: up to 511 bytes of main data, half a
// granule that overlaps, and the memory of the filter bank. All of that is finite, so a
// decoder that starts some frames early has the same state, bit for bit, as one that
// started at the beginning, unless a frame in between could not be decoded. So segments of
// a file can be decoded in parallel.

const (
	markEvery     = 16  // frames; where segments may begin, and be warmed up from
	segmentFrames = 192 // 1.7 MB of samples, four seconds and a half
)

// mark is where every markEvery-th frame is.
type mark struct {
	off  int64
	prev uint8 // bit rate of the frame before
}

// maxTokens limits the memory of machines with many processors.
const maxTokens = 8

// tokens bounds how many segments wait in memory, in all files together, beyond one
// for each file.
var tokens = make(chan struct{}, min(2*runtime.GOMAXPROCS(0), maxTokens))

// segments are kept for all files.
var segments = sync.Pool{New: func() any { return &segment{done: make(chan struct{}, 1)} }}

// segment is a row of frames that one goroutine decodes.
type segment struct {
	first  int64 // MPEG frame
	frames int64
	out    []float32
	token  bool
	dirty  bool // a frame could not be decoded: the samples may be wrong
	done   chan struct{}
}

// parallel decodes segments side by side and returns them in their order.
type parallel struct {
	d     *Decoder
	next  int64 // MPEG frame at which the next segment begins
	queue []*segment
	last  *segment // whose samples the caller has
}

// newParallel returns nil if nothing would be gained, or if gaps make the state depend on
// more than the last frames.
func newParallel(d *Decoder) *parallel {
	i := &d.info
	if runtime.GOMAXPROCS(0) == 1 || i.MPEGFrames < 2*segmentFrames || i.FreeFormat || i.gaps || len(i.marks) == 0 {
		return nil
	}
	return &parallel{d: d}
}

// get returns the samples of the next segment; ok is false if frames must be decoded one
// after the other.
func (a *parallel) get() (s *segment, ok bool) {
	if a.last != nil {
		segments.Put(a.last)
		a.last = nil
	}
	a.fill()
	if len(a.queue) == 0 {
		return nil, false
	}
	s = a.queue[0]
	copy(a.queue, a.queue[1:])
	a.queue = a.queue[:len(a.queue)-1]
	<-s.done
	s.release()
	a.last = s
	return s, !s.dirty
}

// fill starts as many segments as may wait.
func (a *parallel) fill() {
	for a.next < a.d.info.MPEGFrames && len(a.queue) < cap(tokens) {
		token := false
		if len(a.queue) > 0 {
			select {
			case tokens <- struct{}{}:
				token = true
			default:
				return
			}
		}
		s := segments.Get().(*segment)
		s.first, s.token = a.next, token
		s.frames = min(segmentFrames, a.d.info.MPEGFrames-a.next)
		a.next += s.frames
		a.queue = append(a.queue, s)
		go s.decode(a.d.r, &a.d.info)
	}
}

func (s *segment) release() {
	if s.token {
		<-tokens
		s.token = false
	}
}

// close waits for what is being decoded: it reads the file.
func (a *parallel) close() {
	for _, s := range a.queue {
		<-s.done
		s.release()
	}
	a.queue = nil
}

// worker is what a goroutine needs.
type worker struct {
	frames *frameDecoder
	view   *view
}

var workers = sync.Pool{New: func() any { return &worker{newFrameDecoder(), newView(nil, 0)} }}

// decode decodes a segment, from a mark so far before it that the state is the same.
func (s *segment) decode(r io.ReaderAt, i *Info) {
	w := workers.Get().(*worker)
	defer func() {
		if recover() != nil { // the sequential decoder meets it again
			s.dirty = true
		} else {
			workers.Put(w)
		}
		s.done <- struct{}{}
	}()
	w.frames.crc = i.Protected
	w.frames.reset()
	w.view.reset(r, i.size)
	at := s.first / markEvery
	from := i.warmUp(at)
	f := framer{v: w.view, pos: i.marks[from].off, end: i.end, head: i.head, sync: -1, prev: i.marks[from].prev}
	per := i.head.samples() * i.head.channels()
	s.out = grow(s.out, per*int(s.frames))
	s.dirty = false
	warm := s.first - from*markEvery
	settled := from == 0
	for n := range warm + s.frames {
		p, err := f.next()
		if err != nil || p.data == nil {
			s.dirty = true
			return
		}
		settled = settled || w.frames.mainSize >= reservoirMax
		out := s.out[:per] // overwritten when the segment begins
		if n >= warm {
			out = s.out[per*int(n-warm):][:per]
		}
		if w.frames.decode(p.head, p.data, out) != nil && (settled || n >= warm) {
			s.dirty = true
			return
		}
	}
	s.dirty = !settled && s.first > 0
}

// warmFrames are decoded at least before a segment, with the reservoir full: two make
// overlap and filter bank what they should be.
const warmFrames = 8

// warmUp returns the mark to begin at, so that the reservoir is full warmFrames before
// mark at.
func (i *Info) warmUp(at int64) int64 {
	const overhead = headerBytes + crcBytes + 32 // of a frame that hold no main data
	for from := at - 1; from > 0; from-- {
		frames := (at-from)*markEvery - warmFrames
		bytes := i.marks[at].off - i.marks[from].off - frames*overhead
		if frames > 0 && bytes*frames/((at-from)*markEvery) >= 2*reservoirMax {
			return from
		}
	}
	return 0
}

// grow returns room for n samples.
func grow(p []float32, n int) []float32 {
	if cap(p) < n {
		return make([]float32, n)
	}
	return p[:n]
}
