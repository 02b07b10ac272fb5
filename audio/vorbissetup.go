package audio

import (
	"errors"
	"fmt"
	"math/bits"
)

// checkVorbisSetup reads the codebooks of a Vorbis setup header (Vorbis I 3.2.1)
// before the decoder does. It reserves whatever they claim and waits for ever for a
// code that doesn't exist; libvorbis refuses the same books.
func checkVorbisSetup(h []byte) error {
	if len(h) < 8 || string(h[:7]) != "\x05vorbis" {
		return errors.New("the setup header isn't there")
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
	return nil
}

// maxBookValues is far more than encoders write (some 100,000 in all books).
const maxBookValues = 8 << 20

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

// power gives n^exponent, or more than limit if it is more.
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

// lsbReader gives bits, the lowest of each byte first, as Vorbis has them.
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
