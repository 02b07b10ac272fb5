package inspect

import (
	"io"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// window reads a part of a track as it should be on the disc: the source, followed by
// silence. It only moves forward, except by the samples that it keeps.
type window struct {
	r     io.ReadSeekCloser
	at    int // position of the next sample of r
	audio int // samples of the source
	total int // samples on the disc: filled and padded with silence
	keep  int // how many bytes before the position may be read again
	kept  []byte
}

// openWindow opens a window at the start of a track.
func openWindow(w *Written) (*window, error) {
	r, err := pcm.Open(w.Source)
	if err != nil {
		return nil, err
	}
	return &window{
		r: r, audio: int(min(w.Source.Frames(), int64(w.Audio)*toc.SamplesPerSector)),
		total: w.samples(),
	}, nil
}

func (w *window) close() error { return w.r.Close() }

// read returns the samples from position from to position to, cut to the track, and the
// position of the first of them. It uses buf if it is large enough.
func (w *window) read(from, to int, buf []byte) ([]byte, int, error) {
	from, to = max(from, 0), min(to, w.total)
	if from >= to {
		return nil, from, nil
	}
	n := (to - from) * sampleBytes
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if err := w.skip(from); err != nil {
		return nil, from, err
	}
	real := max(min(to, w.audio)-from, 0) * sampleBytes
	have := 0
	if back := (w.at - from) * sampleBytes; back > 0 && back <= len(w.kept) {
		have = copy(buf[:real], w.kept[len(w.kept)-back:])
	}
	if _, err := io.ReadFull(w.r, buf[have:real]); err != nil {
		return nil, from, err
	}
	w.at = max(w.at, from+real/sampleBytes)
	if w.keep > 0 && have < real {
		w.kept = append(w.kept[:0], buf[max(real-w.keep, 0):real]...)
	}
	clear(buf[real:])
	return buf, from, nil
}

// skip moves forward to a position.
func (w *window) skip(to int) error {
	to = min(to, w.audio)
	if to <= w.at {
		return nil
	}
	if _, err := w.r.Seek(int64(to-w.at)*sampleBytes, io.SeekCurrent); err != nil {
		return err
	}
	w.at = to
	return nil
}
