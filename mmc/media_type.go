package mmc

import (
	"fmt"
	"strconv"
	"strings"
)

// MediaType is the kind of disc in the drive, with the values of
// IMAPI_MEDIA_PHYSICAL_TYPE. Values above MediaCDRW are DVDs, Blu-ray discs and others.
// disc.Disc contains it.
type MediaType uint16

// The media types of CDs (IMAPI_MEDIA_TYPE_...).
const (
	MediaUnknown MediaType = 0 // no disc, or an unknown one
	MediaCDROM   MediaType = 1 // a pressed CD; from some drives also a closed CD-R
	MediaCDR     MediaType = 2
	MediaCDRW    MediaType = 3
)

var mediaNames = [...]string{
	"unknown", "CD-ROM", "CD-R", "CD-RW", "DVD-ROM", "DVD-RAM", "DVD+R", "DVD+RW",
	"DVD+R DL", "DVD-R", "DVD-RW", "DVD-R DL", "disk", "DVD+RW DL", "HD DVD-ROM",
	"HD DVD-R", "HD DVD-RAM", "BD-ROM", "BD-R", "BD-RE",
}

// String returns the usual name, such as "CD-R".
func (m MediaType) String() string {
	if int(m) < len(mediaNames) {
		return mediaNames[m]
	}
	return fmt.Sprintf("media type %d", uint16(m))
}

// MarshalText returns String: JSON has "CD-R".
func (m MediaType) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText parses the text of MarshalText.
func (m *MediaType) UnmarshalText(text []byte) error {
	for i, name := range mediaNames {
		if name == string(text) {
			*m = MediaType(i)
			return nil
		}
	}
	number, ok := strings.CutPrefix(string(text), "media type ")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil {
		return fmt.Errorf("unknown media type %q", text)
	}
	*m = MediaType(n)
	return nil
}
