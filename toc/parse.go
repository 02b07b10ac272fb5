package toc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrTime matches errors about a malformed address or length.
var ErrTime = errors.New("not a time")

// ParseMSF reads an address such as "62:13:07": minutes 0..99, seconds 0..59 and
// frames 0..74. An error matches ErrTime.
func ParseMSF(text string) (MSF, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return MSF{}, fmt.Errorf("%w: %q is not minutes:seconds:frames", ErrTime, text)
	}
	var n [3]uint8
	for i, limit := range [3]uint64{99, 59, 74} {
		v, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil || v > limit || len(parts[i]) > 2 {
			return MSF{}, fmt.Errorf("%w: %q: the %s must be 0 to %d",
				ErrTime, text, [3]string{"minutes", "seconds", "frames"}[i], limit)
		}
		n[i] = uint8(v)
	}
	return MSF{M: n[0], S: n[1], F: n[2]}, nil
}

// Sectors is the address as a distance from 00:00:00: the way cue sheets count in
// a file. 00:02:00 is 150.
func (m MSF) Sectors() Sectors { return Sectors((int(m.M)*60+int(m.S))*75 + int(m.F)) }

// Position returns a length exactly, as minutes, seconds and frames: "03:35:20".
// Minutes have as many digits as they need.
func (s Sectors) Position() string {
	sign := ""
	if s < 0 {
		sign, s = "-", -s
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, s/(60*75), s/75%60, s%75)
}

// ParsePosition reads what Position writes, a length as minutes:seconds:frames.
// Minutes may be more than 99. An error matches ErrTime.
func ParsePosition(text string) (Sectors, error) {
	minutes, rest, _ := strings.Cut(text, ":")
	m, err := strconv.ParseUint(minutes, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not minutes:seconds:frames", ErrTime, text)
	}
	sf, err := ParseMSF("00:" + rest)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not minutes:seconds:frames", ErrTime, text)
	}
	return Sectors(m)*60*SectorsPerSecond + sf.Sectors(), nil
}
