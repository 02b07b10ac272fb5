package mp3

const (
	subbands = 32
	slots    = lines / subbands // samples of each subband in a granule
)

// overlap is the second half of the transform of each subband, to be added to the
// first half of the next granule.
type overlap struct {
	tail [subbands][slots]float32
	used int // subbands that can be other than zero
}

// unalias undoes the aliasing between neighboring subbands below n, and returns the
// new n (2.4.3.4.10.1). Short blocks have none; mixed ones in their long part.
func (t *tables) unalias(spec *[lines]float32, n int, g *granule) int {
	last := min((n+slots-1)/slots, subbands-1)
	if g.block == blockShort {
		last = min(last, g.layout.split/slots-1)
	}
	if last <= 0 {
		return n
	}
	for sb := 1; sb <= last; sb++ {
		down := (*[8]float32)(spec[sb*slots-8:])
		up := (*[8]float32)(spec[sb*slots:])
		for i := range 8 {
			d, u := down[7-i], up[i]
			down[7-i] = d*t.cs[i] - u*t.ca[i]
			up[i] = u*t.cs[i] + d*t.ca[i]
		}
	}
	return max(n, min(last*slots+8, lines))
}

// transform turns the lines below n into samples of the subbands: out holds 32 of
// them for each of 18 slots (2.4.3.4.10.2 to .4, with the frequency inversion of
// the odd subbands).
func (t *tables) transform(out, spec *[lines]float32, n int, o *overlap, g *granule) {
	used := (n + slots - 1) / slots
	normal := 0 // subbands that have the normal window for every block type
	if g.mixed {
		normal = g.layout.mixed / slots
	}
	for sb := range used {
		in := (*[slots]float32)(spec[sb*slots:])
		switch {
		case sb < normal:
			long36(out, in, &o.tail[sb], &t.windows[blockLong][sb&1], sb)
		case g.block == blockShort:
			t.short(out, in, &o.tail[sb], sb)
		default:
			long36(out, in, &o.tail[sb], &t.windows[g.block][sb&1], sb)
		}
	}
	for sb := used; sb < subbands; sb++ {
		tail := &o.tail[sb]
		for i := range tail {
			out[i*subbands+sb] = tail[i]
		}
		if sb < o.used {
			clear(tail[:])
		}
	}
	o.used = used
}

// cosines of multiples of 10 degrees, and the factors of the recursions below
const (
	cos10 = 0.98480775301220805937
	cos20 = 0.93969262078590838405
	cos30 = 0.86602540378443864676
	cos40 = 0.76604444311897803520
	cos50 = 0.64278760968653932632
	cos70 = 0.34202014332566873304
	cos80 = 0.17364817766693034885
)

// long36 is the transform of 18 lines to 36 samples, windowed and overlapped.
//
// The 36 samples are a DCT-IV of 18 points, mirrored. Since 2 cos a cos (2k+1)a =
// cos 2ka + cos (2k+2)a, that is a DCT-III of the sums of neighbors, divided by 2
// cos a (which the window contains); its even terms are a DCT-III of 9 points, its
// odd ones a DCT-IV of 9 points and so, by the same way, another DCT-III.
func long36(out *[lines]float32, in, tail *[slots]float32, win *window, sb int) {
	var even, odd [9]float32
	even[0] = in[0]
	odd[0] = in[1] + in[0]
	last := odd[0]
	for i := 1; i < 9; i++ {
		even[i] = in[2*i] + in[2*i-1]
		z := in[2*i+1] + in[2*i]
		odd[i] = z + last
		last = z
	}
	dct9(&even)
	dct9(&odd)
	o := out[sb:]
	for m := range 9 {
		e, d := even[m], odd[m]*half9[m]
		sum, difference := e+d, e-d
		o[(8-m)*subbands] = tail[8-m] + difference*win[8-m]
		o[(9+m)*subbands] = tail[9+m] + difference*win[9+m]
		tail[8-m] = sum * win[26-m]
		tail[9+m] = sum * win[27+m]
	}
}

// half9 is 1/(2 cos((2m+1) 5 degrees)).
var half9 = [9]float32{
	0.50190991877167369479, 0.51763809020504152470, 0.55168895948124587824,
	0.61038729438072803416, 0.70710678118654752440, 0.87172339781054900991,
	1.18310079157624925896, 1.93185165257813657349, 5.73685662283492756461,
}

// dct9 is a DCT-III: z[m] becomes the sum over k of z[k] cos(k (2m+1) 10 degrees).
// Even k give the same for m and 8-m, odd k the opposite. cos 20 = cos 40 + cos 80
// and cos 10 = cos 50 + cos 70 save multiplications.
func dct9(z *[9]float32) {
	a := z[0] + z[6]*0.5
	p, q, r := z[2]+z[4], z[2]+z[8], z[4]-z[8]
	t := z[2] - z[4] - z[8]
	e0 := a + p*cos40 + q*cos80
	e1 := z[0] - z[6] + t*0.5
	e2 := a - r*cos40 - p*cos80
	e3 := a - q*cos40 + r*cos80
	z[4] = z[0] - z[6] - t

	b := z[3] * cos30
	u, v, w := z[1]+z[5], z[1]+z[7], z[5]-z[7]
	o0 := b + u*cos50 + v*cos70
	o1 := (z[1] - z[5] - z[7]) * cos30
	o2 := v*cos50 - w*cos70 - b
	o3 := u*cos70 + w*cos50 - b

	z[0], z[8] = e0+o0, e0-o0
	z[1], z[7] = e1+o1, e1-o1
	z[2], z[6] = e2+o2, e2-o2
	z[3], z[5] = e3+o3, e3-o3
}

// short is the transform of three windows of 6 lines each, overlapped to 36 samples.
func (t *tables) short(out *[lines]float32, in, tail *[slots]float32, sb int) {
	var sum [2 * slots]float32
	for w := range 3 {
		win := &t.shortWindow
		part := sum[6+6*w : 18+6*w]
		x := [6]float32{in[w], in[w+3], in[w+6], in[w+9], in[w+12], in[w+15]}
		even := [3]float32{x[0], x[1] + x[2], x[3] + x[4]}
		z1, z3, z5 := x[0]+x[1], x[2]+x[3], x[4]+x[5]
		odd := [3]float32{z1, z1 + z3, z3 + z5}
		dct3(&even)
		dct3(&odd)
		for m := range 3 {
			e, d := even[m], odd[m]*half3[m]
			plus, minus := e+d, e-d
			part[2-m] += minus * win[2-m]
			part[3+m] += minus * win[3+m]
			part[8-m] += plus * win[8-m]
			part[9+m] += plus * win[9+m]
		}
	}
	sign := float32(1)
	odd := float32(1 - 2*(sb&1)) // odd samples of odd subbands are inverted
	for i := range slots {
		out[i*subbands+sb] = tail[i] + sum[i]*sign
		tail[i] = sum[i+slots] * sign
		sign = odd * sign
	}
}

// half3 is 1/(2 cos((2m+1) 15 degrees)).
var half3 = [3]float32{0.51763809020504152470, 0.70710678118654752440, 1.93185165257813657349}

// dct3 is a DCT-III of 3 points.
func dct3(z *[3]float32) {
	a, b := z[0]+z[2]*0.5, z[1]*cos30
	z[0], z[1], z[2] = a+b, z[0]-z[2], a-b
}
