package engine

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// pageSize is the alignment of each buffer. It suffices for direct I/O on every operating
// system, and no backend has to copy.
const pageSize = 4096

// safeSectors is the number of sectors in 64 KiB, the transfer size that every bus and bridge
// supports. All real logs show 27.
const safeSectors = 27

// chunk is the data of one WRITE.
type chunk struct {
	buf    []byte         // the whole buffer
	data   []byte         // the used part of buf: whole sectors
	audio  toc.Sectors    // sectors of data that come from the source
	track  int            // index of the feeder's job
	last   bool           // the track's last chunk
	digest reading.Digest // with last: what was read
	err    error          // with last: the source failed after data
}

// sectors returns the length of data.
func (c *chunk) sectors() toc.Sectors { return toc.Sectors(len(c.data) / toc.SectorSize) }

// fifo is a set of buffers that circulate between a reader and the drive.
type fifo struct {
	sectors int // of one chunk
	free    chan *chunk
	full    chan *chunk
	chunks  int
}

// maxFIFO exceeds the audio of the longest disc.
const maxFIFO = 1 << 30

// newFIFO makes at least two buffers (one to fill, one to write) of about size bytes in
// total, each for the given number of sectors. Memory is allocated when a buffer is first
// filled, so a short album needs no more than its length.
func newFIFO(size, sectors int) *fifo {
	length := sectors * toc.SectorSize
	stride := (length + pageSize - 1) / pageSize * pageSize
	n := max(min(size, maxFIFO)/stride, 2)
	f := &fifo{sectors: sectors, free: make(chan *chunk, n), full: make(chan *chunk, n), chunks: n}
	for range n {
		f.free <- new(chunk)
	}
	return f
}

// reset empties a chunk and gives it room for this number of sectors.
func (c *chunk) reset(sectors int) {
	if c.buf == nil {
		c.buf = pages(sectors * toc.SectorSize)
	}
	*c = chunk{buf: c.buf}
}

// pages returns a page-aligned buffer of length bytes.
func pages(length int) []byte {
	slab := make([]byte, length+pageSize)
	at := uintptr(unsafe.Pointer(unsafe.SliceData(slab)))
	return slab[(pageSize-at%pageSize)%pageSize:][:length:length]
}

// bytes is the size of all buffers.
func (f *fifo) bytes() int { return f.chunks * f.sectors * toc.SectorSize }

// used returns how many bytes wait for the drive.
func (f *fifo) used() int { return len(f.full) * f.sectors * toc.SectorSize }

// job is one track for the reader.
type job struct {
	source  pcm.Source
	audio   toc.Sectors    // length of the source in whole sectors
	padding toc.Sectors    // silence after it
	checked reading.Digest // digest of the first reading
}

// feeder is the reader goroutine: it opens one source after the other and fills
// chunks. It ends after the last job, after the first source that fails, or when
// stopped.
type feeder struct {
	f     *fifo
	jobs  []job
	stop  chan struct{}
	ended chan struct{}
	level chan struct{} // a token: the FIFO won't get any fuller
	over  atomic.Bool   // ended, or about to

	busy    atomic.Int64 // when the reader began to wait for the source; 0: it isn't waiting
	read    atomic.Int64 // sectors read so far, for Progress: see place
	current atomic.Int32 // the job that is being written
	closed  chan closeError

	// Used by the drive goroutine only.
	stats burn.FIFOStats
	spare []*chunk    // written, not yet returned to the reader
	idle  *time.Timer // reused: a source that is slower than the drive must not cost an allocation per WRITE
}

// start starts the reader. The fifo must be idle: all chunks free.
func (f *fifo) start(jobs []job) *feeder {
	r := &feeder{f: f, jobs: jobs, stop: make(chan struct{}), ended: make(chan struct{}), level: make(chan struct{}, 1)}
	r.stats = burn.FIFOStats{Size: f.bytes(), MinFill: f.bytes(), Chunk: f.sectors}
	r.spare = make([]*chunk, 0, max(f.chunks/refillPart, 1))
	r.closed = make(chan closeError, len(jobs))
	go r.run()
	return r
}

func (r *feeder) run() {
	defer close(r.ended)
	defer r.signal()
	defer r.over.Store(true)
	defer r.busy.Store(0)
	for i, j := range r.jobs {
		r.read.Store(place(i, 0))
		if !r.feed(i, j) {
			return
		}
	}
	r.read.Store(place(len(r.jobs), 0))
}

// place packs a job and the number of its sectors read into one number. Two variables could
// disagree for a moment, and the progress would decrease.
func place(job int, sectors toc.Sectors) int64 { return int64(job)<<32 | int64(sectors) }

// closeError is the error of a source that was read to its end but could not be closed.
type closeError struct {
	job int
	err error
}

// signal reports that the FIFO won't get any fuller for now.
func (r *feeder) signal() {
	select {
	case r.level <- struct{}{}:
	default:
	}
}

// take waits for a free chunk; nil means stop.
func (r *feeder) take() *chunk {
	if len(r.f.free) == 0 {
		r.signal()
	}
	r.busy.Store(0)
	select {
	case c := <-r.f.free:
		r.busy.Store(time.Now().UnixNano())
		c.reset(r.f.sectors)
		return c
	case <-r.stop:
		return nil
	}
}

// hangs reports whether the source has delivered nothing for sourceStall.
func (r *feeder) hangs() bool {
	since := r.busy.Load()
	return since != 0 && time.Since(time.Unix(0, since)) > sourceStall
}

// sectorsRead returns how many sectors of the track being written have been read, padding
// included.
func (r *feeder) sectorsRead() toc.Sectors {
	current := int64(r.current.Load())
	read := r.read.Load()
	switch reading := read >> 32; {
	case reading > current:
		j := r.jobs[current]
		return j.audio + j.padding
	case reading < current:
		return 0
	}
	return toc.Sectors(read & 0xFFFFFFFF)
}

// feed reads one source to its end. It returns false if the reader must end. An error of
// closing the source doesn't matter for the audio.
func (r *feeder) feed(track int, j job) (more bool) {
	r.busy.Store(time.Now().UnixNano())
	src, err := reading.Open(j.source)
	if err != nil {
		return r.fail(track, err)
	}
	left, pad := j.source.Frames()*int64(j.source.Format().FrameBytes()), j.padding
	for audio := j.audio; audio+pad > 0; {
		c := r.take()
		if c == nil {
			_ = closing(j.source.Name(), src) // the data read is not used
			return false
		}
		c.track = track
		c.audio = min(toc.Sectors(r.f.sectors), audio)
		silence := min(toc.Sectors(r.f.sectors)-c.audio, pad)
		c.data = c.buf[:(c.audio + silence).Bytes()]
		if err = c.fill(src, &left); err == nil && left == 0 && audio > 0 {
			err = r.finish(src, j) // before the last audio goes out
		}
		audio, pad = audio-c.audio, pad-silence
		c.last = err != nil || audio+pad == 0
		c.digest, c.err = src.Digest(), err
		r.read.Add(int64(c.sectors()))
		r.f.full <- c
		if err != nil {
			break
		}
	}
	if closeErr := closing(j.source.Name(), src); closeErr != nil {
		r.closed <- closeError{track, closeErr}
	}
	return err == nil
}

// fill reads the audio of a chunk and silences the rest. After a failure data ends with
// the last whole sector read.
func (c *chunk) fill(src io.Reader, left *int64) error {
	want := min(c.audio.Bytes(), *left)
	n, err := io.ReadFull(src, c.data[:want])
	*left -= int64(n)
	if err != nil {
		c.audio = toc.Sectors(n / toc.SectorSize)
		c.data = c.data[:c.audio.Bytes()]
		return Name(err, burn.ErrSourceShort)
	}
	clear(c.data[n:])
	return nil
}

// finish checks that the source had the announced length and the digest of the first
// reading.
func (r *feeder) finish(src *reading.Reader, j job) error {
	var none [1]byte
	if _, err := src.Read(none[:]); err != io.EOF {
		return Name(err, burn.ErrSourceChanged)
	}
	if d := src.Digest(); d.Hash != j.checked.Hash || d.Frames != j.checked.Frames {
		return wrongf(burn.ErrSourceChanged, "%s: the audio is not what it was when it was checked (hash %016x, was %016x)",
			j.source.Name(), d.Hash, j.checked.Hash)
	}
	return nil
}

// fail passes on the error of a source that can't be opened.
func (r *feeder) fail(track int, err error) bool {
	if c := r.take(); c != nil {
		name := burn.ErrSourceShort
		if errors.Is(err, pcm.ErrChanged) {
			name = burn.ErrSourceChanged
		}
		c.track, c.last, c.err = track, true, Name(err, name)
		r.f.full <- c
	}
	return false
}

// errFeederEnded is the error if a source ended the reader's goroutine (runtime.Goexit).
var errFeederEnded = errors.New("the reader of the sources ended early")

// next returns the next chunk and waits for it if necessary, calling idle about twice a
// second. The error is the context's.
func (r *feeder) next(ctx context.Context, idle func()) (*chunk, error) {
	if fill := r.f.used(); fill < r.stats.MinFill && !r.over.Load() {
		r.stats.MinFill = fill
	}
	select {
	case c := <-r.f.full:
		return r.count(c), nil
	default:
	}
	r.stats.Empty++
	if r.idle == nil {
		r.idle = time.NewTimer(eventEvery)
	}
	r.idle.Reset(eventEvery)
	defer r.idle.Stop()
	for {
		select {
		case c := <-r.f.full:
			return r.count(c), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-r.idle.C:
			if r.hangs() {
				return nil, stalled(r.jobs[r.current.Load()].source.Name())
			}
			idle()
			r.idle.Reset(eventEvery)
		case <-r.ended:
			select {
			case c := <-r.f.full:
				return r.count(c), nil
			default:
				return nil, errFeederEnded
			}
		}
	}
}

func (r *feeder) count(c *chunk) *chunk {
	r.stats.Bytes += int64(len(c.data))
	return c
}

// primed waits until the FIFO is as full as it gets, calling idle like next.
func (r *feeder) primed(ctx context.Context, idle func()) error {
	r.refill()
	beat := time.NewTicker(eventEvery)
	defer beat.Stop()
	for len(r.f.free) > 0 && !r.over.Load() {
		select {
		case <-r.level:
		case <-beat.C:
			if r.hangs() {
				return nil // enough may have been read to begin
			}
			idle()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// refillPart: the reader is woken when 1/refillPart of the FIFO has been written. Waking it
// for each chunk would cost more time than reading.
const refillPart = 8

// put returns a chunk.
func (r *feeder) put(c *chunk) {
	if r.spare = append(r.spare, c); len(r.spare) == cap(r.spare) {
		r.refill()
	}
}

// refill hands the written chunks to the reader.
func (r *feeder) refill() {
	for _, c := range r.spare {
		r.f.free <- c
	}
	r.spare = r.spare[:0]
}

// close stops the reader, waits for it and collects the chunks. It returns false if the
// reader hangs; the fifo must then not be used again.
func (r *feeder) close() bool {
	close(r.stop)
	select {
	case <-r.ended:
	case <-time.After(readerGrace):
		return false
	}
	r.refill()
	for {
		select {
		case c := <-r.f.full:
			r.f.free <- c
		default:
			return true
		}
	}
}
