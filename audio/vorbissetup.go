package audio

import (
	"errors"
	"fmt"
	"math/bits"
)

// checkVorbisSetup reads the codebooks, floors and residues of a Vorbis setup header
// (Vorbis I 3.2.1, 4.2.4) before the decoder does. The decoder reserves whatever they
// claim, waits forever for a code that doesn't exist, and reserves gigabytes for a residue
// that ends before it begins. libvorbis rejects the same books.
func checkVorbisSetup(h []byte) error {
	if len(h) < 8 || string(h[:7]) != "\x05vorbis" {
		return errors.New("the setup header is missing")
	}
	r := &lsbReader{p: h[7:]}
	values := 0
	for n := range r.bits(8) + 1 {
		book, err := checkCodebook(r)
		if err == nil {
			values += book
			err = r.err
		}
		if err == nil && values > maxBookValues {
			err = fmt.Errorf("more than %d values in the codebooks", maxBookValues)
		}
		if err != nil {
			return fmt.Errorf("codebook %d: %w", n, err)
		}
	}
	for range r.bits(6) + 1 { // of the time domain, never used
		r.bits(16)
	}
	for n := range r.bits(6) + 1 {
		if err := checkFloor(r); err != nil {
			return fmt.Errorf("floor %d: %w", n, err)
		}
	}
	for n := range r.bits(6) + 1 {
		if err := checkResidue(r); err != nil {
			return fmt.Errorf("residue %d: %w", n, err)
		}
	}
	return r.err
}

// checkFloor reads a floor (Vorbis I 6.2.1, 7.2.2).
func checkFloor(r *lsbReader) error {
	switch kind := r.bits(16); {
	case r.err != nil:
		return r.err
	case kind == 0:
		r.skip(8 + 16 + 16 + 6 + 8)
		r.skip(8 * (r.bits(4) + 1)) // books
		return r.err
	case kind > 1:
		return fmt.Errorf("type %d", kind)
	}
	partitions := make([]int, r.bits(5))
	if len(partitions) == 0 { // the decoder would continue at the wrong bit
		return errors.New("it has no partitions")
	}
	classes := 0
	for i := range partitions {
		partitions[i] = r.bits(4)
		classes = max(classes, partitions[i]+1)
	}
	points := make([]int, classes)
	for i := range points {
		points[i] = r.bits(3) + 1
		subclasses := r.bits(2)
		if subclasses > 0 {
			r.skip(8) // master book
		}
		r.skip(8 << subclasses) // books
	}
	r.skip(2) // multiplier
	width := r.bits(4)
	for _, class := range partitions {
		r.skip(points[class] * width)
	}
	return r.err
}

// checkResidue reads a residue (Vorbis I 8.6.1).
func checkResidue(r *lsbReader) error {
	kind, begin, end := r.bits(16), r.bits(24), r.bits(24)
	r.skip(24) // size of a partition
	classes := r.bits(6) + 1
	r.skip(8) // class book
	books := 0
	for range classes {
		cascade := r.bits(3)
		if r.bits(1) == 1 {
			cascade |= r.bits(5) << 3
		}
		books += bits.OnesCount(uint(cascade))
	}
	r.skip(8 * books)
	switch {
	case r.err != nil:
		return r.err
	case kind > 2:
		return fmt.Errorf("type %d", kind)
	case begin > end:
		return fmt.Errorf("it begins at %d and ends at %d", begin, end)
	}
	return nil
}

// maxBookValues is far more than encoders write (some 100,000 in all books).
const maxBookValues = 2 << 20

// checkCodebook reads one codebook and gives how many values it needs.
func checkCodebook(r *lsbReader) (int, error) {
	if r.bits(24) != 0x564342 {
		return 0, errors.New("it doesn't begin with BCV")
	}
	dimensions, entries := r.bits(16), r.bits(24)
	// libvorbis: "the sum of the bits of both must not be more than 24".
	if dimensions == 0 || entries < 2 || bits.Len(uint(dimensions))+bits.Len(uint(entries)) > 24 {
		return 0, fmt.Errorf("%d entries of %d dimensions", entries, dimensions)
	}
	if err := checkLengths(r, entries); err != nil {
		return 0, err
	}
	kind := r.bits(4)
	if kind == 0 {
		return entries, nil
	}
	if kind > 2 {
		return 0, fmt.Errorf("lookup of type %d", kind)
	}
	r.bits(32)
	r.bits(32)
	size := r.bits(4) + 1
	r.bits(1)
	count := entries * dimensions
	if kind == 1 {
		count = lookup1(entries, dimensions)
	}
	r.skip(count * size)
	return entries * dimensions, r.err
}

// lookup1 is the largest number whose power of dimensions isn't above entries.
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

// checkLengths reads the lengths of the codes and makes sure that they fill a tree:
// that every row of bits leads to an entry.
func checkLengths(r *lsbReader, entries int) error {
	var sum uint64 // in units of the smallest code, 32 bits long
	used, last := 0, 0
	add := func(length, n int) {
		used += n
		last = length
		sum += uint64(n) << (32 - length)
	}
	if r.bits(1) == 1 { // ordered: how many codes have each length, from the shortest on
		length := r.bits(5) + 1
		for at := 0; at < entries; length++ {
			n := r.bits(bits.Len(uint(entries - at)))
			if r.err != nil || n > entries-at || length > 32 {
				return errors.New("the lengths of its codes are wrong")
			}
			if n > 0 {
				add(length, n)
			}
			at += n
		}
	} else {
		sparse := r.bits(1) == 1
		for i := 0; i < entries && r.err == nil; i++ {
			if !sparse || r.bits(1) == 1 {
				add(r.bits(5)+1, 1)
			}
		}
	}
	if r.err != nil {
		return r.err
	}
	// One code alone is allowed to be one bit long.
	if sum != 1<<32 && !(used == 1 && last == 1) {
		return errors.New("its codes don't form a tree")
	}
	return nil
}

// lsbReader returns bits, the lowest of each byte first, as Vorbis has them.
type lsbReader struct {
	p   []byte
	at  int // in bits
	err error
}

var errSetupEnds = errors.New("the header ends early")

func (r *lsbReader) skip(n int) {
	if n > len(r.p)*8-r.at {
		r.err = errSetupEnds
		return
	}
	r.at += n
}

func (r *lsbReader) bits(n int) int {
	at := r.at
	if r.skip(n); r.err != nil {
		return 0
	}
	v := 0
	for i := range n {
		v |= int(r.p[(at+i)/8]>>((at+i)%8)&1) << i
	}
	return v
}
