package mp3

// ringLength is how many vectors of each parity the window sees.
const ringLength = 8

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
// two samples are made of the same values of t at a time. Rings are written twice so
// that eight values in a row are always there.
type synth struct {
	rings [2][subbands][2 * ringLength]float32
	at    int // place of the newest vector of ring 0, 0 to 7; they grow downwards
	odd   int // the ring that the next vector goes to
}

// tap is the window of two samples, j and 32-j, for the values of even and odd age.
type tap struct {
	even, odd, mirrorEven, mirrorOdd [ringLength]float32
}

// granule turns 18 slots of 32 subband samples into 576 samples. They go to every
// stride-th place of out.
func (s *synth) granule(t *tables, in *[lines]float32, out []float32, stride int) {
	for slot := range slots {
		s.push((*[subbands]float32)(in[slot*subbands:]), t)
		s.window(t, out[slot*subbands*stride:], stride)
	}
}

// push puts the DCT of one slot into its ring. It uses up in.
func (s *synth) push(in *[subbands]float32, t *tables) {
	if s.odd == 0 {
		s.at = (s.at - 1) & (ringLength - 1)
	}
	ring := &s.rings[s.odd&1]
	at := s.at & (ringLength - 1)
	var a, b [16]float32
	for i := range 16 {
		x, y := in[i], in[31-i]
		a[i], b[i] = x+y, (x-y)*t.half32[i]
	}
	dct16(&a, t)
	dct16(&b, t)
	for i := range 15 {
		v, w := a[i], b[i]+b[i+1]
		ring[2*i][at], ring[2*i][at+ringLength] = v, v
		ring[2*i+1][at], ring[2*i+1][at+ringLength] = w, w
	}
	ring[30][at], ring[30][at+ringLength] = a[15], a[15]
	ring[31][at], ring[31][at+ringLength] = b[15], b[15]
	s.odd ^= 1
}

// window makes 32 samples.
func (s *synth) window(t *tables, out []float32, stride int) {
	// push has switched the rings already: the one of the newest vector is the other.
	newest := s.odd ^ 1
	even, odd := &s.rings[newest&1], &s.rings[s.odd&1]
	evenAt := s.at & (ringLength - 1)
	oddAt := evenAt
	if newest == 0 {
		oddAt = (evenAt + 1) & (ringLength - 1) // ring 1 has not moved yet
	}
	first := &t.taps[0]
	a, b := (*[ringLength]float32)(even[16][evenAt:]), (*[ringLength]float32)(odd[16][oddAt:])
	out[0] = dot(a, &first.even) + dot(b, &first.odd)
	b = (*[ringLength]float32)(odd[0][oddAt:])
	out[16*stride] = dot(b, &t.taps[16].odd)
	for j := 1; j < 16; j++ {
		w := &t.taps[j]
		a := (*[ringLength]float32)(even[16+j][evenAt:])
		b := (*[ringLength]float32)(odd[16-j][oddAt:])
		x := a[0]*w.even[0] + a[1]*w.even[1] + a[2]*w.even[2] + a[3]*w.even[3] +
			a[4]*w.even[4] + a[5]*w.even[5] + a[6]*w.even[6] + a[7]*w.even[7]
		y := b[0]*w.odd[0] + b[1]*w.odd[1] + b[2]*w.odd[2] + b[3]*w.odd[3] +
			b[4]*w.odd[4] + b[5]*w.odd[5] + b[6]*w.odd[6] + b[7]*w.odd[7]
		out[j*stride] = x + y
		x = a[0]*w.mirrorEven[0] + a[1]*w.mirrorEven[1] + a[2]*w.mirrorEven[2] + a[3]*w.mirrorEven[3] +
			a[4]*w.mirrorEven[4] + a[5]*w.mirrorEven[5] + a[6]*w.mirrorEven[6] + a[7]*w.mirrorEven[7]
		y = b[0]*w.mirrorOdd[0] + b[1]*w.mirrorOdd[1] + b[2]*w.mirrorOdd[2] + b[3]*w.mirrorOdd[3] +
			b[4]*w.mirrorOdd[4] + b[5]*w.mirrorOdd[5] + b[6]*w.mirrorOdd[6] + b[7]*w.mirrorOdd[7]
		out[(32-j)*stride] = x + y
	}
}

func dot(a, w *[ringLength]float32) float32 {
	return a[0]*w[0] + a[1]*w[1] + a[2]*w[2] + a[3]*w[3] + a[4]*w[4] + a[5]*w[5] + a[6]*w[6] + a[7]*w[7]
}

// makeTaps folds the window D into the taps.
func makeTaps() (taps [17]tap) {
	d := func(i int) float32 {
		v := float32(0)
		switch {
		case i <= 256:
			v = float32(synthesisWindow[i])
		case i&63 == 0:
			v = float32(synthesisWindow[512-i])
		default:
			v = -float32(synthesisWindow[512-i])
		}
		return v / 65536
	}
	for j := range taps {
		for i := range ringLength {
			w := &taps[j]
			w.odd[i] = -d(64*i + 32 + j)
			switch j {
			case 16:
			case 0:
				w.even[i] = d(64 * i)
			default:
				w.even[i] = d(64*i + j)
				w.mirrorEven[i] = -d(64*i + 32 - j)
				w.mirrorOdd[i] = -d(64*i + 64 - j)
			}
		}
	}
	return taps
}

// dct16 is a DCT-II of 16 points in place. Halves of sums and differences are DCTs
// of half the length; those of the differences, divided by 2 cos, give sums of
// neighbors (B. G. Lee, 1984).
func dct16(x *[16]float32, t *tables) {
	var a, b [8]float32
	for i := range 8 {
		p, q := x[i], x[15-i]
		a[i], b[i] = p+q, (p-q)*t.half16[i]
	}
	dct8(&a)
	dct8(&b)
	for i := range 7 {
		x[2*i], x[2*i+1] = a[i], b[i]+b[i+1]
	}
	x[14], x[15] = a[7], b[7]
}

// dct8 is the same of 8 points.
func dct8(x *[8]float32) {
	const (
		half80 = 0.50979557910415916894 // 1/(2 cos ((2i+1) pi/16))
		half81 = 0.60134488693504528054
		half82 = 0.89997622313641570464
		half83 = 2.56291544774150617881
		half40 = 0.54119610014619698440 // of pi/8
		half41 = 1.30656296487637652786
		half20 = 0.70710678118654752440 // of pi/4
	)
	a0, a1, a2, a3 := x[0]+x[7], x[1]+x[6], x[2]+x[5], x[3]+x[4]
	b0, b1, b2, b3 := (x[0]-x[7])*half80, (x[1]-x[6])*half81, (x[2]-x[5])*half82, (x[3]-x[4])*half83

	p, q := a0+a3, a1+a2
	r, s := (a0-a3)*half40, (a1-a2)*half41
	u, v := r+s, (r-s)*half20
	x[0], x[4] = p+q, (p-q)*half20
	x[2], x[6] = u+v, v

	p, q = b0+b3, b1+b2
	r, s = (b0-b3)*half40, (b1-b2)*half41
	u, v = r+s, (r-s)*half20
	c0, c1, c2, c3 := p+q, u+v, (p-q)*half20, v
	x[1], x[3], x[5], x[7] = c0+c1, c1+c2, c2+c3, c3
}
