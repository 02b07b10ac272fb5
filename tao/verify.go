package tao

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// quickSectors is the length of each of the three pieces that VerifyQuick reads of
// a track: one second.
const quickSectors = toc.SectorsPerSecond

// edgeSectors is how many sectors at the edge of a track an offset may move into
// run-out or lead-out.
const edgeSectors = (maxOffset + toc.SamplesPerSector - 1) / toc.SamplesPerSector

// verifier reads a disc back and compares it with the sources.
type verifier struct {
	ctx    context.Context
	t      scsi.Transport
	chunk  int // sectors of one READ CD
	m      *meter
	c      *candidates
	out    *Verification
	buf    []byte // what was read
	want   []byte // what was written
	bad    []bool // which sectors of buf could not be read
	done   toc.Sectors
	total  toc.Sectors
	tracks []*laid
	edges  []edge // sectors that could not be read, for quick
}

// edge is a sector close to the edge of a track that could not be read: whether
// that is to be expected depends on the offset, which isn't known yet.
type edge struct {
	row    *TrackVerification
	l      *laid
	sector int
}

func newVerifier(ctx context.Context, s *session, tracks []laid, out *Verification) *verifier {
	v := &verifier{ctx: ctx, t: s.t, chunk: s.chunk, m: s.m, c: newCandidates(), out: out}
	for i := range tracks {
		v.tracks = append(v.tracks, &tracks[i])
		v.total += 3 * quickSectors
		if out.Asked == VerifyFull {
			v.total += tracks[i].sectors
		}
	}
	out.Tracks = make([]TrackVerification, len(tracks))
	for i, l := range v.tracks {
		out.Tracks[i] = TrackVerification{Number: l.number, Result: VerifyOK}
	}
	return v
}

// run does the verification. Its error is ErrVerify if something differs or can't
// be read, ErrCancelled, the source's, or the transport's; out says the rest.
func (v *verifier) run(level VerifyLevel) error {
	for i, l := range v.tracks {
		v.m.track(l.number, l.start, l.sectors)
		if err := v.quick(&v.out.Tracks[i], l); err != nil {
			return fail(PhaseVerify, l.number, l.start, err)
		}
	}
	offset, _ := v.c.best()
	v.out.Offset, v.out.Known, v.out.Done = offset, v.c.known(), VerifyQuick
	if level == VerifyFull {
		for i, l := range v.tracks {
			v.m.track(l.number, l.start, l.sectors)
			if v.out.Tracks[i].Result != VerifyOK {
				continue
			}
			if err := v.full(&v.out.Tracks[i], l, offset); err != nil {
				return fail(PhaseVerify, l.number, l.start, err)
			}
		}
		v.out.Done = VerifyFull
	} else {
		for _, e := range v.edges {
			e.row.skip(e.l, e.sector, offset)
		}
	}
	return v.conclude()
}

// conclude adds up the tracks.
func (v *verifier) conclude() error {
	v.out.Result = VerifyOK
	var first error
	for _, t := range v.out.Tracks {
		v.out.Sectors += t.Sectors
		v.out.Unverifiable += t.Unverifiable
		if t.Result == VerifyOK || first != nil {
			continue
		}
		v.out.Result = t.Result
		text, names := "the audio on the disc differs from the source", []error{ErrVerify}
		if t.Result == VerifyUnread {
			text, names = "the audio can't be read back", []error{ErrVerify, ErrUnreadable}
		}
		first = fail(PhaseVerify, t.Number, t.At, join(errors.New(text), names...))
	}
	if !v.out.Known && v.out.Result == VerifyOK {
		v.out.Notes = append(v.out.Notes, "what was read fits more than one read offset (silence, or a steady tone)")
	}
	return first
}

// quick compares the first, the middle and the last second of a track.
func (v *verifier) quick(row *TrackVerification, l *laid) error {
	w, err := openWindow(l)
	if err != nil {
		return err
	}
	defer func() { _ = w.close() }() // what had to be read was read
	n := int(l.sectors)
	length := min(quickSectors, n)
	for _, from := range []int{0, (n - length) / 2, n - length} {
		if row.Result != VerifyOK {
			return nil
		}
		if err := v.piece(row, l, w, from, length); err != nil {
			return err
		}
	}
	return nil
}

// piece compares some sectors of a track with every offset that is still possible.
func (v *verifier) piece(row *TrackVerification, l *laid, w *sourceWindow, from, n int) error {
	if err := v.read(l, from, n); err != nil {
		return err
	}
	lo, hi := from*toc.SamplesPerSector-maxOffset, (from+n)*toc.SamplesPerSector+maxOffset
	want, at, err := w.read(lo, hi, v.want)
	if err != nil {
		return err
	}
	v.want = want
	guess, _ := v.c.best()
	for i := 0; i < n; {
		j := i
		for j < n && !v.bad[j] {
			j++
		}
		if i < j {
			good := v.buf[i*toc.SectorSize : j*toc.SectorSize]
			if v.c.narrow(good, (from+i)*toc.SamplesPerSector, want, at) == 0 {
				v.c.list = append(v.c.list, int32(guess))
				row.Result, row.At = VerifyDiffers, l.start+toc.LBA(from+i)
				return nil
			}
			row.Sectors += toc.Sectors(j - i)
		}
		if j < n {
			if !l.edge(from + j) {
				row.Result, row.At = VerifyUnread, l.start+toc.LBA(from+j)
				return nil
			}
			v.edges = append(v.edges, edge{row, l, from + j})
		}
		i = j + 1
	}
	return nil
}

// edge reports whether a sector lies so close to the end of the track that a read
// offset may push it into run-out, lead-out or the pregap.
func (l *laid) edge(sector int) bool {
	return sector < edgeSectors || sector >= int(l.sectors)-edgeSectors
}

// full compares every sample of a track that the drive can reach with its offset.
func (v *verifier) full(row *TrackVerification, l *laid, offset int) error {
	w, err := openWindow(l)
	if err != nil {
		return err
	}
	defer func() { _ = w.close() }()
	row.Sectors, row.Unverifiable = 0, 0
	first := floorDiv(-offset)
	last := floorDiv(w.total - offset + toc.SamplesPerSector - 1)
	for from := first; from < last && row.Result == VerifyOK; from += v.chunk {
		n := min(v.chunk, last-from)
		if err := v.read(l, from, n); err != nil {
			return err
		}
		p := from*toc.SamplesPerSector + offset
		want, at, err := w.read(p, p+n*toc.SamplesPerSector, v.want)
		if err != nil {
			return err
		}
		if want != nil {
			v.want = want
		}
		for i := range n {
			v.sector(row, l, from+i, v.buf[i*toc.SectorSize:(i+1)*toc.SectorSize], v.bad[i], offset, want, at)
		}
	}
	row.Sectors = min(row.Sectors, l.sectors)
	return nil
}

// sector compares one sector of a full verification.
func (v *verifier) sector(row *TrackVerification, l *laid, n int, got []byte, bad bool, offset int, want []byte, at int) {
	p := n*toc.SamplesPerSector + offset
	switch {
	case row.Result != VerifyOK || p+toc.SamplesPerSector <= 0 || p >= l.samples():
	case bad:
		row.skip(l, n, offset)
	case !equalAt(got, p, want, at):
		row.Result, row.At = VerifyDiffers, l.start+toc.LBA(n)
	default:
		row.Sectors++
	}
}

// skip accounts for a sector that can't be read. That is only forgiven for the
// samples that the offset moves across the edge of the track.
func (row *TrackVerification) skip(l *laid, n, offset int) {
	p := n*toc.SamplesPerSector + offset
	lo, hi := max(p, 0), min(p+toc.SamplesPerSector, l.samples())
	reach := max(offset, -offset)
	switch {
	case lo >= hi || row.Result != VerifyOK:
	case hi <= reach || lo >= l.samples()-reach:
		row.Unverifiable += hi - lo
	default:
		row.Result, row.At = VerifyUnread, l.start+toc.LBA(n)
	}
}

// samples is the length of the track.
func (l *laid) samples() int { return int(l.sectors) * toc.SamplesPerSector }

// read fills buf with n sectors of a track, from being relative to its start and
// possibly before it. What can't be read in one go is tried sector by sector.
func (v *verifier) read(l *laid, from, n int) error {
	if err := v.ctx.Err(); err != nil {
		return cancelled(v.ctx)
	}
	if need := n * toc.SectorSize; cap(v.buf) < need {
		v.buf, v.bad = make([]byte, need), make([]bool, n)
	}
	v.buf, v.bad = v.buf[:n*toc.SectorSize], v.bad[:cap(v.bad)]
	if len(v.bad) < n {
		v.bad = make([]bool, n)
	}
	clear(v.bad)
	for i := 0; i < n; {
		part := min(v.chunk, n-i)
		if err := v.readPart(l.start+toc.LBA(from+i), v.buf[i*toc.SectorSize:(i+part)*toc.SectorSize], v.bad[i:i+part]); err != nil {
			return err
		}
		i += part
		v.done += toc.Sectors(part)
		v.m.frac = min(float64(v.done)/float64(max(v.total, 1)), 1)
		v.m.tick()
	}
	return nil
}

func (v *verifier) readPart(lba toc.LBA, p []byte, bad []bool) error {
	err := readAudio(v.ctx, v.t, lba, p)
	if err == nil {
		return nil
	}
	if !errors.Is(err, ErrUnreadable) {
		return err
	}
	for i := range bad {
		switch err := readAudio(v.ctx, v.t, lba+toc.LBA(i), p[i*toc.SectorSize:(i+1)*toc.SectorSize]); {
		case errors.Is(err, ErrUnreadable):
			bad[i] = true
		case err != nil:
			return err
		}
	}
	return nil
}

// verify reads the tracks of this session back, as far as they are whole. A drive
// that won't read audio of an open session can't be blamed for that.
func (s *session) verify(ctx context.Context, level VerifyLevel) error {
	var whole []laid
	for _, l := range s.laid {
		if s.rep.Tracks[l.row].Status == TrackOK {
			whole = append(whole, l)
		}
	}
	if len(whole) == 0 {
		return nil
	}
	out := &s.rep.Verified
	s.m.phase(PhaseVerify, ActionVerifying, verifyWork(level, whole))
	if err := s.ready(ctx, readyTimeout); err != nil {
		return s.unverified(err)
	}
	if !s.closed && !s.readsOpen(ctx, whole[0]) {
		out.Result = VerifyLater
		out.Notes = append(out.Notes, "the drive doesn't read audio of an open session")
		return nil
	}
	v := newVerifier(ctx, s, whole, out)
	err := s.unverified(v.run(level))
	for _, t := range out.Tracks {
		if t.Unverifiable > 0 {
			out.Notes = append(out.Notes, fmt.Sprintf("track %d: not verifiable (%d samples at its edges)", t.Number, t.Unverifiable))
		}
	}
	return err
}

// unverified is the error of a verification that could not be done: then nobody
// knows whether what was written is right.
func (s *session) unverified(err error) error {
	if err == nil || errors.Is(err, ErrVerify) || errors.Is(err, ErrCancelled) {
		return err
	}
	return fail(PhaseVerify, 0, 0, join(classify(err), ErrUnconfirmed))
}

// readsOpen tries whether audio of an open session can be read at all.
func (s *session) readsOpen(ctx context.Context, l laid) bool {
	var sector [toc.SectorSize]byte
	err := readAudio(ctx, s.t, l.start+toc.LBA(l.sectors/2), sector[:])
	return !errors.Is(err, ErrUnreadable)
}

// verifyWork is what a verification counts for in Progress.Done.
func verifyWork(level VerifyLevel, tracks []laid) toc.Sectors {
	var work toc.Sectors
	for _, l := range tracks {
		if level == VerifyFull {
			work += l.sectors
		}
	}
	return work/2 + toc.Sectors(len(tracks))*quickSectors
}

// fastest is more than any drive writes: 52x is the most that was ever sold, and
// only at the outer edge.
const fastest = 64 * toc.SectorsPerSecond

// implausible reports whether audio went away faster than any drive can write. A
// Pioneer BDR-UD04 took 37 minutes in 12 seconds and recorded nothing.
func (s *session) implausible() bool {
	var sectors toc.Sectors
	var burnt float64
	for _, l := range s.laid {
		sectors += l.sectors
		burnt += l.burnt.Seconds()
	}
	return sectors > 0 && float64(sectors) > burnt*fastest
}
