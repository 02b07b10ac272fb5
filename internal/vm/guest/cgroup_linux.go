package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// cgroup is a control group for one script, which counts the CPU time of everything in it.
// It needs no controller for that.
type cgroup struct {
	path string
	dir  *os.File
}

var cgroups atomic.Int64

func newCgroup() (*cgroup, error) {
	path := filepath.Join("/sys/fs/cgroup", fmt.Sprintf("script%d", cgroups.Add(1)))
	if err := os.Mkdir(path, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &cgroup{path, dir}, nil
}

// cpu is the time used by all processes of the group, including ended ones.
func (g *cgroup) cpu() time.Duration {
	text, err := os.ReadFile(filepath.Join(g.path, "cpu.stat"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var us int64
		if n, _ := fmt.Sscanf(line, "usage_usec %d", &us); n == 1 {
			return time.Duration(us) * time.Microsecond
		}
	}
	return 0
}

// remove fails while something of the script still runs, which is harmless.
func (g *cgroup) remove() {
	_ = g.dir.Close()
	_ = os.Remove(g.path)
}
