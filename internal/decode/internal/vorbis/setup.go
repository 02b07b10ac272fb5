package vorbis

import (
	"encoding/binary"
	"errors"
	"fmt"
	mathbits "math/bits"
)

// Info is the content of the identification header.
type Info struct {
	SampleRate int
	Channels   int
	blocks     [2]int // samples of the short and the long block, both halves
}

// ReadInfo reads the identification header (4.2.2):
//
//	0-6 01h "vorbis"  7-10 version 0  11 channels  12-15 sample rate  16-27 bit rates
//	28 sizes of the short and the long block, as powers of 2  29 framing bit
func ReadInfo(h []byte) (Info, error) {
	if len(h) < 30 || string(h[:7]) != "\x01vorbis" {
		return Info{}, errors.New("the Vorbis stream doesn't begin with its header")
	}
	i := Info{SampleRate: int(binary.LittleEndian.Uint32(h[12:])), Channels: int(h[11])}
	short, long := h[28]&15, h[28]>>4
	if short < 6 || long > 13 || short > long {
		return i, fmt.Errorf("the Vorbis stream has blocks of 2^%d and 2^%d samples", short, long)
	}
	i.blocks = [2]int{1 << short, 1 << long}
	if i.Channels == 0 {
		return i, errors.New("the Vorbis stream has no channels")
	}
	return i, nil
}

// setup is the setup header while it is read, and what it consists of.
type setup struct {
	bits
	Info
	values int // of all codebooks
	books  []book

	floors   []floor
	residues []residue
	mappings []mapping
	modes    []mode
}

// mapping is how the channels of a packet are coded (4.2.4).
type mapping struct {
	steps   []bool // the channels are magnitude and angle, or angle and magnitude (true)
	submap  [maxChannels]int
	floor   []floor // by submap
	residue []*residue
}

type mode struct {
	long    int // 1 for the long block
	mapping *mapping
}

var (
	errEnds    = errors.New("the header ends early")
	errFraming = errors.New("its last bit is 0")
)

// read reads the setup header (4.2.4).
func (s *setup) read(h []byte) error {
	if len(h) < 8 || string(h[:7]) != "\x05vorbis" {
		return errors.New("the setup header isn't there")
	}
	s.bits = newBits(h)
	s.pos = 7 * 8
	s.books = make([]book, s.get(8)+1)
	for i := range s.books {
		if err := s.readBook(&s.books[i]); err != nil {
			return fmt.Errorf("codebook %d: %w", i, err)
		}
	}
	for range s.get(6) + 1 { // of the time domain, never used
		s.get(16)
	}
	for i := range s.get(6) + 1 {
		f, err := s.readFloor()
		if err != nil {
			return fmt.Errorf("floor %d: %w", i, err)
		}
		s.floors = append(s.floors, f)
	}
	s.residues = make([]residue, s.get(6)+1)
	for i := range s.residues {
		if err := s.readResidue(&s.residues[i]); err != nil {
			return fmt.Errorf("residue %d: %w", i, err)
		}
	}
	s.mappings = make([]mapping, s.get(6)+1)
	for i := range s.mappings {
		if err := s.readMapping(&s.mappings[i]); err != nil {
			return fmt.Errorf("mapping %d: %w", i, err)
		}
	}
	if err := s.readModes(); err != nil {
		return err
	}
	if s.get(1) != 1 {
		return errFraming
	}
	return nil
}

func (s *setup) readFloor() (floor, error) {
	switch kind := s.get(16); {
	case s.over():
		return nil, errEnds
	case kind == 0:
		return s.readFloor0()
	case kind == 1:
		return s.readFloor1()
	default:
		return nil, fmt.Errorf("type %d", kind)
	}
}

// book is a codebook by its number.
func (s *setup) book(n int) (*book, error) {
	if s.over() {
		return nil, errEnds
	}
	if n >= len(s.books) {
		return nil, fmt.Errorf("codebook %d of %d", n, len(s.books))
	}
	return &s.books[n], nil
}

func (s *setup) readMapping(m *mapping) error {
	if kind := s.get(16); kind != 0 {
		return fmt.Errorf("type %d", kind)
	}
	submaps := 1
	if s.get(1) == 1 {
		submaps = s.get(4) + 1
	}
	if s.get(1) == 1 {
		width := mathbits.Len(uint(s.Channels - 1))
		for range s.get(8) + 1 {
			magnitude, angle := s.get(width), s.get(width)
			if magnitude == angle || max(magnitude, angle) >= s.Channels {
				return errors.New("a channel is coupled with itself")
			}
			m.steps = append(m.steps, angle < magnitude)
		}
	}
	if s.get(2) != 0 {
		return errors.New("its reserved bits are used")
	}
	if submaps > 1 {
		for ch := range s.Channels {
			if m.submap[ch] = s.get(4); m.submap[ch] >= submaps {
				return fmt.Errorf("submap %d of %d", m.submap[ch], submaps)
			}
		}
	}
	for range submaps {
		s.get(8) // of the time domain
		f, r := s.get(8), s.get(8)
		if s.over() {
			return errEnds
		}
		if f >= len(s.floors) || r >= len(s.residues) {
			return fmt.Errorf("floor %d of %d, residue %d of %d", f, len(s.floors), r, len(s.residues))
		}
		m.floor = append(m.floor, s.floors[f])
		m.residue = append(m.residue, &s.residues[r])
	}
	return nil
}

func (s *setup) readModes() error {
	s.modes = make([]mode, s.get(6)+1)
	for i := range s.modes {
		m := &s.modes[i]
		m.long = s.get(1)
		kinds, n := s.get(32), s.get(8)
		if s.over() {
			return errEnds
		}
		if kinds != 0 || n >= len(s.mappings) {
			return fmt.Errorf("mode %d: type %08Xh, mapping %d of %d", i, kinds, n, len(s.mappings))
		}
		m.mapping = &s.mappings[n]
	}
	return nil
}
