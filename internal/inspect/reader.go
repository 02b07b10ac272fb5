package inspect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReaderOptions are the options of a Reader. The zero value and nil are valid.
type ReaderOptions struct {
	// Offset is the drive's read offset correction in samples, as AccurateRip lists it.
	Offset int
	// Skip replaces unreadable sectors of a track by silence, and counts them.
	Skip bool

	Patience    time.Duration    // as in Asker
	OnWait      func()           // as in Asker
	OnAttention func(scsi.Sense) // as in Asker
}

// Reader reads the audio of a disc.
//
// READ CD is sent only for addresses where the Disc has an audio track, its pause or its
// run-out; anything else counts as unreadable without a command. If reading fails three
// times, the sectors are read one by one.
type Reader struct {
	asker Asker
	o     ReaderOptions
	spans []span // where READ CD may be sent
	music []span // the part that is in the tracks themselves
	chunk int    // sectors of one command
	buf   []byte
	bad   []bool

	unreadable toc.Sectors
	lost       int
}

// chunkSectors is the most that one READ CD asks for: 63,504 bytes. MT1839 drives hang at
// 64 KiB, and Windows refuses more than that on USB.
const chunkSectors = 27

// NewReader makes a Reader for a disc found by Look.
func NewReader(d *mmc.Drive, on disc.Disc, o *ReaderOptions) *Reader {
	r := &Reader{asker: Asker{Drive: d}, spans: readableSpans(&on), chunk: chunkSectors}
	for _, t := range on.Tracks {
		r.music = append(r.music, span{t.Start, t.End()})
	}
	r.music = merge(r.music)
	if o != nil {
		r.o = *o
		r.asker.Patience, r.asker.OnWait, r.asker.OnAttention = o.Patience, o.OnWait, o.OnAttention
	}
	if limit := d.Transport().Limits().MaxTransfer; limit > 0 {
		r.chunk = max(min(r.chunk, limit/toc.SectorSize), 1)
	}
	return r
}

// Unreadable returns how many sectors of tracks Skip has replaced by silence.
func (r *Reader) Unreadable() toc.Sectors { return r.unreadable }

// Lost returns how many samples at the edges of the tracks were replaced by silence
// because the offset moves them to where nothing can be read.
func (r *Reader) Lost() int { return r.lost }

// Read fills p, whole sectors, with the audio from lba on, shifted by the offset.
//
// An error matches ErrUnreadable (*SectorError) for an unreadable sector of a track,
// unless Skip is set. Any other error doesn't concern the sectors: the context's, a
// *scsi.TransportError, no disc (asc.FamilyMediumNotPresent), a drive without READ CD
// (asc.InvalidOpcode), one that stays busy (mmc.ErrNotReady), and a deferred error,
// which belongs to an earlier command.
func (r *Reader) Read(ctx context.Context, lba toc.LBA, p []byte) error {
	// In what the drive returns, the wanted samples begin shift bytes past the start of
	// the sector: whole sectors around them are read and cut.
	shift := r.o.Offset * sampleBytes
	before, cut := shift/toc.SectorSize, shift%toc.SectorSize
	if cut < 0 {
		before, cut = before-1, cut+toc.SectorSize
	}
	need := len(p)
	if cut > 0 {
		need += toc.SectorSize
	}
	if cap(r.buf) < need {
		r.buf, r.bad = make([]byte, need), make([]bool, need/toc.SectorSize)
	}
	buf, bad := r.buf[:need], r.bad[:need/toc.SectorSize]
	lba += toc.LBA(before)
	var wrong error
	err := r.sectors(ctx, lba, buf, bad, func(i int, cause error) {
		at := lba + toc.LBA(i)
		switch {
		case r.o.Offset != 0 && !slices.ContainsFunc(r.music, func(s span) bool { return s.holds(at) }):
			r.lost += (min(cut+len(p), (i+1)*toc.SectorSize) - max(cut, i*toc.SectorSize)) / sampleBytes
		case r.o.Skip:
			r.unreadable++
		case wrong == nil:
			wrong = &SectorError{LBA: at, Err: cause}
		}
	})
	if err == nil {
		err = wrong
	}
	if err != nil {
		return err
	}
	copy(p, buf[cut:])
	return nil
}

// Sectors fills p, whole sectors, from lba on as the drive returns them, without the
// offset. It marks unreadable ones in bad, one element per sector, and makes them silent.
// Errors are those of Read that don't concern the sectors.
func (r *Reader) Sectors(ctx context.Context, lba toc.LBA, p []byte, bad []bool) error {
	return r.sectors(ctx, lba, p, bad, func(int, error) {})
}

// sectors is Sectors, and returns the reason for each unreadable sector.
func (r *Reader) sectors(ctx context.Context, lba toc.LBA, p []byte, bad []bool, why func(i int, cause error)) error {
	clear(bad)
	note := func(i int, cause error) {
		bad[i] = true
		clear(p[i*toc.SectorSize : (i+1)*toc.SectorSize])
		why(i, cause)
	}
	for i := 0; i < len(bad); {
		at := lba + toc.LBA(i)
		n, readable := part(r.spans, at, lba+toc.LBA(len(bad)))
		if !readable {
			for j := range n {
				note(i+j, ErrNoTrack)
			}
			i += n
			continue
		}
		n = min(n, r.chunk)
		err := r.readCD(ctx, at, p[i*toc.SectorSize:(i+n)*toc.SectorSize])
		if err != nil && !unreadable(err) {
			return err
		}
		if err != nil && n == 1 {
			note(i, err)
		} else if err != nil {
			for j := i; j < i+n; j++ {
				switch err := r.readCD(ctx, lba+toc.LBA(j), p[j*toc.SectorSize:(j+1)*toc.SectorSize]); {
				case err == nil:
				case !unreadable(err):
					return err
				default:
					note(j, err)
				}
			}
		}
		i += n
	}
	return nil
}

// readCD reads sectors with one command, repeated by the rules of Asker: reading changes
// nothing.
func (r *Reader) readCD(ctx context.Context, lba toc.LBA, p []byte) error {
	return r.readUntil(ctx, lba, p, deferredFailure)
}

// readUntil is readCD, but an answer that satisfies final is not repeated.
func (r *Reader) readUntil(ctx context.Context, lba toc.LBA, p []byte, final func(*answer) bool) error {
	cmd := command.ReadCD{
		LBA: lba, Blocks: len(p) / toc.SectorSize,
		ExpectedType: command.SectorCDDA, Flags: command.ReadUser, Data: p,
	}
	marked := 1
	return r.asker.ask(ctx, func(ctx context.Context) error {
		n, err := cmd.Do(ctx, r.asker.Drive.Transport())
		switch {
		case err == nil && n != len(p):
			err = &shortRead{n, len(p)}
		case err == nil && bytes.HasSuffix(p, bridgeMark) && marked < maxTries:
			marked++
			err = implausible("READ CD ends in %q", bridgeMark)
		}
		return err
	}, final)
}

// bridgeMark is left by some USB bridges at the end of a reply. Music with these bytes
// would return them every time.
var bridgeMark = []byte("USBS")

// deferredFailure reports an error of an earlier command: a recording failed, which the
// caller must learn.
func deferredFailure(a *answer) bool {
	return a.sense != nil && a.sense.Deferred && a.sense.Key != scsi.KeyRecoveredError && a.sense.Key != scsi.KeyNoSense &&
		a.sense.Key != scsi.KeyUnitAttention
}

// Unreadable reports whether the final answer to READ CD concerns the sectors: the drive
// is present, ready, and supports the command.
func Unreadable(err error) bool { return unreadable(err) }

// unreadable reports whether the final answer to READ CD concerns the sectors: any answer
// of a drive that is present, ready and supports the command.
func unreadable(err error) bool {
	var transport *scsi.TransportError
	var status *scsi.StatusError
	var sense *scsi.SenseError
	switch {
	case errors.As(err, &transport), errors.As(err, &status), errors.Is(err, mmc.ErrNotReady),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, asc.InvalidOpcode):
		return false
	case errors.As(err, &sense):
		return !sense.Deferred && sense.Key != scsi.KeyNotReady && sense.Key != scsi.KeyUnitAttention
	}
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// shortRead is GOOD with fewer bytes than were requested. It matches io.ErrUnexpectedEOF.
type shortRead struct{ got, want int }

// Error returns both byte counts.
func (e *shortRead) Error() string {
	return fmt.Sprintf("READ CD: only %d of %d bytes came", e.got, e.want)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *shortRead) Unwrap() error { return io.ErrUnexpectedEOF }
