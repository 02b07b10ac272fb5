package mp3

// ratio is how intensity stereo shares a line between the channels.
type ratio struct{ left, right float32 }

// noRatio marks a position without intensity stereo.
const noRatio = 32

// bounds holds, for each window, the band from which the right channel is empty. Long
// blocks use the first.
type bounds [3]int

// emptyFrom finds the bounds of the right channel, whose lines from n on are zero.
func emptyFrom(spec *[lines]float32, n int, l *layout) (first bounds) {
	first = bounds{l.long, l.long, l.long}
	short := false
	if l.n > l.long {
		for w := range first {
			first[w] += w
		}
		for band := l.n - 1; band >= l.long; band-- {
			w := (band - l.long) % 3
			if first[w] <= band && !zero(spec, n, l, band) {
				first[w], short = band+3, true
			}
		}
	}
	if short || l.long == 0 {
		return first
	}
	// Long bands are shared only if no short one of the right channel is used.
	band := l.long
	for band > 0 && zero(spec, n, l, band-1) {
		band--
	}
	if l.n == l.long {
		return bounds{band, band, band}
	}
	if band < l.long {
		first = bounds{band, band, band}
	}
	return first
}

// zero reports whether a band is empty.
func zero(spec *[lines]float32, n int, l *layout, band int) bool {
	from, to := l.start(band), min(l.start(band+1), n)
	for i := from; i < to; i++ {
		if spec[i] != 0 {
			return false
		}
	}
	return true
}

// middleSide turns the lines below n of sum and difference into left and right
// (2.4.3.4.9.2). The factor 1/sqrt 2 has gone into the gains or is factor.
func middleSide(left, right []float32, factor float32) {
	right = right[:len(left)]
	for i, m := range left {
		s := right[i]
		left[i], right[i] = (m+s)*factor, (m-s)*factor
	}
}

// intensity does stereo processing where intensity stereo is on: bands that are
// empty in the right channel are shared by position, the others are as they are or
// middle/side (2.4.3.4.9.3; 13818-3, 2.4.3.2). It gives one more than the last line
// in use.
func (t *tables) intensity(left, right *[lines]float32, n [2]int, g *granule, f *factors, lsf, ms bool) int {
	l := g.layout
	first := emptyFrom(right, n[1], l)
	table, middle := &t.ratios, 3
	if lsf {
		middle = 0
		table = &t.ratiosLSF[g.compress&1]
	}
	from, top := 0, max(n[0], n[1])
	for band := 0; band < l.n && from < top; band++ {
		to := int(l.ends[band])
		w := 0
		if band >= l.long {
			w = (band - l.long) % 3
		}
		position := noRatio
		if band >= first[w] {
			position = f.position(l, band, first[w], middle)
		}
		switch a, b := left[from:to], right[from:to]; {
		case position < noRatio:
			r := table[position]
			for i, x := range a {
				a[i], b[i] = x*r.left, x*r.right
			}
		case ms:
			middleSide(a, b, t.gain[unity-halfPower])
		}
		from = to
	}
	return min(from, lines)
}

// position returns the intensity position of a band. The last bands have none of their
// own and take the one of the band before; where that isn't shared itself, it holds
// a scale factor, and the line is in the middle. Decoders differ here: this is what
// the conformance streams expect.
func (f *factors) position(l *layout, band, first, middle int) int {
	if band >= l.coded {
		if l.n > l.long {
			band -= 3
		} else {
			band--
		}
		if band < first {
			return middle
		}
	}
	if f.illegal[band] {
		return noRatio
	}
	return int(f.sf[band])
}
