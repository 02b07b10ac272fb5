package burn

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Speed is in sectors a second, IMAPI's unit: 75 is 1x.
type Speed int

// Speeds.
const (
	SpeedMax Speed = -1 // the fastest that drive and disc can do
	Speed1x  Speed = toc.SectorsPerSecond
)

// SpeedX gives a speed from its multiple of audio speed: SpeedX(16) is 16x.
func SpeedX(x float64) Speed { return Speed(math.Round(x * toc.SectorsPerSecond)) }

// X is the multiple of audio speed: 16 for 16x, 0 for SpeedMax.
func (s Speed) X() float64 {
	if s <= 0 {
		return 0
	}
	return float64(s) / toc.SectorsPerSecond
}

// KBps is the speed in kB/s (1000 bytes) as drives count it: 176.4 for 1x,
// rounded down as they do. 0 for SpeedMax.
func (s Speed) KBps() int {
	if s <= 0 {
		return 0
	}
	return int(s) * toc.SectorSize / 1000
}

// SpeedOfKBps is the speed that a drive means by its figure. Drives print n x
// 176.4, n x 176 or n x 177; within 1 % of a whole multiple it is that multiple.
func SpeedOfKBps(kBps int) Speed {
	x := float64(kBps) / 176.4
	if whole := math.Round(x); whole > 0 && math.Abs(x-whole) < 0.01*whole {
		x = whole
	}
	return SpeedX(x)
}

// String gives "16x", or "max".
func (s Speed) String() string {
	if s <= 0 {
		return "max"
	}
	return strconv.FormatFloat(math.Round(s.X()*10)/10, 'f', -1, 64) + "x"
}

// ParseSpeed understands "16x", "16", "4.5x" and "max". An error says so.
func ParseSpeed(text string) (Speed, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	if t == "max" || t == "" {
		return SpeedMax, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSuffix(t, "x"), 64)
	if err != nil || x <= 0 || x > 1000 {
		return 0, fmt.Errorf("speed %q: write it as 16x, or max", text)
	}
	return SpeedX(x), nil
}
