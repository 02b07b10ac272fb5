package tao

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// How a full drive buffer is waited for: the first repetition at once, then a
// little later each time. 27 ms make 128 KiB of room at 32x (Pioneer DVR-111
// command manual, table 44).
const (
	resendStep = 2 * time.Millisecond
	resendMost = 27 * time.Millisecond
	// resendLimit ends it: as long as a WRITE itself may take.
	resendLimit = 200 * time.Second
)

// bufferEvery is how many WRITEs lie between two questions for the drive's buffer.
// Asking more often than ten times a second slows some drives down.
const bufferEvery = 64

// stream writes the chunks of one track, beginning with first. On the way out all
// chunks are back in the FIFO. Its error is the source's, the drive's, or
// ErrCancelled; sectors that the drive took are counted in any case.
func (s *session) stream(ctx context.Context, feed *feeder, k *task, first *chunk) error {
	for c, n := first, 1; ; n++ {
		if ctx.Err() != nil {
			feed.put(c)
			return fail(PhaseWrite, k.number, k.next(), cancelled(ctx))
		}
		s.m.cur.LastRead = k.start + toc.LBA(k.written+c.sectors()) - 1
		err := s.write(k, c.data, c.audio)
		last, srcErr, hash := c.last, c.err, c.digest.Hash
		feed.put(c)
		switch {
		case err != nil:
			return err
		case srcErr != nil:
			return fail(PhaseWrite, k.number, k.next(), srcErr)
		case last:
			s.rep.Tracks[k.row].Hash = fmt.Sprintf("%016x", hash)
			return nil
		}
		if n%bufferEvery == 0 {
			s.askBuffer()
		}
		s.m.cur.BufferUsed = feed.f.used()
		s.m.cur.BufferTotal = feed.f.bytes()
		s.m.cur.BufferFree = s.m.cur.BufferTotal - s.m.cur.BufferUsed
		s.m.tick()
		if c, err = feed.next(ctx, s.m.tick); err != nil {
			if ctx.Err() != nil {
				err = cancelled(ctx)
			}
			return fail(PhaseWrite, k.number, k.next(), err)
		}
	}
}

// next is the address of the next sector to write.
func (k *task) next() toc.LBA { return k.start + toc.LBA(k.written) }

// write sends one WRITE and counts it if the drive took it. It never allocates
// while all is well.
func (s *session) write(k *task, data []byte, audio toc.Sectors) error {
	if len(data) == 0 {
		return nil
	}
	cmd := mmc.Write10{LBA: k.next(), Blocks: uint16(len(data) / toc.SectorSize), Data: data}
	if err := cmd.Do(s.calm, s.t); err != nil {
		if err = s.resend(k, cmd, err); err != nil {
			return s.writeFailed(k, err)
		}
	}
	k.written += toc.Sectors(cmd.Blocks)
	k.music += audio
	s.m.cur.LastWritten = k.next() - 1
	return nil
}

// resend repeats a WRITE for as long as the drive says that it didn't take it.
// This is the only place that does. Sending one that was taken would burn the
// audio twice, so nothing but a current NOT READY counts:
//
//   - 2/04/08, long write in progress: the buffer is full. Certain.
//   - 2/04/01, 04, 07: busy with something. Only if the next writable address is
//     still that of the WRITE.
//
// A deferred error belongs to an earlier command. A deferred recovered one is
// harmless if this WRITE was taken all the same.
func (s *session) resend(k *task, cmd mmc.Write10, err error) error {
	deadline := s.clock.Now().Add(resendLimit)
	for wait := time.Duration(0); err != nil; wait = min(wait+resendStep, resendMost) {
		switch {
		case scsi.NotTaken(err):
		case notReady(err):
			if waitErr := s.stillAt(k, cmd.LBA, deadline); waitErr != nil {
				return join(fmt.Errorf("%w; %w", err, waitErr), ErrBusy)
			}
		case deferredRecovered(err):
			if nwa, nwaErr := s.nwaOf(k); nwaErr == nil && nwa == cmd.LBA+toc.LBA(cmd.Blocks) {
				return nil
			}
			return err
		default:
			return err
		}
		if s.clock.Now().After(deadline) {
			return join(fmt.Errorf("no progress for %v: %w", resendLimit, err), ErrTimeout, ErrBusy)
		}
		if sleepErr := s.clock.Sleep(s.hurry, wait); sleepErr != nil {
			return fmt.Errorf("%w: %w", errHurried, err)
		}
		s.m.tick()
		s.rep.Resends++
		err = cmd.Do(s.calm, s.t)
	}
	return nil
}

// deferredRecovered reports an earlier command's error that the drive made good.
func deferredRecovered(err error) bool {
	var se *scsi.SenseError
	return errors.As(err, &se) && se.Deferred && se.Key == scsi.KeyRecoveredError
}

// stillAt waits until the drive tells its next writable address, and makes sure
// that it is lba: the WRITE there wasn't taken.
func (s *session) stillAt(k *task, lba toc.LBA, deadline time.Time) error {
	for {
		nwa, err := s.nwaOf(k)
		switch {
		case err == nil && nwa == lba:
			return nil
		case err == nil:
			return wrongf(ErrUnexpected, "the drive goes on at LBA %d", nwa)
		case !notReady(err):
			return err
		case s.clock.Now().After(deadline):
			return join(err, ErrTimeout)
		}
		if err := s.clock.Sleep(s.hurry, resendMost*4); err != nil {
			return join(errHurried, err)
		}
		s.m.tick()
	}
}

// nwaOf is the next writable address in the track that is being written.
func (s *session) nwaOf(k *task) (toc.LBA, error) {
	ti, err := s.trackInfo(s.calm, k.number)
	if err != nil && refused(err) {
		ti, err = s.invisible(s.calm)
	}
	if err != nil {
		return 0, err
	}
	if nwa, ok := ti.NextWritable(); ok {
		return nwa, nil
	}
	return 0, wrongf(ErrBadResponse, "the drive doesn't tell where it would go on")
}

// writeFailed names what a WRITE failed of. When no status came back, the drive
// may have taken the sectors: its next writable address tells.
func (s *session) writeFailed(k *task, err error) error {
	var te *scsi.TransportError
	if errors.As(err, &te) && te.Sent == scsi.SentUnknown {
		nwa, nwaErr := s.nwaOf(k)
		switch {
		case nwaErr != nil:
			s.lost = s.lost || gone(nwaErr)
			err = fmt.Errorf("%w (and it doesn't tell where it would go on: %v)", err, nwaErr)
		default:
			err = fmt.Errorf("%w (the drive would go on at LBA %d)", err, nwa)
		}
	}
	if s.starved(k, err) {
		err = join(err, ErrUnderrun)
	}
	return fail(PhaseWrite, k.number, k.next(), err)
}

// starved tells a buffer underrun. Without protection the drive ends the track
// when its buffer is empty, and the next WRITE has the wrong address: 5/21/02 or,
// from others, 5/21/00 and 3/0C/09 (G14, G17).
func (s *session) starved(k *task, err error) bool {
	if errors.Is(err, scsi.CodeWriteErrorLossOfStreaming) {
		return true
	}
	wrongPlace := errors.Is(err, scsi.CodeInvalidAddressForWrite) || errors.Is(err, scsi.CodeLBAOutOfRange)
	return wrongPlace && k.written > 0 && !s.bufe
}

// askBuffer learns how full the drive's buffer is. Drives that can't tell aren't
// asked again.
func (s *session) askBuffer() {
	if s.noBuffer {
		return
	}
	b, err := mmc.ReadBufferCapacity{}.Do(s.calm, s.t)
	fill, ok := b.Fill()
	if err != nil || !ok {
		s.noBuffer = err != nil
		return
	}
	s.m.cur.DriveBuffer = fill
	if s.rep.DriveMin < 0 || fill < s.rep.DriveMin {
		s.rep.DriveMin = fill
	}
}

// pad writes digital silence until the track has n sectors.
func (s *session) pad(k *task, n toc.Sectors) error {
	for k.written < n {
		part := min(n-k.written, toc.Sectors(s.chunk))
		if err := s.write(k, s.quiet[:part.Bytes()], 0); err != nil {
			return err
		}
		s.m.tick()
	}
	return nil
}
