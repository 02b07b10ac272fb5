package iscsi

import (
	"slices"

	"github.com/redbook-audio/redbook/scsi"
)

// task is a command that has no status yet.
type task struct {
	itt      uint32
	lun      lun
	cdb      [16]byte
	in, out  bool
	told     uint32 // Expected Data Transfer Length
	expected int    // the same, but 0 for a command that isn't carried out

	extended bool // its CDB is longer than 16 bytes
	unfit    bool // it moves more data than the target accepts, or data in both directions

	aborted chan struct{} // closed when the task is aborted

	// The data-out of the task, guarded by taskSet.mu until they are complete.
	data     []byte
	sequence bool          // Data-Out PDUs are awaited
	limit    int           // where the sequence may end
	ttt      uint32        // its Target Transfer Tag; noTag for unsolicited data
	nextSN   uint32        // DataSN of its next PDU
	fault    scsi.Code     // what was wrong with the data
	turn     chan struct{} // signaled when a sequence has ended
}

// newTask decodes a SCSI Command PDU (RFC 7143 11.3). most is the largest transfer. The
// target can't report it to the initiator: the page for it (B0h) belongs to disks.
func newTask(p *pdu, params *params, most int) *task {
	const extendedCDB = 1 // type of an additional header segment (RFC 7143 11.2.2.3)
	t := &task{
		itt: p.u32(offITT), lun: p.lun(), cdb: [16]byte(p.header[32:48]),
		in: p.flags()&flagRead != 0, out: p.flags()&flagWrite != 0,
		extended: len(p.ahs) > 2 && p.ahs[2] == extendedCDB,
		aborted:  make(chan struct{}),
	}
	if t.in || t.out {
		t.told = p.u32(20)
	}
	t.unfit = int64(t.told) > int64(most) || t.in && t.out
	if !t.unfit {
		t.expected = int(t.told)
	}
	if t.out && !t.unfit {
		t.turn = make(chan struct{}, 1)
		t.unsolicited(p, params)
	} else if len(p.data) > 0 && !t.unfit {
		t.fault = codeUnexpectedUnsolicited
	}
	return t
}

// unsolicited takes the immediate data of a write and checks whether Data-Out PDUs follow
// that were not requested (RFC 7143 4.2.5.2, 11.3.4).
func (t *task) unsolicited(p *pdu, params *params) {
	limit := min(t.expected, params.firstBurst)
	follows := !p.final()
	switch {
	case len(p.data) > 0 && !params.immediateData, follows && params.initialR2T:
		t.fault = codeUnexpectedUnsolicited
	case len(p.data) > limit:
		t.fault = codeIncorrectAmount
	default:
		t.data = p.data
		if follows {
			t.begin(limit, noTag)
		}
	}
}

// begin opens a sequence of Data-Out PDUs that ends at limit.
func (t *task) begin(limit int, ttt uint32) {
	t.sequence, t.limit, t.ttt, t.nextSN = true, limit, ttt, 0
}

// take adds a Data-Out PDU (RFC 7143 11.7). Order was negotiated, so each must continue
// where the previous one ended; a gap in DataSN is a lost PDU.
func (t *task) take(p *pdu) {
	switch {
	case !t.sequence, p.u32(offTTT) != t.ttt:
		t.fail(codeUnexpectedUnsolicited)
	case p.u32(offDataSN) != t.nextSN:
		t.fail(codeProtocolCRC)
	case int64(p.u32(offOffset)) != int64(len(t.data)), len(t.data)+len(p.data) > t.limit:
		t.fail(codeIncorrectAmount)
	default:
		t.data = append(t.data, p.data...)
		t.nextSN++
		if !p.final() {
			return
		}
		if t.ttt != noTag && len(t.data) != t.limit { // less than the R2T asked for
			t.fail(codeIncorrectAmount)
			return
		}
		t.end()
	}
}

func (t *task) fail(code scsi.Code) {
	t.fault = code
	t.end()
}

// end signals the worker to look at the task again.
func (t *task) end() {
	t.sequence = false
	select {
	case t.turn <- struct{}{}:
	default: // it is already signaled
	}
}

// gather waits for the data of a write and requests the solicited part (R2T, RFC 7143
// 11.8), one burst at a time. false means that the task was aborted.
func (c *conn) gather(t *task) bool {
	if !t.out || t.unfit {
		select {
		case <-t.aborted:
			return false
		default:
			return true
		}
	}
	for r2tSN := uint32(0); ; r2tSN++ {
		if !c.await(t) {
			return false
		}
		c.tasks.mu.Lock()
		offset := len(t.data)
		complete := t.fault != 0 || offset == t.expected
		if !complete {
			t.data = slices.Grow(t.data, t.expected-offset)
			t.begin(min(t.expected, offset+c.maxBurst), r2tSN)
		}
		length := t.limit - offset
		c.tasks.mu.Unlock()
		if complete {
			return true
		}
		if err := c.sendR2T(t, r2tSN, offset, length); err != nil {
			_ = c.nc.Close()
			return false
		}
	}
}

// await blocks while Data-Out PDUs of t are due.
func (c *conn) await(t *task) bool {
	for {
		c.tasks.mu.Lock()
		due := t.sequence
		c.tasks.mu.Unlock()
		select {
		case <-t.aborted:
			return false
		default:
		}
		if !due {
			return true
		}
		select {
		case <-t.aborted:
			return false
		case <-t.turn:
		}
	}
}

func (c *conn) sendR2T(t *task, sn uint32, offset, length int) error {
	h := &header{0: opR2T, 1: flagFinal}
	copy(h[8:16], t.lun[:])
	h.setU32(offITT, t.itt)
	h.setU32(offTTT, sn) // unique within the task, as take requires
	h.setU32(offDataSN, sn)
	h.setU32(offOffset, uint32(offset))
	h.setU32(offCount, uint32(length))
	return c.send(h, nil, statPeek)
}
