//go:build linux || darwin || freebsd

package spool

import (
	"math"

	"golang.org/x/sys/unix"
)

// freeBytes returns how much an ordinary user may still write in dir. The types of the two
// fields differ between systems; FreeBSD's becomes negative on a full disk.
func freeBytes(dir string) (int64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	blocks, size := int64(s.Bavail), int64(s.Bsize)
	switch {
	case size <= 0:
		return 0, false
	case blocks <= 0:
		return 0, true
	case blocks > math.MaxInt64/size:
		return math.MaxInt64, true
	}
	return blocks * size, true
}
