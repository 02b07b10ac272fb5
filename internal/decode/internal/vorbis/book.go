package vorbis

import (
	"errors"
	"fmt"
	"math"
	mathbits "math/bits"
	"slices"
)

const (
	rootBits = 9
	// A root entry is length<<entryBits | entry. 0 means that the code is longer.
	entryBits = 24
	entryMask = 1<<entryBits - 1
)

// book is a codebook (3.2.1): a prefix code for entries, and a vector for each entry.
//
// The first rootBits bits of a code, in the order in which they come, choose an entry
// of root. Codes that are longer are rare; those are looked for among long, which is
// sorted by code.
type book struct {
	root       [1 << rootBits]uint32
	long       []longCode
	entries    int
	dimensions int
	vectors    []float32 // dimensions of each entry; nil if the book has none
}

// longCode is a code whose first bit is the uppermost of 32.
type longCode struct {
	code   uint32
	length uint8
	entry  uint32
}

// next decodes one entry, -1 at the end of the packet.
func (k *book) next(b *bits) int {
	if b.pos > b.end {
		return -1
	}
	w := load(b.buf, b.pos)
	e := k.root[w&(1<<rootBits-1)]
	if e == 0 {
		return k.search(b, w)
	}
	b.pos += int(e >> entryBits)
	if b.pos > b.end {
		return -1
	}
	return int(e & entryMask)
}

// search is next for a code that is longer than rootBits.
func (k *book) search(b *bits, w uint64) int {
	code := mathbits.Reverse32(uint32(w))
	from, to := 0, len(k.long) // the last one that isn't above code
	for to-from > 1 {
		if mid := (from + to) / 2; k.long[mid].code <= code {
			from = mid
		} else {
			to = mid
		}
	}
	if from >= len(k.long) { // a book of one code, and not this one
		b.pos = b.end + 1
		return -1
	}
	if b.pos += int(k.long[from].length); b.pos > b.end {
		return -1
	}
	return int(k.long[from].entry)
}

// Limits on codebooks. Encoders write some 100,000 values in all books.
const (
	maxBookValues = 2 << 20
	maxLength     = 32
)

// readBook reads a codebook. values counts what all books need.
func (s *setup) readBook(k *book) error {
	b := &s.bits
	if b.get(24) != 0x564342 {
		return errors.New("it doesn't begin with BCV")
	}
	k.dimensions, k.entries = b.get(16), b.get(24)
	// libvorbis: "the sum of the bits of both must not be more than 24".
	if k.dimensions == 0 || k.entries == 0 || mathbits.Len(uint(k.dimensions))+mathbits.Len(uint(k.entries)) > 24 {
		return fmt.Errorf("%d entries of %d dimensions", k.entries, k.dimensions)
	}
	if s.values += k.entries; s.values > maxBookValues {
		return fmt.Errorf("more than %d values in the codebooks", maxBookValues)
	}
	lengths, err := s.readLengths(k.entries)
	if err != nil {
		return err
	}
	if err := k.makeCodes(lengths); err != nil {
		return err
	}
	return s.readVectors(k)
}

// readLengths reads the lengths of the codes of all entries, 0 for one that isn't used.
func (s *setup) readLengths(entries int) ([]uint8, error) {
	b := &s.bits
	lengths := make([]uint8, entries)
	if b.get(1) == 1 { // ordered: how many codes have each length, from the shortest on
		length := b.get(5) + 1
		for at := 0; at < entries; length++ {
			n := b.get(mathbits.Len(uint(entries - at)))
			if b.over() || n > entries-at || length > maxLength {
				return nil, errors.New("the lengths of its codes are wrong")
			}
			for i := range n {
				lengths[at+i] = uint8(length)
			}
			at += n
		}
		return lengths, nil
	}
	sparse := b.get(1) == 1
	for i := range lengths {
		if !sparse || b.get(1) == 1 {
			lengths[i] = uint8(b.get(5) + 1)
		}
		if b.over() {
			return nil, errEnds
		}
	}
	return lengths, nil
}

// makeCodes gives each entry the lowest free code of its length. The codes must fill
// the tree, so that every row of bits leads to an entry. Like libvorbis it also accepts a
// single code of one bit, and then both bits lead to it, and a book without codes, at
// which a packet ends.
func (k *book) makeCodes(lengths []uint8) error {
	var free [maxLength + 1]uint32 // the lowest free code of each length, left-aligned; 0 is none
	used := 0
	for entry, n := range lengths {
		if n == 0 {
			continue
		}
		length := int(n)
		code := uint32(0)
		if used++; used == 1 {
			// The first code is all zeros and leaves one free branch at each level above it.
			for i := 1; i <= length; i++ {
				free[i] = 1 << (maxLength - i)
			}
		} else {
			// Taken from the longest free branch that isn't longer than the code.
			from := length
			for from > 0 && free[from] == 0 {
				from--
			}
			if from == 0 {
				return errTree
			}
			code = free[from]
			free[from] = 0
			for i := from + 1; i <= length; i++ {
				free[i] = code | 1<<(maxLength-i)
			}
		}
		k.put(code, length, entry)
	}
	if used == 1 && k.root[0]>>entryBits == 1 {
		k.root = [1 << rootBits]uint32{}
		for i := range k.root {
			k.root[i] = 1<<entryBits | uint32(slices.Index(lengths, 1))
		}
		return nil
	}
	if slices.ContainsFunc(free[:], func(c uint32) bool { return c != 0 }) {
		return errTree
	}
	slices.SortFunc(k.long, func(a, b longCode) int {
		if a.code < b.code {
			return -1
		}
		return 1
	})
	return nil
}

var errTree = errors.New("its codes don't form a tree")

// put enters a code, whose first bit is the uppermost of 32.
func (k *book) put(code uint32, length, entry int) {
	if length > rootBits {
		k.long = append(k.long, longCode{code, uint8(length), uint32(entry)})
		return
	}
	for i := int(mathbits.Reverse32(code)); i < len(k.root); i += 1 << length {
		k.root[i] = uint32(length)<<entryBits | uint32(entry)
	}
}

// readVectors reads the vectors of a book (3.2.1, 3.3).
func (s *setup) readVectors(k *book) error {
	b := &s.bits
	kind := b.get(4)
	switch {
	case b.over():
		return errEnds
	case kind == 0:
		return nil
	case kind > 2:
		return fmt.Errorf("lookup of type %d", kind)
	}
	least, delta := unpack(b.get(32)), unpack(b.get(32))
	size := b.get(4) + 1
	sequence := b.get(1) == 1
	count := k.entries * k.dimensions
	if s.values += count; s.values > maxBookValues {
		return fmt.Errorf("more than %d values in the codebooks", maxBookValues)
	}
	if kind == 1 {
		count = lookup1(k.entries, k.dimensions)
	}
	if count*size > b.end-b.pos {
		return errEnds
	}
	numbers := make([]float32, count)
	for i := range numbers {
		numbers[i] = float32(b.get(size))
	}
	k.vectors = make([]float32, 0, k.entries*k.dimensions)
	for entry := range k.entries {
		var last float32
		rest := entry
		for i := range k.dimensions {
			at := entry*k.dimensions + i
			if kind == 1 {
				at = rest % count
				rest /= count
			}
			v := numbers[at]*delta + least + last
			if sequence {
				last = v
			}
			k.vectors = append(k.vectors, v)
		}
	}
	return nil
}

// unpack reads a number of 21 bits with a sign and a power of two (9.2.2).
func unpack(x int) float32 {
	v := float64(x & 0x1FFFFF)
	if x>>31&1 == 1 {
		v = -v
	}
	return float32(math.Ldexp(v, x>>21&0x3FF-788))
}

// lookup1 is the largest number whose power of dimensions isn't above entries (9.2.3).
func lookup1(entries, dimensions int) int {
	n := 1
	for power(n+1, dimensions, entries) <= entries {
		n++
	}
	return n
}

// power returns n^exponent, or more than limit if it is more.
func power(n, exponent, limit int) int {
	v := 1
	for range exponent {
		if v *= n; v > limit {
			return limit + 1
		}
	}
	return v
}
