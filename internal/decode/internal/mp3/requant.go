package mp3

// Gains are powers of two in quarter steps; unity is the index of 1.
const (
	gainOffset = 210 // 2.4.3.4.7.1
	// lowestGain is the smallest that side information can ask for: all of
	// subblock_gain and a scale factor of 5 bits, which only LSF has.
	lowestGain = -(gainOffset + 8*7 + 4*31)
	halfPower  = 2 // quarter steps of sqrt 2
	unity      = halfPower - lowestGain
	gains      = unity + 255 - gainOffset + 1
)

// scale multiplies the lines below n by the gains of their bands (2.4.3.4.7.1).
// lower is subtracted from the gain, in quarter steps.
func (t *tables) scale(spec *[lines]float32, n int, g *granule, f *factors, lower int) {
	l := g.layout
	shift := uint(1)
	if g.coarse {
		shift = 2
	}
	base := unity + g.gain - gainOffset - lower
	from := 0
	for band := 0; band < l.n && from < n; band++ {
		step := int(f.sf[band])
		down := 0
		if band >= l.long {
			down = 8 * int(g.subgain[(band-l.long)%3])
		} else if g.preflag {
			step += int(preemphasis[band])
		}
		gain := t.gain[base-down-step<<shift]
		to := int(l.ends[band])
		part := spec[from:to]
		for i := range part {
			part[i] *= gain
		}
		from = to
	}
}

// reorder puts the lines of short blocks, which come window by window within each
// band, in order of frequency, the three windows of each line together (2.4.3.4.8).
func reorder(spec, spare *[lines]float32, n int, l *layout) {
	from := l.split
	for band := l.long; band < l.n && from < n; band += 3 {
		to := int(l.ends[band+2])
		width := (to - from) / 3
		in, out := spec[from:to], spare[:to-from]
		a, b, c := in[:width], in[width:2*width], in[2*width:]
		for i := range a {
			out[3*i], out[3*i+1], out[3*i+2] = a[i], b[i], c[i]
		}
		copy(in, out)
		from = to
	}
}
