package sim

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/redbook-audio/redbook/toc"
)

// A store keeps the main channel of a disc: 2352 bytes for every recorded sector, by LBA.
// It has no notion of tracks. Unrecorded sectors read as zeros; has distinguishes them.
//
// A store is not safe for concurrent use: the drive that holds the disc is.
type store interface {
	// write records whole sectors from lba on; len(p) is a multiple of 2352.
	write(lba toc.LBA, p []byte) error
	// read fills p with whole sectors from lba on.
	read(lba toc.LBA, p []byte) error
	// has reports whether the sector was recorded and not erased since.
	has(lba toc.LBA) bool
	// erase makes the sectors from..to-1 unrecorded.
	erase(from, to toc.LBA) error
}

// The addresses of a store: from the pregap of the first track to past the longest groove
// ever measured (449700, a 99-minute blank) and a lead-out there.
const (
	storeFirst toc.LBA = -toc.PregapSectors
	storeEnd   toc.LBA = 460000
)

// checkRange refuses transfers that aren't whole sectors inside the store.
func checkRange(lba toc.LBA, n int) error {
	if n%toc.SectorSize != 0 {
		return fmt.Errorf("sim: %d bytes are not whole sectors of %d", n, toc.SectorSize)
	}
	if end := int64(lba) + int64(n/toc.SectorSize); lba < storeFirst || end > int64(storeEnd) {
		return fmt.Errorf("sim: sectors %d..%d lie outside the disc", lba, end-1)
	}
	return nil
}

// sectorSet is a bitmap over the addresses of a store.
type sectorSet [(int(storeEnd-storeFirst) + 7) / 8]byte

func (s *sectorSet) has(lba toc.LBA) bool {
	if lba < storeFirst || lba >= storeEnd {
		return false
	}
	i := int(lba - storeFirst)
	return s[i>>3]&(1<<(i&7)) != 0
}

// set marks from..to-1 and gives the bytes of the bitmap that may have changed.
func (s *sectorSet) set(from, to toc.LBA, recorded bool) (lo, hi int) {
	if from >= to {
		return 0, 0
	}
	first, end := int(from-storeFirst), int(to-storeFirst)
	for i := first; i < end; {
		if i&7 == 0 && end-i >= 8 {
			s[i>>3] = 0
			if recorded {
				s[i>>3] = 0xFF
			}
			i += 8
			continue
		}
		if recorded {
			s[i>>3] |= 1 << (i & 7)
		} else {
			s[i>>3] &^= 1 << (i & 7)
		}
		i++
	}
	return first >> 3, (end-1)>>3 + 1
}

// run counts how many sectors from lba on (at most n) are alike: all recorded or none.
func (s *sectorSet) run(lba toc.LBA, n int) (length int, recorded bool) {
	recorded = s.has(lba)
	for length = 1; length < n && s.has(lba+toc.LBA(length)) == recorded; length++ {
	}
	return length, recorded
}

// chunkSectors is how many sectors share one piece of memory (300 kB): few enough to keep
// a disc of a few seconds cheap. A disc with more allocates slabChunks of them at a time,
// so a WRITE hardly ever allocates.
const (
	chunkSectors = 128
	slabChunks   = 8
)

// A chunk is the memory of that many sectors. The next disc reuses what an erased or
// closed disc frees: fresh memory costs more than recording into it. It isn't cleared in
// between; the bitmap records what is recorded.
type chunk [chunkSectors * toc.SectorSize]byte

var chunks sync.Pool

const chunkCount = (int(storeEnd-storeFirst) + chunkSectors - 1) / chunkSectors

// memory is the store of a disc that exists only as long as the program.
type memory struct {
	recorded sectorSet
	chunks   [chunkCount]*chunk
	// silent marks chunks that hold recorded silence without having memory for it:
	// the padding of a reservation can fill a disc.
	silent [chunkCount]bool
	spare  []chunk // fresh
	used   int     // how many chunks had to be fresh
	state  []byte
}

// newMemory makes an empty disc in memory.
func newMemory() *memory { return &memory{} }

func (m *memory) write(lba toc.LBA, p []byte) error {
	if err := checkRange(lba, len(p)); err != nil {
		return err
	}
	m.recorded.set(lba, lba+toc.LBA(len(p)/toc.SectorSize), true)
	for len(p) > 0 {
		c, offset := place(lba)
		part := p[:min(len(p), chunkSectors*toc.SectorSize-offset)]
		if m.chunks[c] == nil && silent(part) {
			m.silent[c] = true
		} else {
			copy(m.chunk(c)[offset:], part)
		}
		p, lba = p[len(part):], lba+toc.LBA(len(part)/toc.SectorSize)
	}
	return nil
}

// chunk returns the memory of a chunk, new if it has none.
func (m *memory) chunk(c int) *chunk {
	if m.chunks[c] == nil {
		m.chunks[c] = m.unused()
		if m.silent[c] {
			clear(m.chunks[c][:])
			m.silent[c] = false
		}
	}
	return m.chunks[c]
}

// unused releases memory that no disc uses.
func (m *memory) unused() *chunk {
	if c, ok := chunks.Get().(*chunk); ok {
		return c
	}
	if len(m.spare) == 0 {
		n := 1
		if m.used >= slabChunks {
			n = slabChunks
		}
		m.spare = make([]chunk, n)
	}
	c := &m.spare[0]
	m.spare = m.spare[1:]
	m.used++
	return c
}

// silent reports whether sectors are all zeros.
func silent(p []byte) bool {
	for ; len(p) > 0; p = p[8:] {
		if binary.NativeEndian.Uint64(p) != 0 {
			return false
		}
	}
	return true
}

func (m *memory) read(lba toc.LBA, p []byte) error {
	if err := checkRange(lba, len(p)); err != nil {
		return err
	}
	for len(p) > 0 {
		n, recorded := m.recorded.run(lba, len(p)/toc.SectorSize)
		chunk, offset := place(lba)
		part := p[:min(n*toc.SectorSize, chunkSectors*toc.SectorSize-offset)]
		if recorded && m.chunks[chunk] != nil {
			copy(part, m.chunks[chunk][offset:])
		} else {
			clear(part)
		}
		p, lba = p[len(part):], lba+toc.LBA(len(part)/toc.SectorSize)
	}
	return nil
}

func (m *memory) has(lba toc.LBA) bool { return m.recorded.has(lba) }

func (m *memory) erase(from, to toc.LBA) error {
	from, to = max(from, storeFirst), min(to, storeEnd)
	m.recorded.set(from, to, false)
	// Chunks erased as a whole release their memory.
	for c := range m.chunks {
		first := storeFirst + toc.LBA(c)*chunkSectors
		if m.chunks[c] != nil && first >= from && first+chunkSectors <= to {
			chunks.Put(m.chunks[c])
			m.chunks[c] = nil
		}
	}
	return nil
}

func (m *memory) saveState(state []byte) error {
	m.state = append(m.state[:0], state...)
	return nil
}

func (m *memory) sync() error { return nil }

func (m *memory) loadState() ([]byte, error) { return append([]byte(nil), m.state...), nil }

func (m *memory) close() error { return m.erase(storeFirst, storeEnd) }

// place returns the chunk of a sector and the byte in it.
func place(lba toc.LBA) (chunk, offset int) {
	i := int(lba - storeFirst)
	return i / chunkSectors, i % chunkSectors * toc.SectorSize
}
