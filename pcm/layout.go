package pcm

import (
	"fmt"
	"math"
	"math/bits"
)

// Layout assigns the channels of a source to loudspeakers: one bit each, in the order of
// the channels. The bits are those of dwChannelMask in a WAV file (WAVEFORMATEXTENSIBLE),
// which FLAC uses as well.
type Layout uint32

// The loudspeakers.
const (
	FrontLeft Layout = 1 << iota
	FrontRight
	FrontCenter
	LowFrequency
	BackLeft
	BackRight
	frontLeftOfCenter
	frontRightOfCenter
	BackCenter
	SideLeft
	SideRight
	topCenter
	topFrontLeft
	topFrontCenter
	topFrontRight
	topBackLeft
	topBackCenter
	topBackRight
)

// defaultLayouts are the layouts of files without one, by the number of channels: the
// orders of FLAC (RFC 9639, 9.1.3), which are those of WAV and SMPTE.
var defaultLayouts = [...]Layout{
	1: FrontCenter,
	2: FrontLeft | FrontRight,
	3: FrontLeft | FrontRight | FrontCenter,
	4: FrontLeft | FrontRight | BackLeft | BackRight,
	5: FrontLeft | FrontRight | FrontCenter | BackLeft | BackRight,
	6: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackLeft | BackRight,
	7: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackCenter | SideLeft | SideRight,
	8: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackLeft | BackRight | SideLeft | SideRight,
}

// layout returns f's Layout if that fits the number of channels, otherwise the default; 0
// if there is none.
func (f Format) layout() Layout {
	if bits.OnesCount32(uint32(f.Layout)) == f.Channels {
		return f.Layout
	}
	if f.Channels >= 1 && f.Channels < len(defaultLayouts) {
		return defaultLayouts[f.Channels]
	}
	return 0
}

// minus3dB is 1/sqrt(2).
const minus3dB = 1 / math.Sqrt2

// share is the part of a loudspeaker in the left and in the right channel: ITU-R BS.775
// table 2, center and surrounds at -3 dB. The table has one pair of surrounds; further
// pairs, and those above, count the same. One in the middle of the back goes to both
// sides at -3 dB, and -3 dB once more as a surround. The low frequency channel holds
// effects, not music, and is dropped, as the recommendation does.
func (l Layout) share() (left, right float64) {
	switch l {
	case FrontLeft, frontLeftOfCenter:
		return 1, 0
	case FrontRight, frontRightOfCenter:
		return 0, 1
	case FrontCenter:
		return minus3dB, minus3dB
	case BackLeft, SideLeft, topFrontLeft, topBackLeft:
		return minus3dB, 0
	case BackRight, SideRight, topFrontRight, topBackRight:
		return 0, minus3dB
	case BackCenter, topCenter, topFrontCenter, topBackCenter:
		return 0.5, 0.5
	}
	return 0, 0
}

// mix is a downmix to two channels: the factors of each channel.
type mix []struct{ left, right float64 }

// newMix returns the downmix for f, or nil if f has one channel or just left and right.
// The factors of a side add up to 1 at most, so the sum can't clip.
func newMix(f Format) (mix, error) {
	layout := f.layout()
	if f.Channels == 1 || layout == FrontLeft|FrontRight {
		return nil, nil
	}
	m := make(mix, f.Channels)
	var left, right float64
	for i := range m {
		speaker := layout & -layout
		layout &^= speaker
		m[i].left, m[i].right = speaker.share()
		left += m[i].left
		right += m[i].right
	}
	most := max(left, right)
	if most == 0 {
		return nil, fmt.Errorf("%w: the meaning of its %d channels is unknown", ErrUnsupportedFormat, f.Channels)
	}
	for i := range m {
		m[i].left /= most
		m[i].right /= most
	}
	return m, nil
}

// apply mixes x down, in place.
func (m mix) apply(x []float64) []float64 {
	n := 0
	for at := 0; at+len(m) <= len(x); at += len(m) {
		var left, right float64
		for i, v := range x[at : at+len(m)] {
			left += v * m[i].left
			right += v * m[i].right
		}
		x[n], x[n+1] = left, right
		n += 2
	}
	return x[:n]
}
