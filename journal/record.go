package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// magic is the first line of every journal.
const magic = "redbook journal 1\n"

// ErrNotJournal matches the error for a file that isn't a journal, or whose first record
// is incomplete.
var ErrNotJournal = errors.New("not a journal")

// record is one line of a journal: exactly one of its pointers is set.
type record struct {
	Time    time.Time  `json:"time"`
	Begin   *Begin     `json:"begin,omitempty"`
	Plan    *planned   `json:"plan,omitempty"`
	Started *started   `json:"started,omitempty"`
	Track   *confirmed `json:"track,omitempty"`
	Closed  *closed    `json:"closed,omitempty"`
	End     *End       `json:"end,omitempty"`
	Resumed *resumed   `json:"resumed,omitempty"`
}

// Begin describes a job, before a drive is touched. All fields are for the caller: the package
// stores them and does not use them.
type Begin struct {
	Program   string          `json:"program"` // its version
	Device    string          `json:"device"`  // as the user named it
	Title     string          `json:"title,omitempty"`
	Performer string          `json:"performer,omitempty"`
	Args      []string        `json:"args"`              // absolute paths of the files or folders to be burned
	Options   json.RawMessage `json:"options,omitempty"` // the caller's own, for burning the rest in the same way
	Files     []File          `json:"files,omitempty"`
}

// File is the state of a source file.
type File struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

// planned is a plan in progress, with disc, tracks and hashes.
type planned struct {
	Plan burn.Plan `json:"plan"`
}

// started is a track whose first WRITE is about to be sent.
type started struct {
	Row     int         `json:"row"` // index in the album, from 0
	Number  int         `json:"number"`
	Start   toc.LBA     `json:"start"`
	Sectors toc.Sectors `json:"sectors"`
}

// confirmed is a track that has ended, as the drive reported it.
type confirmed struct {
	Row    int              `json:"row"`
	Report burn.TrackReport `json:"report"`
}

// closed records that the session has its lead-out.
type closed struct {
	Appendable bool `json:"appendable"`
}

// End is the outcome of a run.
type End struct {
	Verdict burn.Verdict `json:"verdict"`
	Failure string       `json:"failure,omitempty"`
	After   disc.Disc    `json:"after"` // the last look
}

// resumed marks the start of another run.
type resumed struct {
	Device string `json:"device"`
}

// compose returns the line of a record: checksum, length, JSON.
func compose(r *record) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %d %s\n", crc32.ChecksumIEEE(text), len(text), text), nil
}

// parse reads records up to the first incomplete one. whole is their length in bytes. The
// error matches ErrNotJournal if the file isn't a journal.
func parse(b []byte) (list []record, whole int, err error) {
	if !bytes.HasPrefix(b, []byte(magic)) {
		if line, _, ok := bytes.Cut(b, []byte("\n")); ok && bytes.HasPrefix(line, []byte("redbook journal ")) {
			return nil, 0, fmt.Errorf("%w that this version of redbook reads, but another's", ErrNotJournal)
		}
		return nil, 0, ErrNotJournal
	}
	whole = len(magic)
	for {
		r, n, ok := parseOne(b[whole:])
		if !ok {
			return list, whole, nil
		}
		list, whole = append(list, r), whole+n
	}
}

// parseOne reads one record; ok is false if it is incomplete.
func parseOne(b []byte) (r record, n int, ok bool) {
	sum, rest, ok := bytes.Cut(b, []byte(" "))
	length, rest, ok2 := bytes.Cut(rest, []byte(" "))
	if !ok || !ok2 || len(sum) != 8 || len(length) > 10 {
		return record{}, 0, false
	}
	want, err := strconv.ParseUint(string(sum), 16, 32)
	size, err2 := strconv.Atoi(string(length))
	if err != nil || err2 != nil || size < 0 || len(rest) <= size || rest[size] != '\n' {
		return record{}, 0, false
	}
	if crc32.ChecksumIEEE(rest[:size]) != uint32(want) || json.Unmarshal(rest[:size], &r) != nil {
		return record{}, 0, false
	}
	return r, len(b) - len(rest) + size + 1, true
}
