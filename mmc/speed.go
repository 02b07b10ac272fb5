package mmc

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/toc"
)

// Speeds are in kB/s of 1000 bytes; 1x of audio is 75 sectors of 2352 bytes a
// second, 176.4 kB/s. Drives round that in their own ways: 16x is reported as 2816,
// 2822 or 2823.
const (
	kbpsPerX     = 176.4
	maxSpeedKBps = 0xFFFF // in SET CD SPEED: as fast as the drive can

	// maxCDKBps is 60x. The fastest recorders write at 52x and 56x; higher figures
	// are those of a DVD or BD in the drive, or garbage.
	maxCDKBps = 10584
	// maxDiscKBps is the fastest of all discs, BD-R at 16x, and a little more.
	maxDiscKBps = 80000
)

// Rotation is how the disc turns while it is written (SET CD SPEED).
type Rotation uint8

// The rotations.
const (
	RotationDefault Rotation = 0 // CLV, zoned or partial CAV, as the drive prefers
	RotationPureCAV Rotation = 1 // constant angular velocity from the first sector on

	RotationUnknown Rotation = 0xFF // the drive does not report it
)

// String returns "CLV/PCAV" or "CAV", the terms of data sheets.
func (r Rotation) String() string {
	switch r {
	case RotationDefault:
		return "CLV/PCAV"
	case RotationPureCAV:
		return "CAV"
	case RotationUnknown:
		return "unknown"
	}
	return fmt.Sprintf("rotation %d", uint8(r))
}

// WriteSpeed is a speed that a drive offers for the current disc.
type WriteSpeed struct {
	KBps     int // the drive's own figure, kB/s; with CAV the speed at the edge
	Rotation Rotation
	ReadKBps int     // corresponding reading speed; 0: not reported
	Last     toc.LBA // last address of the disc that it applies to; 0: not reported
}

// X is the speed as a multiple of 1x: 2822 kB/s is 16.0.
func (s WriteSpeed) X() float64 { return speedX(s.KBps) }

// SectorsPerSecond is the speed in IMAPI's unit, to the nearest.
func (s WriteSpeed) SectorsPerSecond() int { return (s.KBps*1000 + toc.SectorSize/2) / toc.SectorSize }

// String returns the speed in the usual form: "16x" or "16x CAV".
func (s WriteSpeed) String() string {
	text := fmt.Sprintf("%.0fx", s.X())
	if s.Rotation != RotationDefault && s.Rotation != RotationUnknown {
		text += " " + s.Rotation.String()
	}
	return text
}

// speedX turns kB/s into a multiple of 1x.
func speedX(kBps int) float64 { return float64(kBps) / kbpsPerX }

// SpeedRequest returns the kB/s to ask for when a speed of n x is wanted and the
// drive's own figure isn't known: n x 177. A drive takes the next lower speed that
// it has, and its limits are n x 176.4 cut off, so that n x 176 lands one step too
// low (Pioneer BDR-203 command manual: 2816 for 16x selects 10x).
func SpeedRequest(x float64) int {
	kBps := int(x*177 + 0.5)
	return min(max(kBps, 1), maxSpeedKBps)
}

// tidySpeeds sorts the fastest first and drops what no CD is written at and doubles:
// speed and rotation count, and of two descriptors for different parts of the disc
// the first one stays.
func tidySpeeds(speeds []WriteSpeed) []WriteSpeed {
	speeds = slices.DeleteFunc(speeds, func(s WriteSpeed) bool { return s.KBps == 0 || s.KBps > maxCDKBps })
	slices.SortStableFunc(speeds, func(a, b WriteSpeed) int {
		return cmp.Or(cmp.Compare(b.KBps, a.KBps), cmp.Compare(a.Rotation, b.Rotation))
	})
	return slices.CompactFunc(speeds, func(a, b WriteSpeed) bool {
		return a.KBps == b.KBps && a.Rotation == b.Rotation
	})
}
