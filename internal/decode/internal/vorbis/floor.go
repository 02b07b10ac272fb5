package vorbis

import (
	"errors"
	"fmt"
	"math"
	mathbits "math/bits"
	"slices"
)

// floor is the coarse shape of a spectrum. decode reads one from a packet and reports
// whether the channel has one; apply multiplies a spectrum by the one read last.
// Channels take turns, so each has its own shape.
type floor interface {
	decode(b *bits, s *shape) bool
	apply(s *shape, spectrum []float32)
}

// shape is what decode has read, for apply.
type shape struct {
	y         [maxPoints]int // of floor 1
	amplitude float32        // of floor 0
	coefs     []float32
}

// maxPoints is how many points floor 1 may have (7.2.2).
const maxPoints = 65

// floor1 is made of lines between points (7).
type floor1 struct {
	partitions []*class
	multiplier int
	span       int // y is below it
	yBits      int
	x          []int
	neighbors  [][2]int // the points to the left and right among those before, from 2 on
	order      []int    // points from left to right
}

type class struct {
	points int
	bits   int   // that choose a book for each point
	master *book // nil if there is nothing to choose
	books  []*book
}

func (s *setup) readFloor1() (*floor1, error) {
	b := &s.bits
	f := &floor1{}
	numbers := make([]int, b.get(5))
	classes := make([]class, 0, 16)
	for i := range numbers {
		numbers[i] = b.get(4)
		classes = classes[:max(len(classes), numbers[i]+1)]
	}
	for i := range classes {
		if err := s.readClass(&classes[i]); err != nil {
			return nil, err
		}
	}
	f.multiplier = b.get(2) + 1
	f.span = [4]int{256, 128, 86, 64}[f.multiplier-1]
	f.yBits = mathbits.Len(uint(f.span - 1))
	width := b.get(4)
	f.x = append(f.x, 0, 1<<width)
	for _, n := range numbers {
		c := &classes[n]
		f.partitions = append(f.partitions, c)
		for range c.points {
			f.x = append(f.x, b.get(width))
		}
	}
	if b.over() {
		return nil, errEnds
	}
	if len(f.x) > maxPoints {
		return nil, fmt.Errorf("%d points", len(f.x))
	}
	return f, f.sort()
}

func (s *setup) readClass(c *class) (err error) {
	b := &s.bits
	c.points = b.get(3) + 1
	c.bits = b.get(2)
	if c.bits > 0 {
		if c.master, err = s.book(b.get(8)); err != nil {
			return err
		}
	}
	c.books = make([]*book, 1<<c.bits)
	for i := range c.books {
		if n := b.get(8); n > 0 {
			if c.books[i], err = s.book(n - 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// sort brings the points in order and finds the neighbors of each.
func (f *floor1) sort() error {
	f.order = make([]int, len(f.x))
	for i := range f.order {
		f.order[i] = i
	}
	slices.SortFunc(f.order, func(a, b int) int { return f.x[a] - f.x[b] })
	for i, at := range f.order[1:] {
		if f.x[at] == f.x[f.order[i]] {
			return errors.New("two points are one above the other")
		}
	}
	f.neighbors = make([][2]int, len(f.x))
	for i := 2; i < len(f.x); i++ {
		left, right := 0, 1
		for j := range i {
			if f.x[j] < f.x[i] && f.x[j] > f.x[left] {
				left = j
			}
			if f.x[j] > f.x[i] && f.x[j] < f.x[right] {
				right = j
			}
		}
		f.neighbors[i] = [2]int{left, right}
	}
	return nil
}

// skipped marks a point that the line between its neighbors goes past (in y, which
// isn't negative otherwise).
const skipped = math.MinInt

func (f *floor1) decode(b *bits, s *shape) bool {
	if b.get(1) == 0 {
		return false
	}
	y := s.y[:len(f.x)]
	y[0], y[1] = b.get(f.yBits), b.get(f.yBits)
	at := 2
	for _, c := range f.partitions {
		choice := 0
		if c.master != nil {
			if choice = c.master.next(b); choice < 0 {
				return false
			}
		}
		for range c.points {
			v := 0
			if k := c.books[choice&(len(c.books)-1)]; k != nil {
				if v = k.next(b); v < 0 {
					return false
				}
			}
			choice >>= c.bits
			y[at] = v
			at++
		}
	}
	if b.over() {
		return false
	}
	f.unwrap(y)
	return true
}

// unwrap turns differences to the line between neighbors into heights (7.2.4, step 1).
func (f *floor1) unwrap(y []int) {
	var height [maxPoints]int
	var used [maxPoints]bool
	height[0], height[1] = y[0], y[1]
	used[0], used[1] = true, true
	for i := 2; i < len(y); i++ {
		left, right := f.neighbors[i][0], f.neighbors[i][1]
		x0, y0 := f.x[left], height[left]
		predicted := y0 + (height[right]-y0)*(f.x[i]-x0)/(f.x[right]-x0)
		above, below := f.span-predicted, predicted
		room := 2 * min(above, below)
		v := y[i]
		switch {
		case v == 0:
			height[i] = predicted
			continue
		case v >= room && above > below:
			v -= below
		case v >= room:
			v = above - v - 1
		case v&1 == 1:
			v = -(v + 1) / 2
		default:
			v /= 2
		}
		height[i] = predicted + v
		used[left], used[right], used[i] = true, true, true
	}
	for i := range y {
		if y[i] = skipped; used[i] {
			y[i] = min(max(height[i]*f.multiplier, 0), len(levels)-1)
		}
	}
}

func (f *floor1) apply(s *shape, spectrum []float32) {
	x0, y0 := 0, s.y[0]
	for _, i := range f.order[1:] {
		y1 := s.y[i]
		if y1 == skipped {
			continue
		}
		if x0 < len(spectrum) {
			line(x0, y0, f.x[i], y1, spectrum)
		}
		x0, y0 = f.x[i], y1
	}
	if x0 < len(spectrum) {
		level := levels[y0]
		for i := range spectrum[x0:] {
			spectrum[x0+i] *= level
		}
	}
}

// line multiplies by the levels of a line without its right end (9.2.7).
func line(x0, y0, x1, y1 int, spectrum []float32) {
	dx, dy := x1-x0, y1-y0
	step := dy / dx
	rest, sign := dy-step*dx, 1
	if dy < 0 {
		rest, sign = -rest, -1
	}
	part := spectrum[x0:min(x1, len(spectrum))]
	y, err := y0, 0
	for i := range part {
		part[i] *= levels[y&(len(levels)-1)]
		y += step
		if err += rest; err >= dx {
			err -= dx
			y += sign
		}
	}
}

// levels are the heights of floor 1: 256 steps of 140/256 dB up to full scale (10.1).
var levels = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(math.Pow(10, float64(i-255)*140/256/20))
	}
	return t
}()

// floor0 is the response of a filter (6). Encoders have not written it since 2001.
type floor0 struct {
	books         []*book
	amplitudeBits int
	offset        float64    // in dB
	cosines       [2][]int32 // for the short and the long block: which of cos each line takes
	cos           []float64
	order         int
}

func (s *setup) readFloor0() (*floor0, error) {
	b := &s.bits
	f := &floor0{order: b.get(8)}
	rate, size := b.get(16), b.get(16)
	f.amplitudeBits, f.offset = b.get(6), float64(b.get(8))
	for range b.get(4) + 1 {
		k, err := s.book(b.get(8))
		if err != nil {
			return nil, err
		}
		if k.vectors == nil {
			return nil, errNoVectors
		}
		f.books = append(f.books, k)
	}
	if b.over() {
		return nil, errEnds
	}
	if f.order == 0 || rate == 0 || size == 0 || f.amplitudeBits == 0 || f.amplitudeBits > 32 {
		return nil, errors.New("it has no size")
	}
	f.cos = make([]float64, size)
	for i := range f.cos {
		f.cos[i] = math.Cos(math.Pi * float64(i) / float64(size))
	}
	bark := func(x float64) float64 {
		return 13.1*math.Atan(.00074*x) + 2.24*math.Atan(.0000000185*x*x) + .0001*x
	}
	for i := range f.cosines {
		lines := make([]int32, s.blocks[i]/2)
		for j := range lines {
			at := bark(float64(rate)*float64(j)/float64(s.blocks[i])) * float64(size) / bark(.5*float64(rate))
			lines[j] = int32(min(int(at), size-1))
		}
		f.cosines[i] = lines
	}
	return f, nil
}

func (f *floor0) decode(b *bits, s *shape) bool {
	amplitude := uint32(b.get(f.amplitudeBits))
	if amplitude == 0 {
		return false
	}
	n := b.get(mathbits.Len(uint(len(f.books))))
	if b.over() || n >= len(f.books) {
		return false
	}
	s.amplitude = float32(amplitude) / float32(uint64(1)<<f.amplitudeBits-1)
	s.coefs = s.coefs[:0]
	k := f.books[n]
	var last float32
	for len(s.coefs) < f.order {
		e := k.next(b)
		if e < 0 {
			return false
		}
		for _, v := range k.vectors[e*k.dimensions : (e+1)*k.dimensions] {
			s.coefs = append(s.coefs, last+v)
		}
		last = s.coefs[len(s.coefs)-1]
	}
	s.coefs = s.coefs[:f.order]
	for i, c := range s.coefs {
		s.coefs[i] = float32(math.Cos(float64(c)))
	}
	return true
}

func (f *floor0) apply(s *shape, spectrum []float32) {
	lines := f.cosines[0]
	if len(lines) != len(spectrum) {
		lines = f.cosines[1]
	}
	at, level := int32(-1), float32(0)
	for i, c := range lines {
		if c != at {
			at, level = c, f.level(s, f.cos[c])
		}
		spectrum[i] *= level
	}
}

// maxLevel is far above full scale, in dB.
const maxLevel = 200

// level is the response where the cosine of the frequency is c (6.2.3).
func (f *floor0) level(s *shape, c float64) float32 {
	p, q := 1.0, 1.0
	for i, k := range s.coefs {
		d := 2 * (float64(k) - c)
		if i&1 == 1 {
			p *= d * d
		} else {
			q *= d * d
		}
	}
	if f.order&1 == 1 {
		p *= 1 - c*c
		q /= 4
	} else {
		p *= (1 - c) / 2
		q *= (1 + c) / 2
	}
	// A resonance without width would be infinite.
	db := min(f.offset*(float64(s.amplitude)/math.Sqrt(p+q)-1), maxLevel)
	return float32(math.Exp(math.Ln10 / 20 * db))
}
