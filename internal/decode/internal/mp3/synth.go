package mp3

const (
	ringLength = 8  // vectors of each parity that the window sees
	ringRoom   = 32 // places for them
)

// synth is the synthesis filter bank of one channel (2.4.3.2.2).
//
// The standard makes 64 values V of 32 subband samples, keeps 16 such vectors, and
// windows half of each. The 64 are a DCT-II of 32 points t, mirrored:
//
//	V[j] = t[16+j]  V[32-j] = -t[16+j]  V[32+j] = V[64-j] = -t[16-j]   0 < j < 16
//	V[0] = t[16]    V[16] = 0           V[32] = -t[16]  V[48] = -t[0]
//
// and what is used is V[0..31] of the vectors of even age and V[32..63] of those of
// odd age. So only t is kept, in two rings which change roles with every vector, and
// two samples are made of the same values of t at a time. New values go before the
// others; at the start of the array the last eight move to its end.
type synth struct {
	rings [2][subbands][ringRoom]float32
	at    int // place of the newest vector of ring 0, at most ringRoom-ringLength-1
	odd   int // the ring that the next vector goes to
}

// tap holds the factors of two samples, j and 32-j: E[i], O[7-i]-E[i] and O[7-i]+E[i]
// of window.
type tap struct{ both, second, first [ringLength]float32 }

// granule turns 18 slots of 32 subband samples into 576 samples. They go to every
// stride-th place of out.
func (s *synth) granule(t *tables, in *[lines]float32, out []float32, stride int) {
	for slot := range slots {
		s.push((*[subbands]float32)(in[slot*subbands:]), t)
		s.window(t, out[slot*subbands*stride:], stride)
	}
}

// push puts the DCT of one slot into its ring.
func (s *synth) push(in *[subbands]float32, t *tables) {
	if s.odd == 0 {
		if s.at == 0 {
			s.slide()
		}
		s.at--
	}
	ring := &s.rings[s.odd&1]
	at := s.at & (ringRoom - 1)
	s.odd ^= 1

	// Halves of sums and differences are DCTs of half the length; those of the
	// differences, divided by 2 cos, give sums of neighbors (B. G. Lee, 1984). Two such
	// steps leave four DCTs of 8 points, of which the first gives every fourth value.
	var ss, sd, ds, dd [subbands / 4]float32
	for i := range subbands / 4 {
		p, q, r, u := in[i], in[31-i], in[15-i], in[16+i]
		a, b := p+q, r+u
		ss[i], sd[i] = a+b, (a-b)*t.half16[i]
		a, b = (p-q)*t.half32[i], (r-u)*t.half32[15-i]
		ds[i], dd[i] = a+b, (a-b)*t.half16[i]
	}
	ring[0][at], ring[4][at], ring[8][at], ring[12][at], ring[16][at], ring[20][at], ring[24][at], ring[28][at] = dct8(ss[0], ss[1], ss[2], ss[3], ss[4], ss[5], ss[6], ss[7])
	d0, d1, d2, d3, d4, d5, d6, d7 := dct8(sd[0], sd[1], sd[2], sd[3], sd[4], sd[5], sd[6], sd[7])
	ring[2][at], ring[6][at], ring[10][at], ring[14][at] = d0+d1, d1+d2, d2+d3, d3+d4
	ring[18][at], ring[22][at], ring[26][at], ring[30][at] = d4+d5, d5+d6, d6+d7, d7
	d0, d1, d2, d3, d4, d5, d6, d7 = dct8(dd[0], dd[1], dd[2], dd[3], dd[4], dd[5], dd[6], dd[7])
	d0, d1, d2, d3, d4, d5, d6 = d0+d1, d1+d2, d2+d3, d3+d4, d4+d5, d5+d6, d6+d7
	e0, e1, e2, e3, e4, e5, e6, e7 := dct8(ds[0], ds[1], ds[2], ds[3], ds[4], ds[5], ds[6], ds[7])
	ring[1][at], ring[3][at], ring[5][at], ring[7][at] = e0+d0, d0+e1, e1+d1, d1+e2
	ring[9][at], ring[11][at], ring[13][at], ring[15][at] = e2+d2, d2+e3, e3+d3, d3+e4
	ring[17][at], ring[19][at], ring[21][at], ring[23][at] = e4+d4, d4+e5, e5+d5, d5+e6
	ring[25][at], ring[27][at], ring[29][at], ring[31][at] = e6+d6, d6+e7, e7+d7, d7
}

// slide moves the values that the window sees to the end of the array. Ring 1 lags by one.
func (s *synth) slide() {
	s.at = ringRoom - ringLength
	for r := range s.rings {
		for i := range s.rings[r] {
			v := &s.rings[r][i]
			*(*[ringLength]float32)(v[ringRoom-ringLength:]) = *(*[ringLength]float32)(v[:])
		}
	}
}

// window makes 32 samples.
//
// The window is symmetrical, so that samples j and 32-j need the same factors: with a
// the values of even age, b those of odd age, and E and O their factors,
//
//	sample j    = sum of a[i] E[i]   + b[7-i] O[7-i]
//	sample 32-j = sum of b[7-i] E[i] - a[i] O[7-i]
//
// which is a product of complex numbers and takes three multiplications.
func (s *synth) window(t *tables, out []float32, stride int) {
	// push has switched the rings already: the one of the newest vector is the other.
	newest := s.odd ^ 1
	even, odd := &s.rings[newest&1], &s.rings[s.odd&1]
	evenAt := s.at
	oddAt := evenAt
	if newest == 0 {
		oddAt++ // ring 1 has not moved yet
	}
	a, b := (*[ringLength]float32)(even[16][evenAt:]), (*[ringLength]float32)(odd[16][oddAt:])
	out[0] = dot(a, &t.firstEven) + dot(b, &t.firstOdd)
	b = (*[ringLength]float32)(odd[0][oddAt:])
	out[16*stride] = dot(b, &t.middle)
	for j := 1; j < 16; j++ {
		w := &t.taps[j]
		a := (*[ringLength]float32)(even[16+j][evenAt:])
		b := (*[ringLength]float32)(odd[16-j][oddAt:])
		p, q := a[0], b[7]
		both, x, y := (p+q)*w.both[0], q*w.second[0], p*w.first[0]
		p, q = a[1], b[6]
		both, x, y = both+(p+q)*w.both[1], x+q*w.second[1], y+p*w.first[1]
		p, q = a[2], b[5]
		both, x, y = both+(p+q)*w.both[2], x+q*w.second[2], y+p*w.first[2]
		p, q = a[3], b[4]
		both, x, y = both+(p+q)*w.both[3], x+q*w.second[3], y+p*w.first[3]
		p, q = a[4], b[3]
		both, x, y = both+(p+q)*w.both[4], x+q*w.second[4], y+p*w.first[4]
		p, q = a[5], b[2]
		both, x, y = both+(p+q)*w.both[5], x+q*w.second[5], y+p*w.first[5]
		p, q = a[6], b[1]
		both, x, y = both+(p+q)*w.both[6], x+q*w.second[6], y+p*w.first[6]
		p, q = a[7], b[0]
		both, x, y = both+(p+q)*w.both[7], x+q*w.second[7], y+p*w.first[7]
		out[j*stride] = both + x
		out[(32-j)*stride] = both - y
	}
}

func dot(a, w *[ringLength]float32) float32 {
	return a[0]*w[0] + a[1]*w[1] + a[2]*w[2] + a[3]*w[3] + a[4]*w[4] + a[5]*w[5] + a[6]*w[6] + a[7]*w[7]
}

// makeTaps folds the window D into the taps.
func (t *tables) makeTaps() {
	d := func(i int) float64 {
		switch {
		case i <= 256:
			return float64(synthesisWindow[i]) / 65536
		case i&63 == 0:
			return float64(synthesisWindow[512-i]) / 65536
		}
		return -float64(synthesisWindow[512-i]) / 65536
	}
	for i := range ringLength {
		t.firstEven[i], t.firstOdd[i] = float32(d(64*i)), float32(-d(64*i+32))
		t.middle[i] = float32(-d(64*i + 48))
		for j := range t.taps {
			e, o := d(64*i+j), -d(64*(ringLength-1-i)+32+j)
			w := &t.taps[j]
			w.both[i], w.second[i], w.first[i] = float32(e), float32(o-e), float32(o+e)
		}
	}
}

// dct8 is a DCT-II of 8 values by the same steps. Arguments and results stay in
// registers.
func dct8(x0, x1, x2, x3, x4, x5, x6, x7 float32) (y0, y1, y2, y3, y4, y5, y6, y7 float32) {
	const (
		half80 = 0.50979557910415916894 // 1/(2 cos ((2i+1) pi/16))
		half81 = 0.60134488693504528054
		half82 = 0.89997622313641570464
		half83 = 2.56291544774150617881
		half40 = 0.54119610014619698440 // of pi/8
		half41 = 1.30656296487637652786
		half20 = 0.70710678118654752440 // of pi/4
	)
	a0, a1, a2, a3 := x0+x7, x1+x6, x2+x5, x3+x4
	b0, b1, b2, b3 := (x0-x7)*half80, (x1-x6)*half81, (x2-x5)*half82, (x3-x4)*half83

	p, q := a0+a3, a1+a2
	r, s := (a0-a3)*half40, (a1-a2)*half41
	u, v := r+s, (r-s)*half20
	y0, y4 = p+q, (p-q)*half20
	y2, y6 = u+v, v

	p, q = b0+b3, b1+b2
	r, s = (b0-b3)*half40, (b1-b2)*half41
	u, v = r+s, (r-s)*half20
	c0, c1, c2, c3 := p+q, u+v, (p-q)*half20, v
	return y0, c0 + c1, y2, c1 + c2, y4, c2 + c3, y6, c3
}
