package tao

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// readTries is how often one READ CD is sent before its sectors count as
// unreadable. Reading changes nothing, so that it can be repeated.
const readTries = 3

// readAudio reads sectors of audio into p, which holds whole sectors. An error
// matches ErrUnreadable if the drive is there but can't read them.
func readAudio(ctx context.Context, t scsi.Transport, lba toc.LBA, p []byte) error {
	cmd := mmc.ReadCD{
		LBA: lba, Blocks: len(p) / toc.SectorSize,
		ExpectedType: mmc.SectorCDDA, Flags: mmc.ReadUser, Data: p,
	}
	var err error
	for range readTries {
		var n int
		if n, err = cmd.Do(ctx, t); err == nil && n == len(p) {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("READ CD: %d of %d bytes: %w", n, len(p), io.ErrUnexpectedEOF)
		}
		var te *scsi.TransportError
		if errors.As(err, &te) || errors.Is(err, scsi.FamilyMediumNotPresent) || errors.Is(err, scsi.CodeInvalidOpcode) {
			return err // says nothing about the sectors; a drive without READ CD can't blame the disc
		}
		if refused(err) {
			break // it won't be otherwise the next time
		}
	}
	return join(err, ErrUnreadable)
}

// sourceWindow reads a part of what a track holds on the disc: the source, and
// silence behind it. It goes forward only.
type sourceWindow struct {
	r     *pcm.Reader
	at    int // position of the next sample of r
	audio int // samples of the source
	total int // samples on the disc: filled up and padded with silence
}

// openWindow begins at the start of a track that has audio sectors from its source
// and sectors sectors altogether.
func openWindow(l *laid) (*sourceWindow, error) {
	r, err := pcm.Open(l.source)
	if err != nil {
		return nil, err
	}
	return &sourceWindow{
		r: r, audio: int(min(l.source.Frames(), int64(l.audio)*toc.SamplesPerSector)),
		total: int(l.sectors) * toc.SamplesPerSector,
	}, nil
}

func (w *sourceWindow) close() error { return w.r.Close() }

// read gives the samples from position from to position to, cut to the track, and
// the position of the first of them. buf is used if it is large enough.
func (w *sourceWindow) read(from, to int, buf []byte) ([]byte, int, error) {
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
	if _, err := io.ReadFull(w.r, buf[:real]); err != nil {
		return nil, from, err
	}
	w.at = max(w.at, from+real/sampleBytes)
	clear(buf[real:])
	return buf, from, nil
}

// skip moves on to a position.
func (w *sourceWindow) skip(to int) error {
	to = min(to, w.audio)
	if to <= w.at {
		return nil
	}
	if err := w.r.Skip(int64(to-w.at) * sampleBytes); err != nil {
		return err
	}
	w.at = to
	return nil
}
