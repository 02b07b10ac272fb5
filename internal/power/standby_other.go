//go:build !windows

package power

func limitedByStandby() bool { return false }
