// Package speaker names the bits of pcm.Format.Layout: the loudspeakers to which the channels
// of a file belong. They are those of dwChannelMask in a WAV file (WAVEFORMATEXTENSIBLE), which
// FLAC uses as well. The channels of a file are in the order of the bits.
package speaker

import "math/bits"

// The loudspeakers.
const (
	FrontLeft uint32 = 1 << iota
	FrontRight
	FrontCenter
	LowFrequency
	BackLeft
	BackRight
	LeftOfCenter
	RightOfCenter
	BackCenter
	SideLeft
	SideRight
	TopCenter
	TopFrontLeft
	TopFrontCenter
	TopFrontRight
	TopBackLeft
	TopBackCenter
	TopBackRight
)

// usual are the layouts of files without one, by the number of channels: the orders of FLAC
// (RFC 9639, 9.1.3), which are those of WAV and SMPTE.
var usual = [...]uint32{
	1: FrontCenter,
	2: FrontLeft | FrontRight,
	3: FrontLeft | FrontRight | FrontCenter,
	4: FrontLeft | FrontRight | BackLeft | BackRight,
	5: FrontLeft | FrontRight | FrontCenter | BackLeft | BackRight,
	6: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackLeft | BackRight,
	7: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackCenter | SideLeft | SideRight,
	8: FrontLeft | FrontRight | FrontCenter | LowFrequency | BackLeft | BackRight | SideLeft | SideRight,
}

// Layout returns the loudspeakers of a file with this mask and number of channels: the mask
// if it has one bit for each channel, otherwise the usual layout, or 0 if there is none.
func Layout(mask uint32, channels int) uint32 {
	if bits.OnesCount32(mask) == channels {
		return mask
	}
	if channels >= 1 && channels < len(usual) {
		return usual[channels]
	}
	return 0
}
