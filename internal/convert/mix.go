package convert

import (
	"fmt"
	"math"

	"github.com/redbook-audio/redbook/internal/speaker"
	"github.com/redbook-audio/redbook/pcm"
)

// minus3dB is 1/sqrt(2).
const minus3dB = 1 / math.Sqrt2

// share is the part of a loudspeaker in the left and in the right channel: ITU-R BS.775
// table 2, center and surrounds at -3 dB. The table has one pair of surrounds; further
// pairs, and those above, count the same. One in the middle of the back goes to both
// sides at -3 dB, and -3 dB once more as a surround. The low frequency channel holds
// effects, not music, and is dropped, as the recommendation does.
func share(l uint32) (left, right float64) {
	switch l {
	case speaker.FrontLeft, speaker.LeftOfCenter:
		return 1, 0
	case speaker.FrontRight, speaker.RightOfCenter:
		return 0, 1
	case speaker.FrontCenter:
		return minus3dB, minus3dB
	case speaker.BackLeft, speaker.SideLeft, speaker.TopFrontLeft, speaker.TopBackLeft:
		return minus3dB, 0
	case speaker.BackRight, speaker.SideRight, speaker.TopFrontRight, speaker.TopBackRight:
		return 0, minus3dB
	case speaker.BackCenter, speaker.TopCenter, speaker.TopFrontCenter, speaker.TopBackCenter:
		return 0.5, 0.5
	}
	return 0, 0
}

// mix is a downmix to two channels: the factors of each channel.
type mix []struct{ left, right float64 }

// newMix returns the downmix for f, or nil if f has one channel or just left and right.
// The factors of a side add up to 1 at most, so the sum can't clip.
func newMix(f pcm.Format) (mix, error) {
	layout := speaker.Layout(f.Layout, f.Channels)
	if f.Channels == 1 || layout == speaker.FrontLeft|speaker.FrontRight {
		return nil, nil
	}
	m := make(mix, f.Channels)
	var left, right float64
	for i := range m {
		lowest := layout & -layout
		layout &^= lowest
		m[i].left, m[i].right = share(lowest)
		left += m[i].left
		right += m[i].right
	}
	most := max(left, right)
	if most == 0 {
		return nil, fmt.Errorf("%w: the meaning of its %d channels is unknown", pcm.ErrUnsupportedFormat, f.Channels)
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
