package convert

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/redbook-audio/redbook/pcm"
)

// The sampling rates that a Resampler accepts, in Hz.
const (
	minRate = 1000
	maxRate = 768000
)

// The edge of the filters: music up to passHz is unchanged, and from stopHz, half the
// rate of a disc, it is removed. For sources of lower rates the edge is in the same
// proportion below half of their own rate.
const (
	passHz = 20000.0
	stopHz = 22050.0
)

// Resampler converts interleaved samples of any rate from minRate to maxRate to the 44.1 kHz
// of a disc, a piece at a time. It is a windowed sinc with linear phase, 150 dB deep,
// computed block by block in the frequency domain. That suffices for rates whose ratio to
// 44.1 kHz consists of small numbers, which all usual ones do; odd rates also pass a second,
// short polyphase filter. docs/internals/resampler.md has the measured response.
//
// The result begins with the source and has round(frames * 44100 / rate) frames: the
// filters' delay is removed, and before and after the source they see silence. The memory
// needed doesn't depend on the length. A Resampler is for one goroutine.
type Resampler struct {
	channels int
	plan     *ratePlan
	pairs    []pair // of channels
	filled   int    // frames in the current block
	skip     int    // of the next block's result
	in       int64  // frames taken
	out      int64  // frames returned
}

// ratePlan is shared by all resamplers from one rate.
type ratePlan struct {
	rate   int
	block  *blockPlan // nil: the rate is that of the disc
	poly   *polyPlan  // nil: the block stage yields 44.1 kHz
	before int        // silent input frames that the first block begins with
	skip   int        // frames of the first stage that precede what is needed
}

// pair is the state of two channels.
type pair struct {
	in   []complex128 // the current block
	fft  []complex128 // scratch
	work []complex128
	mid  []complex128 // between the stages
	pos  polyState
	out  []complex128
}

// NewResampler returns a Resampler. An error matches pcm.ErrUnsupportedFormat: the rate is
// out of range, or there are no channels.
func NewResampler(channels, rate int) (*Resampler, error) {
	plan, err := newRatePlan(rate)
	if err != nil {
		return nil, err
	}
	if channels < 1 {
		return nil, fmt.Errorf("%w: %d channels", pcm.ErrUnsupportedFormat, channels)
	}
	return plan.resampler(channels), nil
}

func newRatePlan(rate int) (*ratePlan, error) {
	if rate < minRate || rate > maxRate {
		return nil, fmt.Errorf("%w: a sampling rate of %d Hz; %d to %d Hz can be converted",
			pcm.ErrUnsupportedFormat, rate, minRate, maxRate)
	}
	if rate == pcm.CDDA.SampleRate {
		return &ratePlan{rate: rate}, nil
	}
	stop := min(stopHz, float64(rate)/2)
	pass := stop * (passHz / stopHz)
	num, den := firstStep(rate)
	p := &ratePlan{rate: rate, block: newBlockPlan(pass, stop, rate, num, den)}
	before := 0 // outputs of the first stage that must precede the source
	if rate*den != pcm.CDDA.SampleRate*num {
		p.poly = newPolyPlan(pass, float64(rate*den)/float64(num)-stop, rate*den, num)
		before = p.poly.taps/2 - 1 // the ringing before the source counts, too
	}
	p.before = (p.block.first + before + den - 1) / den * num
	p.skip = p.before/num*den - p.block.first - before
	return p, nil
}

// minMiddle is the lowest rate between the stages: below it the second stage would need a
// steep edge as well.
const minMiddle = 60000

// firstStep is the ratio num/den by which the first stage changes the rate: the whole
// ratio if possible, else a power of two.
func firstStep(rate int) (num, den int) {
	g := gcd(rate, pcm.CDDA.SampleRate)
	num, den = rate/g, pcm.CDDA.SampleRate/g
	if smooth(num) && max(num, den) <= maxBlock/8 {
		return num, den
	}
	if rate < minMiddle {
		return 1, 2
	}
	for num = 1; rate >= 2*num*minMiddle; {
		num *= 2
	}
	return num, 1
}

// resampler returns one for a stream.
func (p *ratePlan) resampler(channels int) *Resampler {
	r := &Resampler{channels: channels, plan: p}
	if p.block == nil {
		return r
	}
	r.pairs = make([]pair, (channels+1)/2)
	for i := range r.pairs {
		s := &r.pairs[i]
		s.in = make([]complex128, p.block.size)
		s.fft = make([]complex128, p.block.size)
		s.work = make([]complex128, p.block.back.n)
		if p.poly != nil {
			s.mid = make([]complex128, 0, p.block.frames()+2*p.poly.taps+p.poly.num/p.poly.den)
			s.out = make([]complex128, 0, (p.block.frames()+2*p.poly.taps)*p.poly.den/p.poly.num+2)
		}
	}
	r.reset()
	return r
}

// reset prepares for another stream.
func (r *Resampler) reset() {
	r.in, r.out = 0, 0
	p := r.plan
	if p.block == nil {
		return
	}
	r.filled, r.skip = p.before, p.skip
	for i := range r.pairs {
		s := &r.pairs[i]
		clear(s.in)
		s.mid = s.mid[:0]
		s.pos = polyState{}
	}
}

// Append converts the next samples, a whole number of frames, and appends the finished
// results to dst. It allocates only if dst must grow.
func (r *Resampler) Append(dst, src []float64) []float64 {
	if r.plan.block == nil {
		r.in += int64(len(src) / r.channels)
		return append(dst, src...)
	}
	for len(src) >= r.channels {
		n := min(len(src)/r.channels, len(r.pairs[0].in)-r.filled)
		for i := range r.pairs {
			r.pairs[i].take(r.filled, src[:n*r.channels], 2*i, r.channels)
		}
		src = src[n*r.channels:]
		r.filled += n
		r.in += int64(n)
		if r.filled == len(r.pairs[0].in) {
			dst = r.block(dst, math.MaxInt64)
		}
	}
	return dst
}

// Finish appends the rest, as if silence followed. The Resampler is then ready for
// another stream.
func (r *Resampler) Finish(dst []float64) []float64 {
	if r.plan.block != nil {
		for total := resampledFrames(r.in, r.plan.rate); r.out < total; {
			for i := range r.pairs {
				clear(r.pairs[i].in[r.filled:])
			}
			dst = r.block(dst, total-r.out)
		}
	}
	r.reset()
	return dst
}

// block runs a full block through both stages and appends at most limit frames.
func (r *Resampler) block(dst []float64, limit int64) []float64 {
	for i := range r.pairs {
		r.pairs[i].run(r.plan, r.skip)
	}
	r.skip = 0
	r.filled = len(r.pairs[0].in) - r.plan.block.hop
	frames := int(min(int64(len(r.pairs[0].out)), limit))
	r.out += int64(frames)
	if r.channels == 2 {
		for _, v := range r.pairs[0].out[:frames] {
			dst = append(dst, real(v), imag(v))
		}
		return dst
	}
	for i := range frames {
		for c := range r.channels {
			v := r.pairs[c/2].out[i]
			if c%2 == 0 {
				dst = append(dst, real(v))
			} else {
				dst = append(dst, imag(v))
			}
		}
	}
	return dst
}

// take appends the channels first and first+1 of src.
func (s *pair) take(filled int, src []float64, first, channels int) {
	in := s.in[filled:]
	if first+1 == channels {
		for i := 0; first < len(src); i++ {
			in[i] = complex(src[first], 0)
			first += channels
		}
		return
	}
	for i := 0; first+1 < len(src); i++ {
		in[i] = complex(src[first], src[first+1])
		first += channels
	}
}

// run converts a full block into out, and makes room for the next. The first skip
// frames of the first stage are dropped.
func (s *pair) run(p *ratePlan, skip int) {
	ready := p.block.run(s.in, s.fft, s.work)[skip:]
	copy(s.in, s.in[p.block.hop:])
	if p.poly == nil {
		s.out = ready
		return
	}
	s.mid = append(s.mid, ready...)
	s.out = p.poly.run(s.out[:0], s.mid, &s.pos)
	// At an odd rate an output may start past the end of the input so far.
	used := min(s.pos.at, len(s.mid))
	s.mid = s.mid[:copy(s.mid, s.mid[used:])]
	s.pos.at -= used
}

// resampledFrames is round(frames * 44100 / rate).
func resampledFrames(frames int64, rate int) int64 {
	hi, lo := bits.Mul64(uint64(max(frames, 0)), uint64(pcm.CDDA.SampleRate))
	lo, carry := bits.Add64(lo, uint64(rate)/2, 0)
	hi += carry
	if hi >= uint64(rate) {
		return math.MaxInt64
	}
	n, _ := bits.Div64(hi, lo, uint64(rate))
	return int64(min(n, math.MaxInt64))
}
