package pcm

import "math/bits"

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
	_ // front left of center
	_ // front right of center
	BackCenter
	SideLeft
	SideRight
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

// Speakers returns f's Layout if that fits the number of channels, otherwise the default; 0
// if there is none.
func (f Format) Speakers() Layout {
	if bits.OnesCount32(uint32(f.Layout)) == f.Channels {
		return f.Layout
	}
	if f.Channels >= 1 && f.Channels < len(defaultLayouts) {
		return defaultLayouts[f.Channels]
	}
	return 0
}
