package mp3

import (
	"io"
	"runtime"
	"sync"
)

// A Layer III frame depends on the previous ones through up to 511 bytes of main data, an
// overlap of half a granule, and the state of the filter bank. All of these are finite, so a
// decoder that starts some frames early reaches the same state, bit for bit, as one that
// started at the beginning, unless a frame in between could not be decoded. Segments of a
// file can therefore be decoded in parallel.

const (
	markEvery     = 16  // frames between marks, at which segments and their warm-up begin
	segmentFrames = 192 // 1.7 MB of samples: 5 s at 44.1 kHz
)

// mark is the position of every markEvery-th frame.
type mark struct {
	off  int64
	prev uint8 // bit rate of the previous frame
}

// maxTokens limits the memory of machines with many processors.
const maxTokens = 8

// tokens bounds the segments waiting in memory, over all files. The first segment of each
// file needs no token.
var tokens = make(chan struct{}, min(2*runtime.GOMAXPROCS(0), maxTokens))

// segments is a pool shared by all files.
var segments = sync.Pool{New: func() any { return &segment{done: make(chan struct{}, 1)} }}

// segment is a sequence of frames that one goroutine decodes.
type segment struct {
	first  int64 // MPEG frame
	frames int64
	out    []float32
	token  bool
	dirty  bool // a frame could not be decoded: the samples may be wrong
	done   chan struct{}
}

// parallel decodes segments in parallel and returns them in order.
type parallel struct {
	d     *Decoder
	next  int64 // MPEG frame at which the next segment begins
	queue []*segment
	last  *segment // still used by the caller
}

// newParallel returns nil if decoding in parallel would not be faster, or if gaps make the
// state depend on more than the last frames.
func newParallel(d *Decoder) *parallel {
	i := &d.info
	if runtime.GOMAXPROCS(0) == 1 || i.MPEGFrames < 2*segmentFrames || i.FreeFormat || i.gaps || len(i.marks) == 0 {
		return nil
	}
	return &parallel{d: d}
}

// get returns the samples of the next segment; ok is false if decoding must continue
// sequentially.
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

// fill starts as many segments as tokens allows.
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

// close waits until no goroutine reads the file.
func (a *parallel) close() {
	for _, s := range a.queue {
		<-s.done
		s.release()
	}
	a.queue = nil
}

// worker is the decoder and the buffer of one goroutine.
type worker struct {
	frames *frameDecoder
	view   *view
}

var workers = sync.Pool{New: func() any { return &worker{newFrameDecoder(), newView(nil, 0)} }}

// decode decodes a segment. It starts at an earlier mark, from which it reaches the same
// state as the sequential decoder.
func (s *segment) decode(r io.ReaderAt, i *Info) {
	w := workers.Get().(*worker)
	defer func() {
		if recover() != nil { // the sequential decoder will panic again
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
		out := s.out[:per] // warm-up: overwritten by the first frame of the segment
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

// warmFrames is the minimum number of frames decoded before a segment with a full reservoir.
// Two would restore the overlap and the filter bank.
const warmFrames = 8

// warmUp returns the mark to begin at, so that the reservoir is full warmFrames before
// mark at.
func (i *Info) warmUp(at int64) int64 {
	const overhead = headerBytes + crcBytes + 32 // bytes of a frame that aren't main data
	for from := at - 1; from > 0; from-- {
		frames := (at-from)*markEvery - warmFrames
		bytes := i.marks[at].off - i.marks[from].off - frames*overhead
		if frames > 0 && bytes*frames/((at-from)*markEvery) >= 2*reservoirMax {
			return from
		}
	}
	return 0
}

// grow returns a slice of n samples and reuses p if it is large enough.
func grow(p []float32, n int) []float32 {
	if cap(p) < n {
		return make([]float32, n)
	}
	return p[:n]
}
