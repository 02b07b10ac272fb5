package decode

import (
	"bytes"
	"runtime"
	"sync"

	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
)

// flacBatch is a row of frames that one goroutine decodes.
type flacBatch struct {
	at     int64  // byte of the file
	data   []byte // the frames
	frames int
	token  bool // it has taken one of flacTokens

	reader bytes.Reader // of data
	heads  []flac.Header
	out    []byte // the samples as they are delivered
	raw    []byte // as the checksum wants them, if that differs
	wrong  bool   // what was decoded is not what the headers promised
	done   chan struct{}
}

// batchBytes is how long a batch is when it is decoded: a second and a half of a CD.
const batchBytes = 1 << 18

// maxFLACTokens limits the memory of machines with many processors.
const maxFLACTokens = 16

// flacTokens bounds how many batches wait in memory, in all files that are decoded at a
// time, beyond one for each of them.
var flacTokens = make(chan struct{}, min(2*runtime.GOMAXPROCS(0), maxFLACTokens))

// What is kept between batches, for all files.
var (
	flacDecoders = sync.Pool{New: func() any { return flac.NewDecoder(nil, 0, 0) }}
	flacBatches  = sync.Pool{New: func() any { return &flacBatch{done: make(chan struct{}, 1)} }}
)

// flacParallel decodes frames side by side and gives them in their order. It is only
// an acceleration: where anything is out of the ordinary it ends, and the frames from
// there on are decoded one after the other.
type flacParallel struct {
	split   *flac.Splitter
	info    flac.Info
	queue   []*flacBatch // in order
	last    *flacBatch   // whose samples the caller has
	ended   bool
	samples int // in a batch, of each channel
}

// newFLACParallel returns nil if there is only one processor.
func newFLACParallel(in input, at int64, info flac.Info) *flacParallel {
	if runtime.GOMAXPROCS(0) == 1 {
		return nil
	}
	samples := batchBytes / (info.Channels * encodingFor(info.Bits).Bytes())
	return &flacParallel{split: flac.NewSplitter(in.r, at, in.size), info: info, samples: samples}
}

// next returns the batch that comes next, nil where the sequential decoder must continue.
func (p *flacParallel) next() *flacBatch {
	if p.last != nil {
		flacBatches.Put(p.last)
		p.last = nil
	}
	p.fill()
	if len(p.queue) == 0 {
		return nil
	}
	b := p.queue[0]
	copy(p.queue, p.queue[1:])
	p.queue = p.queue[:len(p.queue)-1]
	<-b.done
	p.release(b)
	p.last = b
	return b
}

// fill starts as many batches as may wait. Frames of more than two batches would take too
// much memory.
func (p *flacParallel) fill() {
	for !p.ended && len(p.queue) < cap(flacTokens) {
		if p.split.Block() > 2*p.samples {
			p.ended = true
			return
		}
		token := false
		if len(p.queue) > 0 {
			select {
			case flacTokens <- struct{}{}:
				token = true
			default:
				return
			}
		}
		b := flacBatches.Get().(*flacBatch)
		b.at, b.token = p.split.At(), token
		b.data, b.frames = p.split.Next(b.data[:0], p.samples)
		if b.frames == 0 {
			p.ended = true
			p.release(b)
			return
		}
		p.queue = append(p.queue, b)
		go b.decode(p.info)
	}
}

func (p *flacParallel) release(b *flacBatch) {
	if b.token {
		<-flacTokens
		b.token = false
	}
}

// at is the byte of the file from which on nothing was given.
func (p *flacParallel) at() int64 {
	if len(p.queue) > 0 {
		return p.queue[0].at
	}
	return p.split.At()
}

// close lets go of what waits. Goroutines that are still at work end by themselves:
// they need nothing but their batch.
func (p *flacParallel) close() {
	for _, b := range p.queue {
		<-b.done
		p.release(b)
	}
	p.queue, p.ended = nil, true
}

// decode decodes the batch.
func (b *flacBatch) decode(info flac.Info) {
	defer func() {
		if recover() != nil { // the sequential decoder meets it again, where it is caught
			b.wrong = true
		}
		b.done <- struct{}{}
	}()
	d := flacDecoders.Get().(*flac.Decoder)
	defer flacDecoders.Put(d)
	b.reader.Reset(b.data)
	d.Reset(&b.reader, b.at, info.Bits)
	b.heads, b.out, b.raw, b.wrong = b.heads[:0], b.out[:0], b.raw[:0], false
	e := encodingFor(info.Bits)
	shift := e.Bytes()*8 - info.Bits
	for range b.frames {
		h, err := d.Next()
		if err != nil || h.Bits != info.Bits || h.Channels != info.Channels {
			b.wrong = true
			return
		}
		b.heads = append(b.heads, h)
		b.out = interleave(b.out, d, h, e.Bytes(), shift)
		if n := (info.Bits + 7) / 8; shift != 0 || n != e.Bytes() {
			b.raw = interleave(b.raw, d, h, n, 0)
		}
	}
	b.wrong = d.Behind() != b.at+int64(len(b.data))
}
