package pcm

// blockPlan is the long filter of a resampler, the one with the steep edge. It works
// on blocks through their spectrum (fast convolution, overlap-save), which equals
// the sum over all taps and is many times faster. It leaves the frequency
// domain at another rate than it came: num inputs become den outputs, wherever a
// block of num*k has a transform, and its result of den*k.
//
// Two channels go through it at once, as real and imaginary part: the filter is
// symmetric, its spectrum real, so they don't mix.
type blockPlan struct {
	num, den int
	forth    *fft // of the input
	back     *fft // of the output
	hop      int  // input frames that a block moves on, a multiple of num
	first    int  // output frames at the beginning of a block that aren't valid
	lines    []blockLine
}

// blockLine is how one line of the output's spectrum is made.
type blockLine struct {
	from   int     // the line of the input
	factor float64 // the filter, divided by the input's size
}

// maxBlock is the longest transform that is tried for speed: it and its factors fit
// a second-level cache. A filter that needs more gets it.
const maxBlock = 1 << 15

// newBlockPlan makes the stage for input at rate Hz. num and den must be smooth.
func newBlockPlan(pass, stop float64, rate, num, den int) *blockPlan {
	low := newLowPass(stopBand, pass, stop, float64(rate))
	half := int(low.half) + 1
	p := &blockPlan{num: num, den: den}
	in := p.pick(half)
	out := in / num * den
	p.forth, p.back = newFFT(in), newFFT(out)
	p.hop = p.hopOf(in, half)
	p.first = (half*den + num - 1) / num
	p.design(low)
	return p
}

// pick finds the size of block that costs least for each frame.
func (p *blockPlan) pick(half int) int {
	best, bestCost := 0, 0.0
	for k := 1; best == 0 || k*max(p.num, p.den) <= maxBlock; k++ {
		hop := p.hopOf(k*p.num, half)
		if hop <= 0 || !smooth(k) {
			continue
		}
		cost := (fftCost(k*p.num) + fftCost(k*p.den)) / float64(hop)
		if best == 0 || cost < bestCost {
			best, bestCost = k*p.num, cost
		}
	}
	return best
}

// hopOf is how far a block of that size can move on: it loses half at each end, and
// up to one output's width.
func (p *blockPlan) hopOf(size, half int) int {
	return (size - 2*half - p.num/p.den - 1) / p.num * p.num
}

// design puts the filter's spectrum into lines. Lines above half of the lower of
// both rates are in the stop band.
func (p *blockPlan) design(low lowPass) {
	in, out := p.forth.n, p.back.n
	x := make([]complex128, in)
	x[0] = complex(low.at(0), 0)
	sum := low.at(0)
	for i := 1; i <= int(low.half); i++ {
		v := low.at(float64(i))
		x[i], x[in-i] = complex(v, 0), complex(v, 0)
		sum += 2 * v
	}
	p.forth.forward(x)
	p.lines = make([]blockLine, out)
	for k := 0; 2*k < min(in, out); k++ {
		for _, line := range [][2]int{{k, k}, {(in - k) % in, (out - k) % out}} { // and its negative
			from := p.forth.line(line[0])
			p.lines[p.back.line(line[1])] = blockLine{from, real(x[from]) / sum / float64(in)}
		}
	}
}

// frames is the number of output frames of one block.
func (p *blockPlan) frames() int { return p.hop / p.num * p.den }

// run filters one block: in has the size of forth and is lost, work that of back,
// and the result is the valid part of work.
func (p *blockPlan) run(in, work []complex128) []complex128 {
	p.forth.forward(in)
	work = work[:len(p.lines)]
	for i := range p.lines {
		l := &p.lines[i]
		work[i] = scale(l.factor, in[l.from])
	}
	p.back.inverse(work)
	return work[p.first : p.first+p.frames()]
}
