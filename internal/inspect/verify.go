package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// quickSectors is the length of each of the three pieces of a track that disc.VerifyQuick
// reads: one second.
const quickSectors = toc.SectorsPerSecond

// edgeSectors is how many sectors at the edge of a track an offset may move into run-out
// or lead-out.
const edgeSectors = (maxOffset + toc.SamplesPerSector - 1) / toc.SamplesPerSector

// Verify reads tracks back and compares them with their sources, allowing for one
// offset that is the same for the whole disc.
//
// Wrong audio is one *TrackError for each such track, joined, which match ErrDiffers or
// ErrUnreadable. A source that can't be read is a *pcm.ReadError. Other errors don't concern
// the audio: the context's error, disc.ErrNothingRead if the drive reads no audio or has
// stopped doing so, and those of Reader.Read and Look. With any error the Verification
// describes what was compared until then. A drive that doesn't read the audio of an open
// session is not an error: the result is disc.VerifyOpenSession.
func Verify(ctx context.Context, d *mmc.Drive, tracks []Written, level disc.VerifyLevel, o *VerifyOptions) (disc.Verification, error) {
	out := disc.Verification{Asked: level}
	for i := range tracks {
		out.Tracks = append(out.Tracks, disc.TrackVerification{Number: tracks[i].Number})
	}
	if d == nil {
		return out, ErrNoDrive
	}
	if level == disc.VerifyNone || len(tracks) == 0 {
		return out, nil
	}
	if o == nil {
		o = &VerifyOptions{}
	}
	on := o.Disc
	if on == nil {
		looked, err := Look(ctx, d, &LookOptions{Patience: o.Patience, OnWait: o.OnWait, OnAttention: o.OnAttention})
		if err != nil {
			return out, err
		}
		on = &looked
	}
	v := newVerifier(d, on, tracks, &out, o)
	if sessionOpen(on) {
		reads, err := v.readsOpen(ctx, on)
		if err != nil {
			return out, err
		}
		if !reads {
			out.Result = disc.VerifyOpenSession
			return out, nil
		}
	}
	err := v.run(ctx, level)
	return out, err
}

// verifier reads a disc back and compares it with the sources.
type verifier struct {
	r      *Reader
	o      *VerifyOptions
	c      *candidates
	out    *disc.Verification
	tracks []Written
	buf    []byte // the audio read
	want   []byte // the audio written
	bad    []bool // which sectors of buf could not be read
	at     VerifyProgress
	edges  []edge  // sectors that could not be read, for quick
	good   toc.LBA // a readable sector; -1 if there is none
}

// edge is an unreadable sector near the edge of a track. Whether it is acceptable depends
// on the offset, which isn't known yet.
type edge struct {
	row    *disc.TrackVerification
	w      *Written
	sector int
}

func newVerifier(d *mmc.Drive, on *disc.Disc, tracks []Written, out *disc.Verification, o *VerifyOptions) *verifier {
	r := NewReader(d, *on, &ReaderOptions{Patience: o.Patience, OnWait: o.OnWait, OnAttention: o.OnAttention})
	v := &verifier{r: r, o: o, c: newCandidates(), out: out, tracks: tracks, good: -1}
	for i := range tracks {
		// A track is where it was written, even if the drive reports something else.
		r.spans = append(r.spans, span{tracks[i].Start, tracks[i].end()})
		v.at.Total += min(3*quickSectors, tracks[i].Sectors)
		if out.Asked == disc.VerifyFull {
			v.at.Total += tracks[i].Sectors
		}
	}
	r.spans = merge(r.spans)
	return v
}

// readsOpen tries whether audio of an open session can be read at all. It can't if
// several places are refused: a single unreadable sector is a defect of the recording. A
// medium error isn't a refusal.
func (v *verifier) readsOpen(ctx context.Context, on *disc.Disc) (bool, error) {
	var sector [toc.SectorSize]byte
	tried := 0
	for i := range v.tracks {
		w := &v.tracks[i]
		if inTable(on, w.Number) {
			continue
		}
		for _, at := range []toc.Sectors{w.Sectors / 2, w.Sectors / 4, w.Sectors - w.Sectors/4} {
			err := v.r.readCD(ctx, w.Start+toc.LBA(at), sector[:])
			switch {
			case err == nil:
				return true, nil
			case !unreadable(err):
				return false, err
			case !errors.Is(err, scsi.KeyIllegalRequest) && !errors.Is(err, scsi.KeyBlankCheck):
				return true, nil
			}
			tried++
		}
	}
	return tried == 0, nil
}

// run verifies the tracks. out always holds the results so far.
func (v *verifier) run(ctx context.Context, level disc.VerifyLevel) error {
	err := v.compare(ctx, level)
	if err == nil {
		err = v.reading(ctx)
	}
	bad := v.conclude(err != nil)
	switch {
	case err == nil && len(bad) == 1:
		return bad[0]
	case err != nil:
		return errors.Join(err, errors.Join(bad...))
	}
	return errors.Join(bad...)
}

// reading checks, if some audio could not be read, that the drive reads audio at all: a
// place that was read before, or otherwise any of several, must still be readable. If
// not, the unreadable places prove nothing about the disc: disc.ErrNothingRead.
func (v *verifier) reading(ctx context.Context) error {
	lost := func(t disc.TrackVerification) bool { return t.Result == disc.VerifyUnreadable }
	if !slices.ContainsFunc(v.out.Tracks, lost) {
		return nil
	}
	places := []toc.LBA{v.good}
	if v.good < 0 {
		places = nil
		for i := range v.tracks {
			w := &v.tracks[i]
			for _, at := range []toc.Sectors{w.Sectors / 2, w.Sectors / 4, w.Sectors - w.Sectors/4 - 1} {
				places = append(places, w.Start+toc.LBA(at))
			}
		}
	}
	var sector [toc.SectorSize]byte
	var last error
	for _, at := range places {
		if last = v.r.readCD(ctx, at, sector[:]); last == nil {
			return nil
		}
		if !unreadable(last) {
			return last
		}
	}
	for i := range v.out.Tracks {
		if t := &v.out.Tracks[i]; lost(*t) {
			if t.Result = disc.VerifyNotDone; t.Sectors > 0 {
				t.Result = disc.VerifyPartial
			}
			t.At = 0
		}
	}
	return fmt.Errorf("%w: %w", disc.ErrNothingRead, last)
}

func (v *verifier) compare(ctx context.Context, level disc.VerifyLevel) error {
	for i := range v.tracks {
		row, w := &v.out.Tracks[i], v.track(i)
		err := v.quick(ctx, row, w)
		if err == nil && level != disc.VerifyFull {
			err = v.closely(ctx, row, w)
		}
		if err != nil {
			return v.trackError(i, err)
		}
	}
	offset, _ := v.c.best()
	v.out.Offset, v.out.OffsetKnown, v.out.Done = offset, v.c.known(), disc.VerifyQuick
	if level != disc.VerifyFull {
		for _, e := range v.edges {
			skip(e.row, e.w, e.sector, offset)
		}
		return nil
	}
	for i := range v.tracks {
		if row := &v.out.Tracks[i]; row.Result == disc.VerifyEqual {
			if err := v.full(ctx, row, v.track(i), offset); err != nil {
				return v.trackError(i, err)
			}
		}
	}
	v.out.Done = disc.VerifyFull
	return nil
}

// track begins track i.
func (v *verifier) track(i int) *Written {
	w := &v.tracks[i]
	v.at.Track, v.at.Start, v.at.Sectors = w.Number, w.Start, w.Sectors
	return w
}

func (v *verifier) trackError(i int, err error) error {
	return &TrackError{v.tracks[i].Number, v.tracks[i].Start, err}
}

// conclude combines the tracks and returns an error for each wrong one. ended means that
// the verification ended early.
func (v *verifier) conclude(ended bool) []error {
	v.out.Result = disc.VerifyEqual
	if ended {
		v.out.Result = disc.VerifyPartial
	}
	var errs []error
	for i := range v.out.Tracks {
		t := &v.out.Tracks[i]
		v.out.Sectors += t.Sectors
		v.out.Unverifiable += t.Unverifiable
		if ended && t.Result == disc.VerifyEqual && v.out.Asked == disc.VerifyFull && v.out.Done != disc.VerifyFull && t.Sectors < v.tracks[i].Sectors {
			t.Result = disc.VerifyPartial // only the quick pieces
		}
		if !isBad(t.Result) {
			continue
		}
		if !isBad(v.out.Result) || t.Result > v.out.Result {
			v.out.Result = t.Result
		}
		cause := ErrDiffers
		if t.Result == disc.VerifyUnreadable {
			cause = ErrUnreadable
		}
		errs = append(errs, &TrackError{t.Number, t.At, cause})
	}
	if v.out.Result == disc.VerifyPartial && v.out.Sectors == 0 {
		v.out.Result = disc.VerifyNotDone
	}
	return errs
}

// quick compares the first, the middle and the last second of a track, or all of a part
// that is shorter than any track.
func (v *verifier) quick(ctx context.Context, row *disc.TrackVerification, w *Written) error {
	src, err := openWindow(w)
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }() // everything needed was read
	n := int(w.Sectors)
	length, places := quickSectors, []int{0, (n - quickSectors) / 2, n - quickSectors}
	if w.Sectors < placing.MinTrack { // the pieces would overlap, and the source is read only forward
		length, places = n, places[:1]
	}
	row.Result = disc.VerifyPartial
	for _, from := range places {
		if isBad(row.Result) {
			return nil
		}
		if err := v.piece(ctx, row, w, src, from, length); err != nil {
			return err
		}
	}
	if row.Result == disc.VerifyPartial {
		row.Result = disc.VerifyEqual
	}
	return nil
}

// closeSectors is how many sectors closely holds in memory: a range may be a whole disc.
const closeSectors = 10 * toc.SectorsPerSecond

// closely compares every sector of a track within the ranges that the caller names.
func (v *verifier) closely(ctx context.Context, row *disc.TrackVerification, w *Written) error {
	for _, part := range v.o.Closely {
		from, to := max(part[0], w.Start), min(part[1], w.end())
		if from >= to || isBad(row.Result) {
			continue
		}
		src, err := openWindow(w)
		if err != nil {
			return err
		}
		src.keep = 2 * maxOffset * sampleBytes // each piece begins before the end of the last
		row.Result = disc.VerifyPartial
		for at := from; at < to && err == nil && !isBad(row.Result); at += closeSectors {
			err = v.piece(ctx, row, w, src, int(at-w.Start), int(min(closeSectors, to-at)))
		}
		_ = src.close() // everything needed was read
		if err != nil {
			return err
		}
		if row.Result == disc.VerifyPartial {
			row.Result, row.Sectors = disc.VerifyEqual, min(row.Sectors, w.Sectors)
		}
	}
	return nil
}

// differsTries is how many times differing sectors are read: a difference that disappears
// arose in transit (USB bridges insert their own bytes into replies).
const differsTries = 3

// piece compares some sectors of a track with every offset that is still possible.
func (v *verifier) piece(ctx context.Context, row *disc.TrackVerification, w *Written, src *window, from, n int) error {
	lo, hi := from*toc.SamplesPerSector-maxOffset, (from+n)*toc.SamplesPerSector+maxOffset
	want, at, err := src.read(lo, hi, v.want)
	if err != nil {
		return err
	}
	v.want = want
	possible, edges, before := slices.Clone(v.c.list), len(v.edges), *row
	for try := 1; ; try++ {
		if err := v.read(ctx, w, from, n); err != nil {
			return err
		}
		v.matchPiece(row, w, from, n, want, at)
		if row.Result == disc.VerifyDiffers && try == differsTries {
			v.c.list = append(v.c.list[:0], possible...) // a difference doesn't determine the offset
		}
		if row.Result != disc.VerifyDiffers || try == differsTries {
			return nil
		}
		v.c.list, v.edges, *row = append(v.c.list[:0], possible...), v.edges[:edges], before
	}
}

// matchPiece compares the audio read.
func (v *verifier) matchPiece(row *disc.TrackVerification, w *Written, from, n int, want []byte, at int) {
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
				row.Result, row.At = disc.VerifyDiffers, w.Start+toc.LBA(from+i+firstWrong(good, (from+i)*toc.SamplesPerSector+guess, want, at))
				return
			}
			row.Sectors += toc.Sectors(j - i)
		}
		if j < n {
			if !w.edge(from + j) {
				row.Result, row.At = disc.VerifyUnreadable, w.Start+toc.LBA(from+j)
				return
			}
			v.edges = append(v.edges, edge{row, w, from + j})
		}
		i = j + 1
	}
}

// firstWrong returns the first sector of got, the samples from position at on, that
// differs from want.
func firstWrong(got []byte, at int, want []byte, from int) int {
	n := len(got) / toc.SectorSize
	for i := range n {
		if !equalAt(got[i*toc.SectorSize:(i+1)*toc.SectorSize], at+i*toc.SamplesPerSector, want, from) {
			return i
		}
	}
	return 0
}

// edge reports whether a sector is so close to the end of the track that a read offset
// may push it into run-out, lead-out or the pregap.
func (w *Written) edge(sector int) bool {
	return sector < edgeSectors || sector >= int(w.Sectors)-edgeSectors
}

// full compares every sample of a track that the drive can reach with its offset.
func (v *verifier) full(ctx context.Context, row *disc.TrackVerification, w *Written, offset int) error {
	src, err := openWindow(w)
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }() // everything needed was read
	row.Sectors, row.Unverifiable = 0, 0
	first := floorDiv(-offset)
	last := floorDiv(src.total - offset + toc.SamplesPerSector - 1)
	for from := first; from < last && !isBad(row.Result); from += v.r.chunk {
		n := min(v.r.chunk, last-from)
		if err := v.read(ctx, w, from, n); err != nil {
			return err
		}
		p := from*toc.SamplesPerSector + offset
		want, at, err := src.read(p, p+n*toc.SamplesPerSector, v.want)
		if err != nil {
			return err
		}
		if want != nil {
			v.want = want
		}
		before := *row
		for try := 1; ; try++ {
			for i := range n {
				v.sector(row, w, from+i, v.buf[i*toc.SectorSize:(i+1)*toc.SectorSize], v.bad[i], offset, want, at)
			}
			if row.Result != disc.VerifyDiffers || try == differsTries {
				break
			}
			*row = before
			if err := v.read(ctx, w, from, n); err != nil {
				return err
			}
		}
		row.Sectors = min(row.Sectors, w.Sectors)
	}
	return nil
}

// sector compares one sector of a full verification.
func (v *verifier) sector(row *disc.TrackVerification, w *Written, n int, got []byte, bad bool, offset int, want []byte, at int) {
	switch {
	case isBad(row.Result):
	case bad:
		skip(row, w, n, offset)
	case !equalAt(got, n*toc.SamplesPerSector+offset, want, at):
		row.Result, row.At = disc.VerifyDiffers, w.Start+toc.LBA(n)
	default:
		row.Sectors++
	}
}

// skip accounts for an unreadable sector. That is acceptable only for the samples that
// the offset moves across the edge of the track.
func skip(row *disc.TrackVerification, w *Written, n, offset int) {
	p := n*toc.SamplesPerSector + offset
	lo, hi := max(p, 0), min(p+toc.SamplesPerSector, w.samples())
	reach := max(offset, -offset)
	switch {
	case lo >= hi || isBad(row.Result):
	case hi <= reach || lo >= w.samples()-reach:
		row.Unverifiable += hi - lo
	default:
		row.Result, row.At = disc.VerifyUnreadable, w.Start+toc.LBA(n)
	}
}

// read fills buf with n sectors of a track, from being relative to its start and possibly
// before it.
func (v *verifier) read(ctx context.Context, w *Written, from, n int) error {
	if need := n * toc.SectorSize; cap(v.buf) < need {
		v.buf, v.bad = make([]byte, need), make([]bool, n)
	}
	v.buf, v.bad = v.buf[:n*toc.SectorSize], v.bad[:n]
	for i := 0; i < n; {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := min(v.r.chunk, n-i)
		err := v.r.Sectors(ctx, w.Start+toc.LBA(from+i), v.buf[i*toc.SectorSize:(i+part)*toc.SectorSize], v.bad[i:i+part])
		if err != nil {
			return err
		}
		if j := slices.Index(v.bad[i:i+part], false); j >= 0 {
			v.good = w.Start + toc.LBA(from+i+j)
		}
		i += part
		v.at.Done = min(v.at.Done+toc.Sectors(part), v.at.Total)
		if v.o.OnProgress != nil {
			v.o.OnProgress(v.at)
		}
	}
	return nil
}
