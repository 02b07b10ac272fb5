package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// ErrNoQ matches the error of a drive that does not return the Q sub-channel in any form,
// or returns something that can't be Q.
var ErrNoQ = errors.New("the drive does not return the Q sub-channel")

// QFrame is a reliable frame of the Q sub-channel with its address.
type QFrame struct {
	command.Q
	LBA toc.LBA // from the frame itself, or from its neighbors if it has no address
}

// SubQ reads the Q sub-channel of a disc's audio tracks, the only place that records
// pauses and index marks.
//
// Drives return Q in one of three forms (command.QForm), and some return the Q of a sector one
// to three sectors away (redumper, DiscImageCreator). A frame therefore has the address
// that it contains, not the one that was read, and is accepted only if
//
//   - its address is within ten sectors of the one that was read,
//   - and its CRC is valid, or another frame of the same reading is off by as many
//     sectors and a neighboring frame has the same track and index.
//
// A frame without an address (MCN, ISRC) gets its address from its neighbors.
type SubQ struct {
	r    *Reader
	form command.QForm
	buf  []byte
}

// maxQShift is how far away a drive's Q may be from its sector. At most three sectors
// have been reported.
const maxQShift = 10

// qProbe is how many sectors are read for one test: of eight frames at most two have no
// address.
const qProbe = 8

// OpenSubQ determines the form in which the drive returns Q by reading a few sectors of
// the longest audio track in each form: raw first, since that has a reliable CRC. The
// error matches ErrNoQ; others are ErrNoDrive and those of Reader.Read that don't concern
// the sectors.
func OpenSubQ(ctx context.Context, d *mmc.Drive, on disc.Disc, o *ReaderOptions) (*SubQ, error) {
	if d == nil {
		return nil, ErrNoDrive
	}
	s := &SubQ{r: NewReader(d, on, o)}
	track, ok := longest(on.Tracks)
	if !ok {
		return nil, fmt.Errorf("%w: %w", ErrNoQ, ErrNoTrack)
	}
	var errs []error
	for _, form := range []command.QForm{command.QRaw, command.QFormatted, command.QBinary} {
		s.form = form
		err := s.try(ctx, track)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, ErrNoQ) {
			return nil, err
		}
		errs = append(errs, fmt.Errorf("%v: %w", form, err))
	}
	return nil, errors.Join(errs...)
}

// longest returns the longest complete audio track.
func longest(tracks []disc.Track) (disc.Track, bool) {
	var best disc.Track
	for _, t := range tracks {
		if t.Control.Audio() && t.State == disc.TrackComplete && t.Sectors > best.Sectors {
			best = t
		}
	}
	return best, best.Sectors > 0
}

// try reads in a form at up to three places of a track, because a place may be scratched.
func (s *SubQ) try(ctx context.Context, t disc.Track) error {
	var errs []error
	for i := range toc.LBA(3) {
		at := t.Start + toc.LBA(t.Sectors)*(i+1)/4
		// From frame 50 to 57 of a second: 50 in BCD is 80 in binary, and 32 the other
		// way round, so that the forms can't be confused.
		at += 50 - toc.LBA(at.MSF().F)
		if at < t.Start {
			at += toc.SectorsPerSecond
		}
		frames, err := s.Read(ctx, at, qProbe)
		switch {
		case err != nil && !unreadable(err):
			return err
		case err != nil:
			errs = append(errs, err)
		case len(frames) >= qProbe/2:
			return nil
		}
	}
	return errors.Join(append(errs, ErrNoQ)...)
}

// Form returns the form in which the drive returns Q.
func (s *SubQ) Form() command.QForm { return s.form }

// Read returns the reliable frames of n sectors from lba on, in the order of their
// addresses; there may be none. It reads only sectors of audio tracks, their pauses and
// their run-out. The error is that of READ CD.
func (s *SubQ) Read(ctx context.Context, lba toc.LBA, n int) ([]QFrame, error) {
	var all []QFrame
	for end := lba + toc.LBA(n); lba < end; {
		part, readable := part(s.r.spans, lba, end)
		if readable {
			part = min(part, s.chunk())
			frames, err := s.read(ctx, lba, part)
			if err != nil {
				return nil, err
			}
			for _, f := range frames {
				if len(all) == 0 || f.LBA > all[len(all)-1].LBA {
					all = append(all, f)
				}
			}
		}
		lba += toc.LBA(part)
	}
	return all, nil
}

// chunk returns how many sectors one command may ask for.
func (s *SubQ) chunk() int {
	return max(s.r.chunk*toc.SectorSize/(toc.SectorSize+s.form.Size()), 1)
}

// read sends one READ CD. It includes the audio: drives refuse the sub-channel alone.
func (s *SubQ) read(ctx context.Context, lba toc.LBA, n int) ([]QFrame, error) {
	size := toc.SectorSize + s.form.Size()
	if cap(s.buf) < n*size {
		s.buf = make([]byte, n*size)
	}
	p := s.buf[:n*size]
	cmd := command.ReadCD{
		LBA: lba, Blocks: n, ExpectedType: command.SectorCDDA,
		Flags: command.ReadUser, SubChannel: s.form.SubChannel(), Data: p,
	}
	err := s.r.asker.ask(ctx, func(ctx context.Context) error {
		got, err := cmd.Do(ctx, s.r.asker.Drive.Transport())
		if err == nil && got != len(p) {
			err = fmt.Errorf("READ CD with sub-channel: %d of %d bytes: %w", got, len(p), io.ErrUnexpectedEOF)
		}
		return err
	}, deferredFailure)
	if err != nil {
		return nil, err
	}
	frames := make([]command.Q, n)
	ok := make([]bool, n)
	for i := range n {
		q, err := s.form.Parse(p[i*size+toc.SectorSize : (i+1)*size])
		frames[i], ok[i] = q, err == nil
	}
	return believed(lba, frames, ok), nil
}

// believed selects the frames that match their address and each other.
func believed(lba toc.LBA, frames []command.Q, ok []bool) []QFrame {
	count := map[toc.LBA]int{}
	best, any := toc.LBA(0), false
	for i, q := range frames {
		shift := q.Absolute - lba - toc.LBA(i)
		if !ok[i] || q.ADR != command.ADRPosition || shift < -maxQShift || shift > maxQShift {
			ok[i] = ok[i] && q.ADR != command.ADRPosition
			continue
		}
		if q.Checked {
			count[shift]++ // a frame with a valid CRC needs no other
		}
		count[shift]++
		if !any || count[shift] > count[best] {
			best, any = shift, true
		}
	}
	if count[best] < 2 {
		return nil // including codes, which can't be assigned
	}
	lonely(frames, ok)
	var list []QFrame
	for i, q := range frames {
		at := lba + toc.LBA(i) + best
		if q.ADR == command.ADRPosition && q.Absolute != at {
			at, ok[i] = q.Absolute, ok[i] && q.Checked
		}
		if ok[i] {
			list = append(list, QFrame{q, at})
		}
	}
	slices.SortStableFunc(list, func(a, b QFrame) int { return int(a.LBA - b.LBA) })
	return slices.CompactFunc(list, func(a, b QFrame) bool { return a.LBA == b.LBA })
}

// lonely drops frames without a valid CRC whose track and index no neighbor has: they
// were misread.
func lonely(frames []command.Q, ok []bool) {
	before := -1
	same := func(i, j int) bool {
		return i >= 0 && frames[i].Track == frames[j].Track && frames[i].Index == frames[j].Index
	}
	var alone []int
	for i, q := range frames {
		if !ok[i] || q.ADR != command.ADRPosition {
			continue
		}
		if same(before, i) {
			alone = slices.DeleteFunc(alone, func(n int) bool { return n == before })
		} else if !q.Checked {
			alone = append(alone, i)
		}
		before = i
	}
	for _, i := range alone {
		ok[i] = false
	}
}
