package mmc

import (
	"context"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// The timeouts: for each command the longest of libburn, wodim and cdrdao. A timeout
// that is too short makes the kernel reset the drive, which ruins the disc; one that is
// too long is harmless.
const (
	timeoutDefault     = 40 * time.Second
	timeoutInformation = 240 * time.Second // READ DISC/TRACK INFORMATION: a closed disc may have to be scanned
	timeoutWrite       = 200 * time.Second
	timeoutImmed       = 200 * time.Second   // SYNCHRONIZE CACHE, CLOSE, BLANK that only start the work
	timeoutFlush       = 3600 * time.Second  // the same with the work done before the status
	timeoutClose       = 3600 * time.Second  // lead-out and lead-in
	timeoutBlank       = 18000 * time.Second // a whole disc at 1x, and more
	timeoutOPC         = 200 * time.Second
	timeoutLoad        = 300 * time.Second // START STOP UNIT: tray, spin-up, reading the TOC
)

// spec holds the constants of a command.
type spec struct {
	name    string
	timeout time.Duration
}

// call is a Request and room for a short reply. Both are pooled: WRITE(10) and
// READ BUFFER CAPACITY run thousands of times per disc and must leave no garbage.
type call struct {
	req   scsi.Request
	small [64]byte
}

var calls = sync.Pool{New: func() any { return new(call) }}

// none runs a command without data.
func (s spec) none(ctx context.Context, t scsi.Transport, cdb [16]byte, n int) error {
	c := calls.Get().(*call)
	_, err := s.run(ctx, t, c, cdb, n, scsi.NoData, nil)
	calls.Put(c)
	return settle(err)
}

// out runs a command that sends data.
func (s spec) out(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, data []byte) error {
	return settle(s.send(ctx, t, cdb, n, data))
}

// send is out for a WRITE. Sense key 0 stays an error: whether the drive took the data
// is then unknown, and only the caller can find out.
func (s spec) send(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, data []byte) error {
	dir := scsi.DataOut
	if len(data) == 0 {
		dir = scsi.NoData
	}
	c := calls.Get().(*call)
	_, err := s.run(ctx, t, c, cdb, n, dir, data)
	calls.Put(c)
	if err != nil && scsi.Recovered(err) {
		return nil
	}
	return err
}

// in runs a command that fetches data into buf and returns the part that arrived.
// The buffer is zeroed first, so that bytes which a drive or bridge leaves untouched cannot
// be an earlier reply.
func (s spec) in(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, buf []byte) ([]byte, error) {
	c := calls.Get().(*call)
	got, err := s.inWith(ctx, t, c, cdb, n, buf)
	calls.Put(c)
	return got, err
}

func (s spec) inWith(ctx context.Context, t scsi.Transport, c *call, cdb [16]byte, n int, buf []byte) ([]byte, error) {
	clear(buf)
	dir := scsi.DataIn
	if len(buf) == 0 {
		dir = scsi.NoData
	}
	got, err := s.run(ctx, t, c, cdb, n, dir, buf)
	got = min(max(got, 0), len(buf)) // a bridge may claim more than there is room for
	return buf[:got], settle(err)
}

func (s spec) run(ctx context.Context, t scsi.Transport, c *call, cdb [16]byte, n int, dir scsi.Direction, data []byte) (int, error) {
	c.req = scsi.Request{CDB: cdb, CDBLen: n, Dir: dir, Data: data, Timeout: s.timeout, Name: s.name}
	got, err := scsi.Exec(ctx, t, &c.req)
	c.req.Data = nil // the pool must not keep the caller's buffer alive
	return got, err
}

// settle drops errors that aren't failures: a current recovered error, because the command
// was carried out, and a CHECK CONDITION whose sense data report nothing (key 0), as some
// bridges send it. Key 0 with 04/xx means busy and is kept.
func settle(err error) error {
	if err == nil || scsi.Recovered(err) {
		return nil
	}
	if scsi.IsCurrent(err, scsi.KeyNoSense) && !scsi.IsCurrent(err, scsi.FamilyNotReady) {
		return nil
	}
	return err
}

// even rounds an allocation length up: ATAPI transfers words, and bridges make mistakes
// with odd byte counts. The reply's length field trims the extra byte.
func even(n int) int { return n + n&1 }

// bit returns mask if set, otherwise 0.
func bit(set bool, mask byte) byte {
	if set {
		return mask
	}
	return 0
}
