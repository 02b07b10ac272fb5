package scsitest

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Exchange is one command and its result: a line of a script for Playback, or an entry
// of a Recorder.
type Exchange struct {
	Name string         // the command's name; not compared
	CDB  []byte         // 6, 10, 12 or 16 bytes
	Dir  scsi.Direction // in a script the zero value is taken from Out and In
	Len  int            // transfer length in bytes; 0 in a script: not compared

	Out     []byte // data-out; nil in a script: not compared, unless OutHash is set
	OutHash string // XXH64 hash of data-out too long to keep
	In      []byte // data-in, the bytes that were transferred
	InHash  string // XXH64 hash of data-in too long to keep

	Status scsi.Status
	Sense  []byte
	// N is the number of bytes transferred. In a script written by hand, 0 means all of
	// In, or all of the data-out of a command that ends with GOOD.
	N    int
	Err  error         // no status came back; usually a *scsi.TransportError
	Took time.Duration // how long the device took, by its own Clock

	measured bool // N, Dir and Len were recorded from a Transport, so zero means zero
}

// clone copies ex with all its bytes: caller and script can't change each other's.
func (ex Exchange) clone() Exchange {
	ex.CDB, ex.Sense = bytes.Clone(ex.CDB), bytes.Clone(ex.Sense)
	ex.Out, ex.In = bytes.Clone(ex.Out), bytes.Clone(ex.In)
	return ex
}

// direction returns Dir, or derives it from the data if Dir is the zero value.
func (ex Exchange) direction() (dir scsi.Direction, known bool) {
	switch {
	case ex.Dir != scsi.NoData || ex.measured:
		return ex.Dir, true
	case ex.Out != nil || ex.OutHash != "":
		return scsi.DataOut, true
	case ex.In != nil || ex.InHash != "":
		return scsi.DataIn, true
	}
	return scsi.NoData, false
}

// transferred returns N for a request with a buffer of length bytes, once In is copied.
func (ex Exchange) transferred(dir scsi.Direction, length, copied int) int {
	switch {
	case ex.measured || ex.N != 0:
		return min(max(ex.N, 0), length)
	case dir == scsi.DataOut && ex.Status == scsi.Good && ex.Err == nil:
		return length
	}
	return copied
}

// String returns the name, if any, and the CDB in hex.
func (ex Exchange) String() string { return describe(ex.Name, ex.CDB) }

func describe(name string, cdb []byte) string {
	if name == "" {
		return fmt.Sprintf("CDB % X", cdb)
	}
	return fmt.Sprintf("%s (CDB % X)", name, cdb)
}

// difference describes how req differs from the command that ex expects; nil if it matches.
func (ex Exchange) difference(req *scsi.Request) error {
	if req.CDBLen < 0 || req.CDBLen > len(req.CDB) {
		return fmt.Errorf("CDB length %d", req.CDBLen)
	}
	if cdb := req.CDB[:req.CDBLen]; !bytes.Equal(cdb, ex.CDB) {
		return fmt.Errorf("got %s, want %v", describe(req.Name, cdb), ex)
	}
	if dir, known := ex.direction(); known && dir != req.Dir {
		return fmt.Errorf("%v: direction is %v, want %v", ex, req.Dir, dir)
	}
	if (ex.Len != 0 || ex.measured) && len(req.Data) != ex.Len {
		return fmt.Errorf("%v: transfer length is %d bytes, want %d", ex, len(req.Data), ex.Len)
	}
	if req.Dir != scsi.DataOut {
		return nil
	}
	if ex.OutHash != "" {
		if got := traceHash(req.Data); got != ex.OutHash {
			return fmt.Errorf("%v: data-out has hash %s, want %s", ex, got, ex.OutHash)
		}
	}
	if ex.Out != nil && !bytes.Equal(req.Data, ex.Out) {
		return fmt.Errorf("%v: data-out differs: %w", ex, firstDifference(req.Data, ex.Out))
	}
	return nil
}

// firstDifference shows the bytes around the first one that differs.
func firstDifference(got, want []byte) error {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	if at == len(got) || at == len(want) {
		return fmt.Errorf("%d bytes, want %d, and equal as far as they go", len(got), len(want))
	}
	from := max(at-4, 0)
	return fmt.Errorf("byte %d: got % X, want % X (from byte %d on)",
		at, got[from:min(at+12, len(got))], want[from:min(at+12, len(want))], from)
}

// errNoData is the cause when a trace holds only the hash of the data-in.
var errNoData = errors.New("the script holds only a hash of these data; see Playback.Fill")
