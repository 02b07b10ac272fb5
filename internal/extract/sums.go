package extract

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// position is the position of a track on the disc, for checksums that leave out the edges
// of the disc.
type position struct {
	Sectors     toc.Sectors // from the start of the track to that of the next one, or to the lead-out
	First, Last bool        // first or last audio track
	// Disc is the length from the first audio track to the end of the last one. It
	// determines how much of the last one CTDB leaves out.
	Disc toc.Sectors
}

// Sectors at the edges of the disc that the checksums leave out, because drives read them
// differently.
const (
	arEdge   = 5
	ctdbEdge = 10
)

// summer computes the Sums of one track from its audio in order. Write never fails and
// doesn't allocate.
type summer struct {
	at, from, to int64 // samples, counted from 1, as AccurateRip does
	low, high    uint32
	crc          uint32
	ctdb         uint32
	byteAt       int64
	cut, end     int64 // bytes that CTDB covers
	part         [4]byte
	have         int
}

// newSummer returns a summer for a track from its first sample on.
func newSummer(p position) *summer {
	samples := int64(p.Sectors) * toc.SamplesPerSector
	s := &summer{to: samples, end: p.Sectors.Bytes()}
	if p.First {
		s.from = arEdge * toc.SamplesPerSector
		s.cut = toc.Sectors(ctdbEdge).Bytes()
	}
	if p.Last {
		s.to -= arEdge * toc.SamplesPerSector
		s.end -= (ctdbEdge + p.Disc%ctdbEdge).Bytes()
	}
	return s
}

// Write adds audio: little-endian samples of 16 bits, left and right.
func (s *summer) Write(p []byte) (int, error) {
	n := len(p)
	s.crc = crc32.Update(s.crc, crc32.IEEETable, p)
	from, to := min(max(s.cut-s.byteAt, 0), int64(n)), min(max(s.end-s.byteAt, 0), int64(n))
	if from < to {
		s.ctdb = crc32.Update(s.ctdb, crc32.IEEETable, p[from:to])
	}
	s.byteAt += int64(n)
	for s.have > 0 && len(p) > 0 { // the rest of a split sample
		s.part[s.have] = p[0]
		if p, s.have = p[1:], s.have+1; s.have == len(s.part) {
			s.sample(binary.LittleEndian.Uint32(s.part[:]))
			s.have = 0
		}
	}
	for ; len(p) >= 4; p = p[4:] {
		s.sample(binary.LittleEndian.Uint32(p))
	}
	if len(p) > 0 {
		s.have = copy(s.part[:], p)
	}
	return n, nil
}

// sample adds one sample: its value times its position. Version 1 keeps the low half of
// the product, version 2 the sum of both halves.
func (s *summer) sample(v uint32) {
	s.at++
	if s.at < s.from || s.at > s.to {
		return
	}
	product := uint64(v) * uint64(s.at)
	s.low += uint32(product)
	s.high += uint32(product >> 32)
}

// Sums returns the checksums of the audio written so far.
func (s *summer) Sums() rip.Sums {
	return rip.Sums{AccurateRip1: s.low, AccurateRip2: s.low + s.high, CRC32: s.crc, CTDB: s.ctdb}
}
