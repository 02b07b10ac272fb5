package convert

// The butterflies of fft. Each processes all groups of radix*width values; the legs of a
// group are width apart. Slices of equal length let the compiler drop the bounds checks.

// conjMul returns a times the conjugate of w.
func conjMul(a, w complex128) complex128 {
	return complex(real(a)*real(w)+imag(a)*imag(w), imag(a)*real(w)-real(a)*imag(w))
}

// scale returns a times the real number r.
func scale(r float64, a complex128) complex128 { return complex(r*real(a), r*imag(a)) }

// minusI returns -i times a.
func minusI(a complex128) complex128 { return complex(imag(a), -real(a)) }

func (s *stage) forward2(x []complex128) {
	for w := s.width; len(x) >= 2*w; x = x[2*w:] {
		a, b, t := x[:w], x[w:][:w], s.turns2[:w]
		for i := range a {
			a[i], b[i] = a[i]+b[i], (a[i]-b[i])*t[i]
		}
	}
}

func (s *stage) inverse2(x []complex128) {
	for w := s.width; len(x) >= 2*w; x = x[2*w:] {
		a, b, t := x[:w], x[w:][:w], s.turns2[:w]
		for i := range a {
			v := conjMul(b[i], t[i])
			a[i], b[i] = a[i]+v, a[i]-v
		}
	}
}

func (s *stage) forward4(x []complex128) {
	if s.width == 1 {
		dft4s(x)
		return
	}
	for w := s.width; len(x) >= 4*w; x = x[4*w:] {
		a, b, c, d, t := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w], s.turns4[:w]
		for i := range a {
			t3 := &t[i]
			s02, d02 := a[i]+c[i], a[i]-c[i]
			s13, d13 := b[i]+d[i], minusI(b[i]-d[i])
			a[i] = s02 + s13
			b[i] = (d02 + d13) * t3[0]
			c[i] = (s02 - s13) * t3[1]
			d[i] = (d02 - d13) * t3[2]
		}
	}
}

func (s *stage) inverse4(x []complex128) {
	if s.width == 1 {
		dft4s(x)
		for ; len(x) >= 4; x = x[4:] {
			x[1], x[3] = x[3], x[1]
		}
		return
	}
	for w := s.width; len(x) >= 4*w; x = x[4*w:] {
		a, b, c, d, t := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w], s.turns4[:w]
		for i := range a {
			t3 := &t[i]
			a1, a2, a3 := conjMul(b[i], t3[0]), conjMul(c[i], t3[1]), conjMul(d[i], t3[2])
			s02, d02 := a[i]+a2, a[i]-a2
			s13, d13 := a1+a3, minusI(a1-a3)
			a[i], b[i], c[i], d[i] = s02+s13, d02-d13, s02-s13, d02+d13
		}
	}
}

// dft4s is forward4 where every factor is 1.
func dft4s(x []complex128) {
	for ; len(x) >= 4; x = x[4:] {
		s02, d02 := x[0]+x[2], x[0]-x[2]
		s13, d13 := x[1]+x[3], minusI(x[1]-x[3])
		x[0], x[1], x[2], x[3] = s02+s13, d02+d13, s02-s13, d02-d13
	}
}

// The cosines and sines of 1/3, 1/5, 2/5, 1/7, 2/7 and 3/7 of a circle.
const (
	cos13 = -0.5
	sin13 = 0.866025403784438646763723170752936183
	cos15 = 0.309016994374947424102293417182819059
	sin15 = 0.951056516295153572116439333379382143
	cos25 = -0.809016994374947424102293417182819059
	sin25 = 0.587785252292473129168705954639072769
	cos17 = 0.623489801858733530525004884004239811
	sin17 = 0.781831482468029808708444526674057750
	cos27 = -0.222520933956314404288902564496794760
	sin27 = 0.974927912181823607018131682993931217
	cos37 = -0.900968867902419126236102319507445051
	sin37 = 0.433883739117558120475768332848358754
)

// dft3 is the Fourier transform of three values. The inverse has the same results with
// all but the first in opposite order. The same is true of dft5 and dft7.
func dft3(a, b, c complex128) (_, _, _ complex128) {
	sum, diff := b+c, minusI(scale(sin13, b-c))
	m := a + scale(cos13, sum)
	return a + sum, m + diff, m - diff
}

func dft5(a, b, c, d, e complex128) (_, _, _, _, _ complex128) {
	s1, d1 := b+e, b-e
	s2, d2 := c+d, c-d
	m1 := a + scale(cos15, s1) + scale(cos25, s2)
	m2 := a + scale(cos25, s1) + scale(cos15, s2)
	n1 := minusI(scale(sin15, d1) + scale(sin25, d2))
	n2 := minusI(scale(sin25, d1) - scale(sin15, d2))
	return a + s1 + s2, m1 + n1, m2 + n2, m2 - n2, m1 - n1
}

func dft7(a, b, c, d, e, f, g complex128) (_, _, _, _, _, _, _ complex128) {
	s1, d1 := b+g, b-g
	s2, d2 := c+f, c-f
	s3, d3 := d+e, d-e
	m1 := a + scale(cos17, s1) + scale(cos27, s2) + scale(cos37, s3)
	m2 := a + scale(cos27, s1) + scale(cos37, s2) + scale(cos17, s3)
	m3 := a + scale(cos37, s1) + scale(cos17, s2) + scale(cos27, s3)
	n1 := minusI(scale(sin17, d1) + scale(sin27, d2) + scale(sin37, d3))
	n2 := minusI(scale(sin27, d1) - scale(sin37, d2) - scale(sin17, d3))
	n3 := minusI(scale(sin37, d1) - scale(sin17, d2) + scale(sin27, d3))
	return a + s1 + s2 + s3, m1 + n1, m2 + n2, m3 + n3, m3 - n3, m2 - n2, m1 - n1
}

func (s *stage) forward3(x []complex128) {
	for w := s.width; len(x) >= 3*w; x = x[3*w:] {
		a, b, c, t := x[:w], x[w:][:w], x[2*w:][:w], s.turns3[:w]
		for i := range a {
			t2 := &t[i]
			y0, y1, y2 := dft3(a[i], b[i], c[i])
			a[i], b[i], c[i] = y0, y1*t2[0], y2*t2[1]
		}
	}
}

func (s *stage) inverse3(x []complex128) {
	for w := s.width; len(x) >= 3*w; x = x[3*w:] {
		a, b, c, t := x[:w], x[w:][:w], x[2*w:][:w], s.turns3[:w]
		for i := range a {
			t2 := &t[i]
			a[i], c[i], b[i] = dft3(a[i], conjMul(b[i], t2[0]), conjMul(c[i], t2[1]))
		}
	}
}

func (s *stage) forward5(x []complex128) {
	for w := s.width; len(x) >= 5*w; x = x[5*w:] {
		a, b, c, d, e, t := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w], x[4*w:][:w], s.turns5[:w]
		for i := range a {
			t4 := &t[i]
			y0, y1, y2, y3, y4 := dft5(a[i], b[i], c[i], d[i], e[i])
			a[i], b[i], c[i], d[i], e[i] = y0, y1*t4[0], y2*t4[1], y3*t4[2], y4*t4[3]
		}
	}
}

func (s *stage) inverse5(x []complex128) {
	for w := s.width; len(x) >= 5*w; x = x[5*w:] {
		a, b, c, d, e, t := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w], x[4*w:][:w], s.turns5[:w]
		for i := range a {
			t4 := &t[i]
			a[i], e[i], d[i], c[i], b[i] = dft5(a[i], conjMul(b[i], t4[0]), conjMul(c[i], t4[1]),
				conjMul(d[i], t4[2]), conjMul(e[i], t4[3]))
		}
	}
}

func (s *stage) forward7(x []complex128) {
	for w := s.width; len(x) >= 7*w; x = x[7*w:] {
		a, b, c, d := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w]
		e, f, g, t := x[4*w:][:w], x[5*w:][:w], x[6*w:][:w], s.turns7[:w]
		for i := range a {
			t6 := &t[i]
			y0, y1, y2, y3, y4, y5, y6 := dft7(a[i], b[i], c[i], d[i], e[i], f[i], g[i])
			a[i], b[i], c[i], d[i] = y0, y1*t6[0], y2*t6[1], y3*t6[2]
			e[i], f[i], g[i] = y4*t6[3], y5*t6[4], y6*t6[5]
		}
	}
}

func (s *stage) inverse7(x []complex128) {
	for w := s.width; len(x) >= 7*w; x = x[7*w:] {
		a, b, c, d := x[:w], x[w:][:w], x[2*w:][:w], x[3*w:][:w]
		e, f, g, t := x[4*w:][:w], x[5*w:][:w], x[6*w:][:w], s.turns7[:w]
		for i := range a {
			t6 := &t[i]
			a[i], g[i], f[i], e[i], d[i], c[i], b[i] = dft7(a[i],
				conjMul(b[i], t6[0]), conjMul(c[i], t6[1]), conjMul(d[i], t6[2]),
				conjMul(e[i], t6[3]), conjMul(f[i], t6[4]), conjMul(g[i], t6[5]))
		}
	}
}
