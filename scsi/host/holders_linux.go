package host

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// openFiles finds the processes that have a device node open. Only a process's user,
// and root, can see its descriptors.
func (k *kernel) openFiles() map[string][]int {
	open := map[string][]int{}
	for _, name := range k.entries("proc") {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		for _, fd := range k.entries("proc", name, "fd") {
			target, err := os.Readlink(k.at("proc", name, "fd", fd))
			if err == nil && strings.HasPrefix(target, "/dev/s") {
				open[target] = append(open[target], pid)
			}
		}
	}
	return open
}

// holders combines the known programs that have one of a drive's nodes open. A lock on
// the node is visible to every user, and burning programs that support udev take one.
func (k *kernel) holders(paths []string, open map[string][]int) []Holder {
	byPID := map[int]*Holder{}
	note := func(pid int, locked bool) {
		h := byPID[pid]
		if h == nil {
			h = &Holder{PID: pid, Name: k.line("proc", strconv.Itoa(pid), "comm")}
			byPID[pid] = h
		}
		h.Locked = h.Locked || locked
	}
	for _, path := range paths {
		for _, pid := range open[path] {
			note(pid, false)
		}
		st, err := k.stat(k.at(path))
		if err != nil {
			continue
		}
		for _, pid := range k.lockers(st) {
			note(pid, true)
		}
	}
	found := make([]Holder, 0, len(byPID))
	for _, h := range byPID {
		found = append(found, *h)
	}
	slices.SortFunc(found, func(a, b Holder) int { return cmp.Compare(a.PID, b.PID) })
	return found
}

// lockers reads /proc/locks for flock locks on one file:
//
//	1: FLOCK  ADVISORY  WRITE 4711 00:06:345 0 EOF
//
// with the file as device number (hexadecimal) and inode. Lines of waiting processes
// have "->" after the number; a process number of -1 belongs to another container.
func (k *kernel) lockers(st unix.Stat_t) []int {
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)), st.Ino)
	var pids []int
	for l := range strings.SplitSeq(k.line("proc/locks"), "\n") {
		f := strings.Fields(l)
		if len(f) < 6 || f[1] != "FLOCK" || f[5] != file {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}

// mounts reads /proc/self/mountinfo for the mount points of a block device:
//
//	36 35 11:0 / /media/me/NEW\040DISC ro,nosuid - iso9660 /dev/sr0 ro
func (k *kernel) mounts(dev string) []string {
	var found []string
	for l := range strings.SplitSeq(k.line("proc/self/mountinfo"), "\n") {
		f := strings.Fields(l)
		if len(f) >= 5 && dev != "" && f[2] == dev {
			found = append(found, unescape(f[4]))
		}
	}
	return found
}

// unescape undoes the kernel's octal escapes (blank, tab, newline, backslash).
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(v))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
