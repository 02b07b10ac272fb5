package vorbis

import "math"

// transform is a DCT-IV of a power of two of values, the core of the inverse MDCT:
//
//	x[m] becomes the sum over k of x[k] cos(pi/n (m + 1/2)(k + 1/2))
//
// It is a complex Fourier transform of half as many points between two rotations. The
// Fourier transform goes by radix 4 between two buffers, so that nothing has to be
// brought in order afterwards (Stockham).
type transform struct {
	twist  []complex64   // the rotations
	passes [][]complex64 // three factors for each butterfly of a pass
	a, b   []complex64
}

func newTransform(n int) *transform {
	t := &transform{twist: make([]complex64, n/2), a: make([]complex64, n/2), b: make([]complex64, n/2)}
	unit := func(turns float64) complex64 {
		s, c := math.Sincos(-2 * math.Pi * turns)
		return complex(float32(c), float32(s))
	}
	for i := range t.twist {
		t.twist[i] = unit((float64(i) + .125) / float64(2*n))
	}
	for m := n / 2; m >= 4; m /= 4 {
		factors := make([]complex64, 0, 3*m/4)
		for p := range m / 4 {
			turns := float64(p) / float64(m)
			factors = append(factors, unit(turns), unit(2*turns), unit(3*turns))
		}
		t.passes = append(t.passes, factors)
	}
	return t
}

// times is a product. Go's own rounds only once, which costs two conversions for each
// operand.
func times(a, b complex64) complex64 {
	return complex(real(a)*real(b)-imag(a)*imag(b), real(a)*imag(b)+imag(a)*real(b))
}

// run transforms x in place.
func (t *transform) run(x []float32) {
	a, b := t.a, t.b[:len(t.a)]
	last := len(x) - 1
	for i, w := range t.twist[:len(a)] {
		a[i] = times(complex(x[2*i], x[last-2*i]), w)
	}
	stride := 1
	for _, factors := range t.passes {
		if stride == 1 {
			first(a, b, factors)
		} else {
			pass(a, b, factors, stride)
		}
		a, b = b, a
		stride *= 4
	}
	if stride < len(a) { // a factor of 2 is left
		p, q := a[:stride], a[stride:][:stride]
		for i, u := range p {
			v := q[i]
			p[i], q[i] = u+v, u-v
		}
	}
	for i, w := range t.twist[:len(a)] {
		v := times(a[i], w)
		x[2*i], x[last-2*i] = real(v), -imag(v)
	}
}

// first is the pass with stride 1.
func first(a, b, factors []complex64) {
	n := len(a) / 4
	a0, a1, a2, a3 := a[:n], a[n:][:n], a[2*n:][:n], a[3*n:][:n]
	for i := range a0 {
		w := (*[3]complex64)(factors[3*i:])
		out := (*[4]complex64)(b[4*i:])
		p, q, r, s := a0[i], a1[i], a2[i], a3[i]
		even, odd := p+r, q+s
		d, e := p-r, q-s
		e = complex(imag(e), -real(e))
		out[0] = even + odd
		out[1] = times(d+e, w[0])
		out[2] = times(even-odd, w[1])
		out[3] = times(d-e, w[2])
	}
}

// pass does the butterflies of stride columns at a time, which share their factors.
func pass(a, b, factors []complex64, stride int) {
	quarter := len(a) / 4
	for i := 0; i*stride < quarter; i++ {
		at := i * stride
		a0, a1, a2, a3 := a[at:][:stride], a[at+quarter:][:stride], a[at+2*quarter:][:stride], a[at+3*quarter:][:stride]
		out := b[4*at:][:4*stride]
		b0, b1, b2, b3 := out[:stride], out[stride:][:stride], out[2*stride:][:stride], out[3*stride:][:stride]
		if i == 0 { // the factors are 1
			for j := range a0 {
				p, q, r, s := a0[j], a1[j], a2[j], a3[j]
				even, odd := p+r, q+s
				d, e := p-r, q-s
				e = complex(imag(e), -real(e))
				b0[j], b1[j], b2[j], b3[j] = even+odd, d+e, even-odd, d-e
			}
			continue
		}
		w := (*[3]complex64)(factors[3*i:])
		w1, w2, w3 := w[0], w[1], w[2]
		for j := range a0 {
			p, q, r, s := a0[j], a1[j], a2[j], a3[j]
			even, odd := p+r, q+s
			d, e := p-r, q-s
			e = complex(imag(e), -real(e))
			b0[j], b1[j], b2[j], b3[j] = even+odd, times(d+e, w1), times(even-odd, w2), times(d-e, w3)
		}
	}
}
