// Package cputime measures the processor time of programs, for tools that compare ours with
// others in one run. Other work on the machine then affects both alike.
package cputime

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Run runs a command on one processor, with a file as input ("" for none) and its output
// discarded, and returns user and system time, at least a millisecond.
func Run(file, name string, args ...string) (time.Duration, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "OMP_NUM_THREADS=1")
	if file != "" {
		in, err := os.Open(file)
		if err != nil {
			return 0, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.TrimSpace(said.String()))
	}
	return max(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), time.Millisecond), nil
}

// Best returns the shorter of both times; 0 means no time yet.
func Best(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}
