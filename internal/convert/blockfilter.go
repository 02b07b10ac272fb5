package convert

// blockPlan is the long filter of a resampler, the one with the steep edge. It filters
// blocks by their spectrum (fast convolution, overlap-save), which equals the sum over
// all taps and is many times faster. It leaves the frequency domain at another rate: num
// inputs become den outputs, provided that a block of num*k and its result of den*k have
// a transform.
//
// Two channels are filtered at once, as real and imaginary part: the filter is symmetric
// and its spectrum real, so they don't mix.
//
// A long block at a high rate is transformed in parts, because the result needs few of
// its lines. Each part has every parts-th value, and the last stages of the transform are
// computed only for the lines that are needed.
type blockPlan struct {
	num, den int
	size     int  // of a block of the input
	parts    int  // of which it is transformed
	forth    *fft // of each part
	back     *fft // of the output
	hop      int  // input frames from one block to the next, a multiple of num
	first    int  // output frames at the beginning of a block that aren't valid
	lines    []blockLine
	turns    []complex128 // if there are several parts: the factors of each, line by line
}

// blockLine is the recipe for one line of the output's spectrum.
type blockLine struct {
	from   int     // the line of the input, or of its parts
	factor float64 // the filter, divided by the input's size
}

// maxBlock is the longest transform that is chosen for speed: it and its factors fit a
// second-level cache. A filter that needs a longer one gets it.
const maxBlock = 1 << 15

// newBlockPlan makes the stage for input at rate Hz. num and den must be smooth.
func newBlockPlan(pass, stop float64, rate, num, den int) *blockPlan {
	low := newLowPass(stopBand, pass, stop, float64(rate))
	half := int(low.half) + 1
	p := &blockPlan{num: num, den: den}
	p.size, p.parts = p.pick(half)
	out := p.size / num * den
	p.forth, p.back = newFFT(p.size/p.parts), newFFT(out)
	p.hop = p.hopOf(p.size, half)
	p.first = (half*den + num - 1) / num
	p.design(low)
	return p
}

// pick finds the block size, and the number of parts, with the least cost per frame.
func (p *blockPlan) pick(half int) (size, parts int) {
	bestCost := 0.0
	for k := 1; size == 0 || k*max(p.num, p.den) <= maxBlock; k++ {
		hop := p.hopOf(k*p.num, half)
		if hop <= 0 || !smooth(k) {
			continue
		}
		for n := 1; n <= maxParts && k*p.num%n == 0; n *= 2 {
			cost := float64(n)*fftCost(k*p.num/n) + fftCost(k*p.den)
			if n > 1 {
				cost += splitCost*float64(k*p.num) + turnCost*float64(n*k*p.den)
			}
			cost /= float64(hop)
			if size == 0 || cost < bestCost {
				size, parts, bestCost = k*p.num, n, cost
			}
		}
	}
	return size, parts
}

// The cost of parts, in the units of fftCost: for each value moved to a part, and for
// each line computed from the parts.
const (
	maxParts  = 16
	splitCost = 2.0
	turnCost  = 15.0
)

// hopOf is how far apart blocks of that size can be: they lose half the filter at each
// end, and up to one output's width.
func (p *blockPlan) hopOf(size, half int) int {
	return (size - 2*half - p.num/p.den - 1) / p.num * p.num
}

// design puts the filter's spectrum into lines. Lines above half of the lower of both
// rates are in the stop band.
func (p *blockPlan) design(low lowPass) {
	in, out := p.size, p.back.n
	x := make([]complex128, in)
	x[0] = complex(low.at(0), 0)
	sum := low.at(0)
	for i := 1; i <= int(low.half); i++ {
		v := low.at(float64(i))
		x[i], x[in-i] = complex(v, 0), complex(v, 0)
		sum += 2 * v
	}
	spectrum := make([]complex128, in)
	p.transform(spectrum, x)
	p.lines = make([]blockLine, out)
	if p.parts > 1 {
		p.turns = make([]complex128, out*p.parts)
	}
	for k := 0; 2*k < min(in, out); k++ {
		for _, line := range [][2]int{{k, k}, {(in - k) % in, (out - k) % out}} { // and its negative
			to := &p.lines[p.back.line(line[1])]
			to.from = p.forth.line(line[0] % p.forth.n)
			if p.parts == 1 {
				to.factor = real(spectrum[to.from]) / sum / float64(in)
				continue
			}
			turns := p.turns[p.back.line(line[1])*p.parts:][:p.parts]
			for i := range turns {
				turns[i] = unit(line[0]*i%in, in)
			}
			factor := real(p.join(spectrum, to.from, turns)) / sum / float64(in)
			for i := range turns {
				turns[i] = scale(factor, turns[i])
			}
		}
	}
}

// frames is the number of output frames of one block.
func (p *blockPlan) frames() int { return p.hop / p.num * p.den }

// transform puts the spectra of the parts of in into out.
func (p *blockPlan) transform(out, in []complex128) {
	if p.parts == 1 {
		copy(out, in)
		p.forth.forward(out)
		return
	}
	n := p.forth.n
	out = out[:n*p.parts]
	for i := range n {
		at := i
		for _, v := range in[i*p.parts:][:p.parts] {
			out[at] = v
			at += n
		}
	}
	for ; len(out) > 0; out = out[n:] {
		p.forth.forward(out[:n])
	}
}

// join computes a line of the whole block from those of its parts.
func (p *blockPlan) join(parts []complex128, from int, turns []complex128) complex128 {
	var re, im float64
	for _, t := range turns {
		v := parts[from]
		re += real(v)*real(t) - imag(v)*imag(t)
		im += real(v)*imag(t) + imag(v)*real(t)
		from += p.forth.n
	}
	return complex(re, im)
}

// run filters one block: in and spectrum, its scratch space, have the size of a block;
// work has that of back, and the result is the valid part of work.
func (p *blockPlan) run(in, spectrum, work []complex128) []complex128 {
	p.transform(spectrum, in)
	work = work[:len(p.lines)]
	turns := p.turns
	for i := range p.lines {
		l := &p.lines[i]
		if p.parts == 1 {
			work[i] = scale(l.factor, spectrum[l.from])
			continue
		}
		work[i] = p.join(spectrum, l.from, turns[:p.parts])
		turns = turns[p.parts:]
	}
	p.back.inverse(work)
	return work[p.first : p.first+p.frames()]
}
