package flac

import (
	"encoding/binary"
	"math/bits"
)

// The encoder is for CD audio: 44.1 kHz, 16 bits, two channels. It predicts with the fixed
// polynomials of RFC 9639 9.2.5 and codes left and right, or their middle and difference,
// whichever is shorter. Files are some five percent longer than those of flac -5.
const (
	BlockSize  = 4096 // samples of each channel in every frame but the last
	maxFixed   = 4    // order of the fixed predictors
	maxSplit   = 6    // partition order of the residual
	frameBytes = BlockSize*4 + 64
)

// Encoder encodes frames. It allocates nothing once the first frame is written.
type Encoder struct {
	number uint64
	w      packer
	ch     [4][]int32 // left, right, middle, side
	plan   [4]subframePlan
	shrunk [BlockSize]int32
}

// subframePlan is the best way that was found to code a channel.
type subframePlan struct {
	order int // of the fixed predictor; -1 constant, -2 verbatim
	split int // partition order
	rice  [1 << maxSplit]uint8
	bits  int // how long it gets
}

// NewEncoder makes an encoder for a stream from its first frame on.
func NewEncoder() *Encoder {
	e := &Encoder{}
	for i := range e.ch {
		e.ch[i] = make([]int32, 0, BlockSize)
	}
	e.w.buf = make([]byte, 0, frameBytes)
	return e
}

// Frame encodes a block of at most BlockSize samples: little-endian, left and right in
// turn. What it returns is valid until the next call.
func (e *Encoder) Frame(p []byte) []byte {
	n := len(p) / 4
	for i := range e.ch {
		e.ch[i] = e.ch[i][:n]
	}
	for i := range n {
		l := int32(int16(binary.LittleEndian.Uint16(p[4*i:])))
		r := int32(int16(binary.LittleEndian.Uint16(p[4*i+2:])))
		e.ch[0][i], e.ch[1][i], e.ch[2][i], e.ch[3][i] = l, r, (l+r)>>1, l-r
	}
	for i := range e.ch {
		e.choose(i)
	}
	// Channel assignments of RFC 9639 9.1.3: both, left and side, side and right, middle and
	// side.
	pairs := [4][3]int{{0, 1, 1}, {0, 3, 8}, {3, 1, 9}, {2, 3, 10}}
	best := pairs[0]
	for _, pair := range pairs[1:] {
		if e.plan[pair[0]].bits+e.plan[pair[1]].bits < e.plan[best[0]].bits+e.plan[best[1]].bits {
			best = pair
		}
	}
	e.header(n, best[2])
	for _, c := range best[:2] {
		e.subframe(c)
	}
	e.w.align()
	e.w.buf = binary.BigEndian.AppendUint16(e.w.buf, crc16(0, e.w.buf))
	e.number++
	return e.w.buf
}

// header writes the frame header (RFC 9639 9.1).
func (e *Encoder) header(n, assignment int) {
	w := &e.w
	w.reset()
	w.put(0xFFF8, 16) // blocks of one size
	size := uint64(0xC)
	if n != BlockSize {
		size = 7 // 16 bits, at the end of the header
	}
	w.put(size, 4)
	w.put(9, 4) // 44.1 kHz
	w.put(uint64(assignment), 4)
	w.put(4, 3) // 16 bits
	w.put(0, 1)
	w.number(e.number)
	if n != BlockSize {
		w.put(uint64(n-1), 16)
	}
	w.align()
	w.put(uint64(crc8(w.buf)), 8)
	w.align()
}

// width is the size of the samples of a channel: the difference needs a bit more.
func width(c int) int {
	if c == 3 {
		return 17
	}
	return 16
}

// choose finds the shortest way to code channel c.
func (e *Encoder) choose(c int) {
	x, p := e.ch[c], &e.plan[c]
	*p = subframePlan{order: -2, bits: 8 + len(x)*width(c)}
	if constant(x) {
		*p = subframePlan{order: -1, bits: 8 + width(c)}
		return
	}
	order := bestOrder(x)
	if order < 0 {
		return
	}
	e.residual(x, order)
	var r subframePlan
	r.partition(e.shrunk[:len(x)], order)
	if r.order, r.bits = order, r.bits+8+order*width(c); r.bits < p.bits {
		*p = r
	}
}

func constant(x []int32) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// bestOrder is the fixed predictor with the smallest sum of residuals; -1 for a block that
// is too short for all.
func bestOrder(x []int32) int {
	if len(x) <= maxFixed {
		return -1
	}
	var sums [maxFixed + 1]uint64
	var last [maxFixed]int32
	for i, v := range x {
		d := v
		for k := 0; ; k++ {
			if i >= maxFixed {
				sums[k] += uint64(max(d, -d))
			}
			if k == maxFixed {
				break
			}
			d, last[k] = d-last[k], d
		}
	}
	best := 0
	for k, s := range sums {
		if s < sums[best] {
			best = k
		}
	}
	return best
}

// residual stores the residual of the predictor in shrunk.
func (e *Encoder) residual(x []int32, order int) {
	r := e.shrunk[:len(x)]
	switch order {
	case 0:
		copy(r, x)
	case 1:
		for i := 1; i < len(x); i++ {
			r[i] = x[i] - x[i-1]
		}
	case 2:
		for i := 2; i < len(x); i++ {
			r[i] = x[i] - 2*x[i-1] + x[i-2]
		}
	case 3:
		for i := 3; i < len(x); i++ {
			r[i] = x[i] - 3*x[i-1] + 3*x[i-2] - x[i-3]
		}
	case 4:
		for i := 4; i < len(x); i++ {
			r[i] = x[i] - 4*x[i-1] + 6*x[i-2] - 4*x[i-3] + x[i-4]
		}
	}
}

// folded is a residual without a sign: 0, -1, 1, -2, 2 are 0 to 4.
func folded(v int32) uint32 { return uint32(v<<1) ^ uint32(v>>31) }

// partition finds the division of a residual that makes it shortest, and the parameter of
// each part. The first order samples are not part of it.
func (p *subframePlan) partition(r []int32, order int) {
	split := maxSplit
	for split > 0 && (len(r)%(1<<split) != 0 || len(r)>>split <= order) {
		split--
	}
	var sums [1 << maxSplit]uint64
	size := len(r) >> split
	for i := range 1 << split {
		for _, v := range r[max(i*size, order) : (i+1)*size] {
			sums[i] += uint64(folded(v))
		}
	}
	p.bits = -1
	for ; split >= 0; split-- {
		size = len(r) >> split
		var rice [1 << maxSplit]uint8
		total := 6 // coding method and partition order
		for i := range 1 << split {
			n := size
			if i == 0 {
				n -= order
			}
			k, length := parameter(sums[i], n)
			rice[i] = k
			total += 5 + length
		}
		if p.bits < 0 || total < p.bits {
			p.bits, p.split, p.rice = total, split, rice
		}
		for i := range 1 << split >> 1 { // two parts become one
			sums[i] = sums[2*i] + sums[2*i+1]
		}
	}
}

// parameter is the Rice parameter for n values with that sum, and about how many bits they
// take.
func parameter(sum uint64, n int) (k uint8, length int) {
	if n == 0 {
		return 0, 0
	}
	guess := max(bits.Len64(sum/uint64(n))-1, 0)
	length = -1
	for c := guess; c <= guess+1 && c <= 30; c++ {
		if l := n*(c+1) + int(sum>>c); length < 0 || l < length {
			k, length = uint8(c), l
		}
	}
	return k, length
}

// subframe writes channel c (RFC 9639 9.2).
func (e *Encoder) subframe(c int) {
	w, x, p, size := &e.w, e.ch[c], &e.plan[c], width(c)
	switch p.order {
	case -1:
		w.put(0, 8)
		w.signed(x[0], size)
		return
	case -2:
		w.put(1<<1, 8)
		for _, v := range x {
			w.signed(v, size)
		}
		return
	}
	w.put(uint64(8+p.order)<<1, 8)
	for _, v := range x[:p.order] {
		w.signed(v, size)
	}
	e.residual(x, p.order)
	w.put(1, 2) // parameters of five bits
	w.put(uint64(p.split), 4)
	part := len(x) >> p.split
	for i := range 1 << p.split {
		k := uint(p.rice[i])
		w.put(uint64(k), 5)
		for _, v := range e.shrunk[max(i*part, p.order) : (i+1)*part] {
			w.rice(folded(v), k)
		}
	}
}

// packer collects bits, the highest of each byte first.
type packer struct {
	buf []byte
	acc uint64 // bits not yet in buf, right-aligned
	n   uint
}

func (w *packer) reset() { w.buf, w.acc, w.n = w.buf[:0], 0, 0 }

// put writes the low n bits of v, 32 at most.
func (w *packer) put(v uint64, n uint) {
	w.acc, w.n = w.acc<<n|v, w.n+n
	for w.n >= 8 {
		w.n -= 8
		w.buf = append(w.buf, byte(w.acc>>w.n))
	}
}

func (w *packer) signed(v int32, n int) { w.put(uint64(uint32(v))&(1<<n-1), uint(n)) }

// rice writes v as a quotient in unary and k bits.
func (w *packer) rice(v uint32, k uint) {
	q := v >> k
	for ; q >= 24; q -= 24 {
		w.put(0, 24)
	}
	w.put(1, uint(q)+1)
	w.put(uint64(v&(1<<k-1)), k)
}

// number writes a frame number in the form of RFC 9639 9.1.5, like UTF-8.
func (w *packer) number(v uint64) {
	if v < 0x80 {
		w.put(v, 8)
		return
	}
	more := 1 // bytes that follow, with six bits each
	for v>>(6*more) >= 1<<(6-more) {
		more++
	}
	w.put(uint64(0xFF00>>(more+1)&0xFF)|v>>(6*more), 8)
	for more--; more >= 0; more-- {
		w.put(0x80|v>>(6*more)&0x3F, 8)
	}
}

// align fills the last byte up with zeros.
func (w *packer) align() {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
}
