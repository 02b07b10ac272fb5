package exchange

import (
	"context"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// The timeouts: for each command the longest of libburn, wodim and cdrdao. A timeout
// that is too short makes the kernel reset the drive, which ruins the disc; one that is
// too long is harmless.
const (
	TimeoutDefault     = 40 * time.Second
	TimeoutInformation = 240 * time.Second // READ DISC/TRACK INFORMATION: a closed disc may have to be scanned
	TimeoutWrite       = 200 * time.Second
	TimeoutImmed       = 200 * time.Second   // SYNCHRONIZE CACHE, CLOSE, BLANK that only start the work
	TimeoutFlush       = 3600 * time.Second  // the same with the work done before the status
	TimeoutClose       = 3600 * time.Second  // lead-out and lead-in
	TimeoutBlank       = 18000 * time.Second // a whole disc at 1x, and more
	TimeoutOPC         = 200 * time.Second
	TimeoutLoad        = 300 * time.Second // START STOP UNIT: tray, spin-up, reading the TOC
)

// Spec holds the constants of a command.
type Spec struct {
	Name    string
	Timeout time.Duration
}

// call is a Request and room for a short reply. Both are pooled: WRITE(10) and
// READ BUFFER CAPACITY run thousands of times per disc and must leave no garbage.
type call struct {
	req   scsi.Request
	small [64]byte
}

var calls = sync.Pool{New: func() any { return new(call) }}

// None runs a command without data.
func (s Spec) None(ctx context.Context, t scsi.Transport, cdb [16]byte, n int) error {
	return settle(s.Plain(ctx, t, cdb, n))
}

// Plain runs a command without data and returns every error, even that of a command that was
// carried out.
func (s Spec) Plain(ctx context.Context, t scsi.Transport, cdb [16]byte, n int) error {
	c := calls.Get().(*call)
	_, err := s.run(ctx, t, c, cdb, n, scsi.NoData, nil)
	calls.Put(c)
	return err
}

// Out runs a command that sends data.
func (s Spec) Out(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, data []byte) error {
	return settle(s.Send(ctx, t, cdb, n, data))
}

// Send is Out for a WRITE. Sense key 0 stays an error: whether the drive took the data is then
// unknown, and only the caller can find out.
func (s Spec) Send(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, data []byte) error {
	dir := scsi.DataOut
	if len(data) == 0 {
		dir = scsi.NoData
	}
	c := calls.Get().(*call)
	_, err := s.run(ctx, t, c, cdb, n, dir, data)
	calls.Put(c)
	if err != nil && Recovered(err) {
		return nil
	}
	return err
}

// In runs a command that fetches data into buf and returns the part that arrived.
// The buffer is zeroed first, so that bytes which a drive or bridge leaves untouched cannot
// be an earlier reply.
func (s Spec) In(ctx context.Context, t scsi.Transport, cdb [16]byte, n int, buf []byte) ([]byte, error) {
	c := calls.Get().(*call)
	got, err := s.inWith(ctx, t, c, cdb, n, buf)
	calls.Put(c)
	return got, err
}

func (s Spec) inWith(ctx context.Context, t scsi.Transport, c *call, cdb [16]byte, n int, buf []byte) ([]byte, error) {
	clear(buf)
	dir := scsi.DataIn
	if len(buf) == 0 {
		dir = scsi.NoData
	}
	got, err := s.run(ctx, t, c, cdb, n, dir, buf)
	got = min(max(got, 0), len(buf)) // a bridge may claim more than there is room for
	return buf[:got], settle(err)
}

// InShort runs a command that fetches a reply of at most 64 bytes. It does not allocate.
func (s Spec) InShort(ctx context.Context, t scsi.Transport, cdb [16]byte, n, length int) (reply [64]byte, got int, err error) {
	c := calls.Get().(*call)
	b, err := s.inWith(ctx, t, c, cdb, n, c.small[:length])
	copy(reply[:], b)
	calls.Put(c)
	return reply, len(b), err
}

func (s Spec) run(ctx context.Context, t scsi.Transport, c *call, cdb [16]byte, n int, dir scsi.Direction, data []byte) (int, error) {
	c.req = scsi.Request{CDB: cdb, CDBLen: n, Dir: dir, Data: data, Timeout: s.Timeout, Name: s.Name}
	got, err := scsi.Exec(ctx, t, &c.req)
	c.req.Data = nil // the pool must not keep the caller's buffer alive
	return got, err
}

// settle drops errors that aren't failures: a current recovered error, because the command
// was carried out, and a CHECK CONDITION whose sense data report nothing (key 0), as some
// bridges send it. Key 0 with 04/xx means busy and is kept.
func settle(err error) error {
	if err == nil || Recovered(err) {
		return nil
	}
	if IsCurrent(err, scsi.KeyNoSense) && !IsCurrent(err, asc.FamilyNotReady) {
		return nil
	}
	return err
}
