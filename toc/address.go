package toc

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Figures of the Red Book (IEC 60908).
const (
	SectorsPerSecond = 75   // sectors of one second of audio
	SectorSize       = 2352 // bytes of one audio sector: 588 stereo samples of 16 bits
	SamplesPerSector = 588  // stereo samples (frames of 4 bytes) in one sector

	PregapSectors = 150 // two seconds: before LBA 0, and before every track of a track-at-once disc
	MaxTracks     = 99  // tracks on one disc
)

// LBA is a logical block address: the number of a sector, in units of sectors.
// It is negative in the first pregap (-150..-1) and in the lead-in (below -150).
type LBA int32

// The addresses that have an MSF.
const (
	MinLBA LBA = -45150 // MSF 90:00:00
	MaxLBA LBA = 404849 // MSF 89:59:74
)

// MSF is an address as minute, second and frame (1/75 second), in plain binary
// and not in the BCD that is on the disc. M is 0..99, S 0..59, F 0..74; minutes
// from 90 on lie before LBA -150, in the lead-in.
type MSF struct{ M, S, F uint8 }

// MSF returns the address on the other scale, for MinLBA to MaxLBA (MMC-6 table 1). Outside that
// range, which no CD reaches, the minutes wrap around.
func (l LBA) MSF() MSF {
	const hundredMinutes = 100 * 60 * SectorsPerSecond
	n := (int(l) + PregapSectors) % hundredMinutes
	if n < 0 { // the lead-in counts down from 100 minutes
		n += hundredMinutes
	}
	return MSF{M: uint8(n / (60 * 75)), S: uint8(n / 75 % 60), F: uint8(n % 75)}
}

// LBA returns the address on the other scale: 00:00:00 is -150, 00:02:00 is 0,
// 90:00:00 is -45150 and 99:59:74 is -151 (MMC-6 table 1).
func (m MSF) LBA() LBA {
	n := LBA((int(m.M)*60+int(m.S))*75 + int(m.F))
	if m.M >= 90 {
		return n - 450150
	}
	return n - PregapSectors
}

// Valid reports whether every part is in its range.
func (m MSF) Valid() bool { return m.M <= 99 && m.S <= 59 && m.F <= 74 }

// String returns the usual form "62:13:07".
func (m MSF) String() string { return fmt.Sprintf("%02d:%02d:%02d", m.M, m.S, m.F) }

// MarshalText returns String.
func (m MSF) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText parses the output of MarshalText. Each number may be 0..255; Valid checks the
// ranges.
func (m *MSF) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ":")
	if len(parts) != 3 {
		return fmt.Errorf("%q is not minutes:seconds:frames", text)
	}
	for i, field := range []*uint8{&m.M, &m.S, &m.F} {
		n, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil {
			return fmt.Errorf("%q is not minutes:seconds:frames: %w", text, err)
		}
		*field = uint8(n)
	}
	return nil
}

// Sectors is a length in sectors of 1/75 second.
type Sectors int32

// Duration returns the length as a time, without fractions of a nanosecond.
func (s Sectors) Duration() time.Duration {
	return time.Duration(s) * time.Second / SectorsPerSecond
}

// Bytes returns the length in bytes of audio.
func (s Sectors) Bytes() int64 { return int64(s) * SectorSize }

// String returns minutes and seconds, rounded to the nearest second: "3:35".
func (s Sectors) String() string {
	sign := ""
	if s < 0 {
		sign, s = "-", -s
	}
	seconds := (int64(s) + SectorsPerSecond/2) / SectorsPerSecond
	return fmt.Sprintf("%s%d:%02d", sign, seconds/60, seconds%60)
}

// Position returns the exact length as minutes, seconds and frames: "03:35:20". Minutes have at
// least two digits.
func (s Sectors) Position() string {
	sign := ""
	if s < 0 {
		sign, s = "-", -s
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, s/(60*75), s/75%60, s%75)
}
