package mmc

import (
	"fmt"
	"math"
	"strconv"

	"github.com/redbook-audio/redbook/toc"
)

// Speed is a speed of reading or writing audio, made by SpeedX or WriteSpeed.Speed, so that no
// number is in the wrong unit. Speeds compare with ==. The zero value means unknown: nothing has
// been written, or the drive doesn't report it.
type Speed struct {
	sectors int // a second; -1 for SpeedMax
}

// SpeedMax is the fastest speed that drive and disc support.
var SpeedMax = Speed{-1}

// SpeedX returns a multiple of the playing speed: SpeedX(16) is 16x, 1200 sectors a second. It is
// rounded to whole sectors a second; 0 or less is unknown, and more than 10000x is 10000x.
func SpeedX(x float64) Speed {
	if !(x > 0) { // NaN too: its conversion to an integer differs by processor
		return Speed{}
	}
	return Speed{int(math.Round(min(x, maxX) * toc.SectorsPerSecond))}
}

// maxX is far above any drive and within 32 bits.
const maxX = 10_000

// speedKBps converts a drive's value in kB/s of 1000 bytes to a Speed. Drives report n x
// 176.4, n x 176 or n x 177; a value within 1 % of a whole multiple is that multiple.
func speedKBps(kBps int) Speed {
	x := float64(kBps) / kBpsPerX
	if whole := math.Round(x); whole > 0 && math.Abs(x-whole) < 0.01*whole {
		x = whole
	}
	return SpeedX(x)
}

// Known reports whether s is a definite speed, neither unknown nor SpeedMax.
func (s Speed) Known() bool { return s.sectors > 0 }

// SectorsPerSecond returns the speed in IMAPI's unit: 75 for 1x, 0 if it isn't Known.
func (s Speed) SectorsPerSecond() int { return max(s.sectors, 0) }

// X returns the multiple of the playing speed: 16 for 16x, 0 if it isn't Known.
func (s Speed) X() float64 { return float64(s.SectorsPerSecond()) / toc.SectorsPerSecond }

// String returns "16x", "4.5x", "max" or "unknown".
func (s Speed) String() string {
	switch {
	case s == SpeedMax:
		return "max"
	case !s.Known():
		return "unknown"
	}
	return strconv.FormatFloat(math.Round(s.X()*10)/10, 'f', -1, 64) + "x"
}

// MarshalJSON returns the number of sectors a second; -1 is SpeedMax, 0 is unknown.
func (s Speed) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, int64(s.sectors), 10), nil
}

// UnmarshalJSON parses the output of MarshalJSON.
func (s *Speed) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil // as encoding/json does for other types
	}
	n, err := strconv.Atoi(string(b))
	if err != nil || n < SpeedMax.sectors {
		return fmt.Errorf("%s is not a speed in sectors a second", b)
	}
	*s = Speed{n}
	return nil
}

// kBpsPerX is 1x of audio: 75 sectors of 2352 bytes a second. Drives count in kB/s of 1000
// bytes and round differently: 16x is reported as 2816, 2822 or 2823.
const kBpsPerX = 176.4

// WriteSpeed is a speed that a drive offers for the current disc (GET PERFORMANCE type 03h, or mode
// page 2Ah). redbook.Info lists them.
type WriteSpeed struct {
	KBps int // the drive's own value, kB/s
	// PureCAV is constant angular velocity from the first sector on: the drive reaches KBps at
	// the edge of the disc. Otherwise it writes at KBps (CLV), or in zones or partly at constant
	// angular velocity, as it prefers.
	PureCAV  bool
	ReadKBps int     // corresponding reading speed; 0: not reported
	Last     toc.LBA // last address on the disc that it applies to; 0: not reported
}

// Speed returns KBps as a Speed: 2822 kB/s is 16x. A value within 1 % of a whole multiple of
// 176.4 kB/s is that multiple.
func (s WriteSpeed) Speed() Speed { return speedKBps(s.KBps) }

// String returns the speed in the usual form: "16x" or "16x CAV".
func (s WriteSpeed) String() string {
	if s.PureCAV {
		return s.Speed().String() + " CAV"
	}
	return s.Speed().String()
}
