package extract

import (
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Summing computes the checksums of tracks while their sectors are read and saved.
type Summing struct {
	l    *rip.Layout
	sums map[int]*summer
}

// NewSumming returns a new Summing.
func NewSumming(l *rip.Layout) *Summing { return &Summing{l: l, sums: map[int]*summer{}} }

// Tap adds sectors to their tracks. Those of one track must come in order.
func (s *Summing) Tap(lba toc.LBA, p []byte) {
	for len(p) > 0 {
		t, n := s.at(lba, toc.LBA(len(p)/toc.SectorSize))
		if t != nil {
			_, _ = s.summer(t).Write(p[:n*toc.SectorSize])
		}
		lba, p = lba+n, p[n*toc.SectorSize:]
	}
}

// at returns the track that a sector belongs to, including the next track's pause, and
// how many of n sectors do.
func (s *Summing) at(lba, n toc.LBA) (*rip.Track, toc.LBA) {
	for i := range s.l.Tracks {
		t := &s.l.Tracks[i]
		switch {
		case lba < t.Start:
			return nil, min(n, t.Start-lba)
		case lba < t.Next:
			return t, min(n, t.Next-lba)
		}
	}
	return nil, n
}

func (s *Summing) summer(t *rip.Track) *summer {
	sum := s.sums[t.Number]
	if sum == nil {
		first, last := &s.l.Tracks[0], &s.l.Tracks[len(s.l.Tracks)-1]
		sum = newSummer(position{
			Sectors: toc.Sectors(t.Next - t.Start), First: t.Number == first.Number, Last: t.Number == last.Number,
			Disc: toc.Sectors(last.Next - first.Start),
		})
		s.sums[t.Number] = sum
	}
	return sum
}

// Track returns the checksums of a track. The following pause counts as silence unless
// Tap received it: a file per track may leave pauses out. ok is false if Tap received no
// sector of the track.
func (s *Summing) Track(n int) (sums rip.Sums, ok bool) {
	sum := s.sums[n]
	t, found := s.l.Track(n)
	if sum == nil || !found {
		return rip.Sums{}, false
	}
	var zero [toc.SectorSize]byte
	for sum.byteAt < toc.Sectors(t.Next-t.Start).Bytes() {
		_, _ = sum.Write(zero[:])
	}
	return sum.Sums(), true
}
