package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
)

// Job is the content of a journal.
type Job struct {
	Path  string
	Begin Begin

	Started time.Time // when the job was started
	Changed time.Time // when the last record was written

	Plan    *burn.Plan         // of the first run; nil if the disc wasn't touched
	Begun   []burn.BegunTrack  // as in burn.Interrupted
	Ends    []End              // of each run that was not interrupted
	Closed  bool               // the session has its lead-out
	Torn    int64              // bytes after the last whole record
	tracks  []burn.TrackReport // the last report of each track of the album
	resumed bool
}

// Read reads a journal, even while a process works on it. The error matches
// fs.ErrNotExist or ErrNotJournal.
func Read(path string) (*Job, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return jobOf(path, b)
}

// readFile reads a journal. Of another file, which can be a recording or have no end, it
// reads only the beginning.
func readFile(path string) (b []byte, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its other end
		return nil, fmt.Errorf("%s: %w", path, ErrNotJournal)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	start := make([]byte, startOfJournal)
	n, err := io.ReadFull(f, start)
	start = start[:n]
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return start, nil
	case err != nil || !bytes.HasPrefix(start, []byte(magic)):
		return start, err
	}
	rest, err := io.ReadAll(f)
	return append(start, rest...), err
}

// startOfJournal is how many bytes distinguish a journal from other files.
const startOfJournal = 64

func jobOf(path string, b []byte) (*Job, error) {
	list, whole, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(list) == 0 || list[0].Begin == nil {
		return nil, fmt.Errorf("%s: %w: its first record isn't whole", path, ErrNotJournal)
	}
	j := &Job{Path: path, Begin: *list[0].Begin, Started: list[0].Time, Torn: int64(len(b) - whole)}
	for i := range list {
		j.add(&list[i])
	}
	return j, nil
}

// add applies one record.
func (j *Job) add(r *record) {
	j.Changed = r.Time
	switch {
	case r.Resumed != nil:
		j.resumed = true
	// A drive that refuses session-at-once gets another plan; the plan of a resumption
	// only covers the rest.
	case r.Plan != nil && (j.Plan == nil || !j.resumed && len(j.Begun) == 0):
		j.Plan = &r.Plan.Plan
		j.tracks = make([]burn.TrackReport, len(j.Plan.Tracks))
	case r.Started != nil:
		s := r.Started
		j.Begun = append(j.Begun, burn.BegunTrack{Row: s.Row, Number: s.Number, Start: s.Start, Sectors: s.Sectors})
	case r.Track != nil:
		j.confirm(r.Track)
	case r.Closed != nil:
		j.Closed = true
	case r.End != nil:
		j.Ends = append(j.Ends, *r.End)
	}
}

// confirm completes the track that was started last with this number.
func (j *Job) confirm(c *confirmed) {
	if c.Row < 0 || c.Row >= len(j.tracks) {
		return
	}
	j.tracks[c.Row] = c.Report
	for i := len(j.Begun) - 1; i >= 0; i-- {
		if b := &j.Begun[i]; b.Row == c.Row && b.Number == c.Report.Number {
			b.Whole = c.Report.Status == burn.TrackOK
			if b.Whole {
				b.Sectors = c.Report.Sent
			}
			return
		}
	}
}

// Interrupted returns the record that tao.Resume and sao.Resume need to finish the job; nil if
// the disc wasn't touched.
func (j *Job) Interrupted() *burn.Interrupted {
	if j.Plan == nil {
		return nil
	}
	was := &burn.Interrupted{Mode: j.Plan.Mode, Drive: j.Plan.Drive, Disc: j.Plan.Disc, Begun: j.Begun}
	for _, t := range j.Plan.Tracks {
		was.Hashes = append(was.Hashes, t.Hash)
	}
	return was
}

// Tracks returns how many tracks the drive reported as complete, and how many the album has.
func (j *Job) Tracks() (whole, all int) {
	done := map[int]bool{}
	for _, b := range j.Begun {
		if b.Whole {
			done[b.Row] = true
		}
	}
	return len(done), len(j.tracks)
}

// Fits reports whether a disc may be that of this job: of the same type, with all earlier
// and all confirmed tracks, and only tracks that were started. A job that didn't touch a
// disc fits none.
func (j *Job) Fits(on disc.Disc) bool {
	was := j.Interrupted()
	return was != nil && len(j.Begun) > 0 && engine.Recognize(on, was) == nil
}
