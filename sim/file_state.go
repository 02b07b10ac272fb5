package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// slots are the two places of a disc file for its state. They are written in turn: one is
// always complete while the other is written.
//
//	0   "STAT"
//	4   length of the state in bytes (4)
//	8   generation (8): the higher of two whole slots counts
//	16  SHA-256 of the generation, the length and the state (32)
//	48  the state
type slots struct {
	generation uint64 // of the newest state; its lowest bit selects the slot
}

const (
	slotMagic  = "STAT"
	slotHeader = 48
)

// errNoState means that both slots are damaged, which no crash can cause.
var errNoState = errors.New("both copies of its state are damaged")

// save writes the state to the older slot. The Sync before it makes durable the sectors
// that this state refers to, and the newer slot, before the older one is overwritten. A
// crash of the computer therefore loses one state at most.
func (s *slots) save(f blocks, state []byte) error {
	if len(state) > slotSize-slotHeader {
		return fmt.Errorf("%d bytes, and the file has room for %d", len(state), slotSize-slotHeader)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	b := composeSlot(s.generation+1, state)
	if _, err := f.WriteAt(b, slotAt(s.generation+1)); err != nil {
		return err
	}
	s.generation++
	return nil
}

// find selects the newer of the complete slots.
func (s *slots) find(f blocks) error {
	found := false
	for i := range uint64(2) {
		if g, _, err := readSlot(f, i); err == nil && (!found || g > s.generation) {
			s.generation, found = g, true
		}
	}
	if !found {
		return errNoState
	}
	return nil
}

// load reads the newest state again.
func (s *slots) load(f blocks) ([]byte, error) {
	_, state, err := readSlot(f, s.generation)
	return state, err
}

func slotAt(generation uint64) int64 { return slotsAt + int64(generation&1)*slotSize }

func composeSlot(generation uint64, state []byte) []byte {
	b := make([]byte, slotHeader+len(state))
	copy(b, slotMagic)
	binary.BigEndian.PutUint32(b[4:], uint32(len(state)))
	binary.BigEndian.PutUint64(b[8:], generation)
	copy(b[slotHeader:], state)
	sum := slotSum(b)
	copy(b[16:], sum[:])
	return b
}

func slotSum(b []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(b[4:16])
	h.Write(b[slotHeader:])
	return [sha256.Size]byte(h.Sum(nil))
}

// readSlot returns the state in the slot of this generation, if it is complete.
func readSlot(f blocks, generation uint64) (uint64, []byte, error) {
	h := make([]byte, slotHeader)
	if _, err := f.ReadAt(h, slotAt(generation)); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(h[4:])
	if string(h[:4]) != slotMagic || n > slotSize-slotHeader {
		return 0, nil, errNoState
	}
	b := append(h, make([]byte, n)...)
	if _, err := f.ReadAt(b[slotHeader:], slotAt(generation)+slotHeader); err != nil {
		return 0, nil, err
	}
	found := binary.BigEndian.Uint64(b[8:])
	if sum := slotSum(b); !bytes.Equal(sum[:], b[16:slotHeader]) || found&1 != generation&1 {
		return 0, nil, errNoState
	}
	return found, b[slotHeader:], nil
}
