package cue

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// ErrTime matches errors about a malformed time.
var ErrTime = errors.New("not a time")

// ParseTime reads what toc.Sectors.Position writes, a time in a file as
// minutes:seconds:frames: seconds 0..59, frames 0..74, and minutes that may be more than 99.
// An error matches ErrTime.
func ParseTime(text string) (toc.Sectors, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return 0, fmt.Errorf("%w: %q is not minutes:seconds:frames", ErrTime, text)
	}
	var n [3]toc.Sectors
	for i, limit := range [3]uint64{1<<16 - 1, 59, 74} {
		v, err := strconv.ParseUint(parts[i], 10, 16)
		switch {
		case errors.Is(err, strconv.ErrRange), v > limit:
			return 0, fmt.Errorf("%w: in %q the %s must be 0 to %d",
				ErrTime, text, [3]string{"minutes", "seconds", "frames"}[i], limit)
		case err != nil, i > 0 && len(parts[i]) > 2:
			return 0, fmt.Errorf("%w: %q is not minutes:seconds:frames", ErrTime, text)
		}
		n[i] = toc.Sectors(v)
	}
	return (n[0]*60+n[1])*toc.SectorsPerSecond + n[2], nil
}
