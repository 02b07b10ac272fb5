package journal

import "time"

// Memory is a journal in memory. Cut is how many bytes it accepts before the disk is
// full; 0: any number.
type Memory struct {
	Bytes []byte
	Cut   int
	Dead  bool // the process has been killed: nothing is written any more
}

func (m *Memory) WriteAt(p []byte, at int64) (int, error) {
	if m.Dead {
		return len(p), nil
	}
	if m.Cut > 0 && int(at)+len(p) > m.Cut {
		n := max(m.Cut-int(at), 0)
		m.Bytes = append(m.Bytes[:at], p[:n]...)
		return n, errFull
	}
	m.Bytes = append(m.Bytes[:at], p...)
	return len(p), nil
}

func (m *Memory) Sync() error { return nil }

func (m *Memory) Truncate(size int64) error {
	if !m.Dead {
		m.Bytes = m.Bytes[:size]
	}
	return nil
}

func (m *Memory) Close() error { return nil }

type fullError struct{}

func (fullError) Error() string { return "no space left on device" }

var errFull error = fullError{}

// KeepIn begins a journal in memory.
func KeepIn(m *Memory, b *Begin) (*Keeper, error) {
	k := memoryKeeper(m)
	return k, k.begin(b)
}

// ReopenIn reopens a journal in memory.
func ReopenIn(m *Memory) (*Keeper, *Job, error) {
	k := memoryKeeper(m)
	j, err := k.resume(m.Bytes)
	return k, j, err
}

// JobIn is the job of a journal in memory.
func JobIn(b []byte) (*Job, error) { return jobOf("memory", b) }

func memoryKeeper(m *Memory) *Keeper {
	return &Keeper{f: m, path: "memory", unlock: func() error { return nil }, now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
}

// Unfinished reports whether the journal stays for a resumption.
func (k *Keeper) Unfinished() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unfinished()
}
