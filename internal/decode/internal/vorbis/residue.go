package vorbis

import (
	"errors"
	"fmt"
)

// residue is the fine structure of spectra: a sum of up to eight passes of vectors,
// by partitions that have a class each (8).
type residue struct {
	kind       int
	begin, end int
	size       int // of a partition
	classes    int
	classBook  *book
	books      [][8]*book // by class and pass; nil for none
	passes     int        // after which no class has a book

	class []uint8 // of each partition of each channel
}

var errNoVectors = errors.New("it needs a codebook with vectors")

func (s *setup) readResidue(r *residue) (err error) {
	b := &s.bits
	r.kind = b.get(16)
	if r.kind > 2 {
		return fmt.Errorf("type %d", r.kind)
	}
	r.begin, r.end = b.get(24), b.get(24)
	r.size = b.get(24) + 1
	r.classes = b.get(6) + 1
	classBook := b.get(8)
	cascade := make([]int, r.classes)
	for i := range cascade {
		cascade[i] = b.get(3)
		if b.get(1) == 1 {
			cascade[i] |= b.get(5) << 3
		}
	}
	if b.over() {
		return errEnds
	}
	if r.classBook, err = s.book(classBook); err != nil {
		return err
	}
	r.books = make([][8]*book, r.classes)
	for i := range r.books {
		for pass := range 8 {
			if cascade[i]>>pass&1 == 0 {
				continue
			}
			k, err := s.book(b.get(8))
			if err != nil {
				return err
			}
			if k.vectors == nil {
				return errNoVectors
			}
			r.books[i][pass] = k
			r.passes = max(r.passes, pass+1)
		}
	}
	// A block has no more values than that, in two channels.
	most := min(r.end, s.blocks[1]) - min(r.begin, s.blocks[1])
	if most < 0 {
		return errors.New("it ends before it begins")
	}
	r.class = make([]uint8, 2*(most/r.size+r.classBook.dimensions))
	return nil
}

// decode adds the residue to out, one slice for each channel that has one. Where the
// packet ends, the rest is zero (8.6.2).
func (r *residue) decode(b *bits, out [][]float32) {
	if len(out) == 0 {
		return
	}
	begin, end := min(r.begin, len(out[0])), min(r.end, len(out[0]))
	partitions := max(end-begin, 0) / r.size
	per := r.classBook.dimensions
	stride := len(r.class) / 2
	for pass := range r.passes {
		for first := 0; first < partitions; first += per {
			for ch := range out {
				if pass == 0 && !r.classify(b, r.class[ch*stride+first:][:per]) {
					return
				}
			}
			for i := first; i < min(first+per, partitions); i++ {
				from := begin + i*r.size
				for ch := range out {
					k := r.books[r.class[ch*stride+i]][pass]
					if k == nil {
						continue
					}
					part := out[ch][from : from+r.size]
					if r.kind == 0 {
						if !k.addSpread(b, part) {
							return
						}
					} else if !k.add(b, part) {
						return
					}
				}
			}
		}
	}
}

// classify reads the classes of the next partitions, which are the digits of one number.
func (r *residue) classify(b *bits, to []uint8) bool {
	e := r.classBook.next(b)
	if e < 0 {
		return false
	}
	n := uint32(e)
	for i := len(to) - 1; i >= 0; i-- {
		to[i] = uint8(n % uint32(r.classes))
		n /= uint32(r.classes)
	}
	return true
}

// add fills part with vectors, one after the other. It is false at the end of the
// packet. What next does is written out: most of the time goes here.
func (k *book) add(b *bits, part []float32) bool {
	buf, pos, end := b.buf, b.pos, b.end
	dimensions := k.dimensions
	var w uint64
	left := 0
	for len(part) > 0 {
		if left < maxLength {
			if pos > end {
				b.pos = pos
				return false
			}
			w, left = load(buf, pos), 57
		}
		e := k.root[w&(1<<rootBits-1)]
		n := int(e >> entryBits)
		at := int(e & entryMask)
		if n == 0 {
			b.pos = pos
			if at = k.search(b, w); at < 0 {
				return false
			}
			n = b.pos - pos
		}
		w >>= uint(n) & 63
		left -= n
		if pos += n; pos > end {
			b.pos = pos
			return false
		}
		v := k.vectors[at*dimensions:]
		switch {
		case dimensions == 2 && len(part) >= 2:
			part[0] += v[0]
			part[1] += v[1]
			part = part[2:]
		case dimensions == 4 && len(part) >= 4:
			p, q := (*[4]float32)(part), (*[4]float32)(v)
			p[0] += q[0]
			p[1] += q[1]
			p[2] += q[2]
			p[3] += q[3]
			part = part[4:]
		default:
			m := min(dimensions, len(part))
			for i, x := range v[:m] {
				part[i] += x
			}
			part = part[m:]
		}
	}
	b.pos = pos
	return true
}

// addSpread fills part with vectors whose numbers stand far apart (residue 0, 8.6.3).
func (k *book) addSpread(b *bits, part []float32) bool {
	step := len(part) / k.dimensions
	for i := range step {
		e := k.next(b)
		if e < 0 {
			return false
		}
		for j, x := range k.vectors[e*k.dimensions:][:k.dimensions] {
			part[i+j*step] += x
		}
	}
	return true
}
