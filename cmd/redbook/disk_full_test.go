package main

import (
	"fmt"
	"io/fs"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A full disk is the same failure for every file, and each message suggests a next step.
func TestDiskFull(t *testing.T) {
	full := syscall.ENOSPC
	if runtime.GOOS == "windows" {
		full = syscall.Errno(112) // ERROR_DISK_FULL
	}
	err := error(&fs.PathError{Op: "write", Path: "report.html", Err: full})
	for name, err := range map[string]error{
		"plain":       err,
		"of a flag":   outputError("--report", err),
		"of a disc":   discFileError("full.disc", fmt.Errorf("saving its state: %w", err)),
		"of a folder": fail(exitFailed, "", "track 1: %w", err),
	} {
		code, next := verdict(err)
		assert.Equal(t, exitFailed, code, name)
		assert.Contains(t, next, "Make room", name)
	}
	_, next := verdict(fail(exitFailed, "Choose another name.", "%w", err))
	assert.Equal(t, "Choose another name.", next, "more specific advice stays")
}

// For a burn, a full disk under a simulated disc is a hardware error; the drive turns out to be
// fine when the disc is closed. A full disk under a trace changes no advice.
func TestDiskFullUnderDisc(t *testing.T) {
	for full, want := range map[bool]string{true: "Make room", false: "Let the drive cool down"} {
		d := &device{simulated: true}
		d.closers = append(d.closers, func() error { d.discFull = full; return syscall.ENOSPC })
		_, next := verdict(d.closeAfter(fail(exitFailed, adviceHardware.text+"\nTrack 2 is unfinished.", "write failed")))
		assert.Contains(t, next, want)
		assert.Contains(t, next, "Track 2 is unfinished.")
	}
}
