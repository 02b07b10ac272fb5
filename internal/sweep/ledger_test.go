package sweep

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
)

// Opcodes, written out: the sweep does not take them from the package under test.
const (
	opTestUnitReady = 0x00
	opRequestSense  = 0x03
	opStartStop     = 0x1B
	opPreventAllow  = 0x1E
	opWrite         = 0x2A
	opSync          = 0x35
	opReadTOC       = 0x43
	opDiscInfo      = 0x51
	opTrackInfo     = 0x52
	opReserve       = 0x53
	opOPC           = 0x54
	opModeSelect    = 0x55
	opRepair        = 0x58
	opModeSense     = 0x5A
	opClose         = 0x5B
	opCueSheet      = 0x5D
	opBlank         = 0xA1
	opSetSpeed      = 0xBB
	opReadCD        = 0xBE
)

const sectorSize = 2352

// changes reports whether a command alters the disc.
func changes(op byte) bool {
	switch op {
	case opWrite, opSync, opReserve, opClose, opRepair, opBlank:
		return true
	}
	return false
}

// acts reports whether a command does more than answer: then it matters whether its status
// was lost before or after.
func acts(op byte) bool {
	switch op {
	case opStartStop, opPreventAllow, opOPC, opModeSelect, opSetSpeed:
		return true
	}
	return changes(op)
}

// answer is what the drive's answer to a WRITE permits the host.
type answer uint8

const (
	notTaken answer = iota // certainly not carried out: may be sent again
	ask                    // perhaps not: may be sent again if the next writable address shows it
	final                  // must never be sent again
)

// answerOf applies the resend rule to the result. It decodes the sense data itself.
func answerOf(_ *scsi.Request, res scsi.Result, err error) answer {
	if err != nil {
		var te *scsi.TransportError
		if asTransport(err, &te) && te.Sent == scsi.SentNo {
			return notTaken
		}
		return ask
	}
	switch res.Status {
	case scsi.Busy, scsi.TaskSetFull, scsi.ReservationConflict, 0x40:
		return ask
	case scsi.CheckCondition:
		return answerOfSense(res.Sense)
	}
	return final
}

// fullBuffer reports a current 2/04/04 or 2/04/07 (CyberDrv, Pioneer).
func fullBuffer(res scsi.Result, err error) bool {
	b := res.Sense
	return err == nil && res.Status == scsi.CheckCondition && len(b) >= 14 && b[0] == 0x70 && b[2]&15 == 2 &&
		b[12] == 4 && (b[13] == 4 || b[13] == 7)
}

func answerOfSense(b []byte) answer {
	if len(b) < 4 {
		return ask // it proves nothing
	}
	var key byte
	var code uint16
	switch b[0] & 0x7F {
	case 0x70, 0x71:
		key = b[2] & 15
		if len(b) >= 14 {
			code = binary.BigEndian.Uint16(b[12:])
		}
	case 0x72, 0x73:
		key, code = b[1]&15, binary.BigEndian.Uint16(b[2:])
	default:
		return ask
	}
	deferred := b[0]&1 != 0
	switch {
	case deferred && key != 1:
		return final
	case deferred:
		return ask
	case key == 2 && code == 0x0408:
		return notTaken
	case key == 0, key == 1, key == 2, key == 6:
		return ask
	}
	return final
}

// attempt is a WRITE that was sent.
type attempt struct {
	from, to lba
	taken    bool
	answer   answer
	asked    int  // READ TRACK INFORMATION sent before it
	told     int  // of those answered
	full     bool // 2/04/07 or 2/04/04: on some drives the same as a full buffer
}

// ledger is the truth about the WRITEs of a run.
type ledger struct {
	attempts []attempt
	asked    int
	told     int
	stage    stage
	begun    int // tracks that a WRITE was sent for
	end      lba // past the last WRITE
	last     attempt
	repeated string // the first WRITE that was sent again in violation of the rule
	recorded bool   // the drive accepted at least one
	test     bool   // the laser is off: on some drives the address doesn't advance from track to track
	ended    bool   // a flush followed the last WRITE
	tray     bool   // PREVENT ALLOW MEDIUM REMOVAL was sent
}

// notice tracks the progress of the job.
func (l *ledger) notice(req *scsi.Request) {
	switch req.CDB[0] {
	case opPreventAllow:
		l.tray = true
	case opTrackInfo:
		l.asked++
	case opSync:
		l.ended = true
	case opWrite:
		l.stage = max(l.stage, stageWrite)
	case opClose:
		if req.CDB[2]&7 == 2 {
			l.stage = max(l.stage, stageClose)
		}
	case opBlank:
		l.attempts = l.attempts[:0] // addresses that may be written again
	}
}

// written records a WRITE and checks it against the rule.
func (l *ledger) written(req *scsi.Request, taken int, a answer, full bool) {
	from := addressOf(req)
	now := attempt{from: from, to: from + lba(blocksOf(req)), taken: taken > 0, answer: a, asked: l.asked, told: l.told, full: full}
	anew := l.test && l.ended
	if anew {
		l.attempts = l.attempts[:0] // the data sent were not recorded
	}
	if l.ended = false; l.begun == 0 || from > l.end || anew {
		l.begun++
	}
	for n := range l.attempts {
		e := &l.attempts[n]
		if now.from >= e.to || e.from >= now.to {
			continue
		}
		switch {
		case e.answer == notTaken:
		case !e.taken && l.asked >= e.asked+2:
			// Whatever the answer was, the next writable address showed twice that it was
			// not accepted.
		case e.answer == ask && !e.taken && l.asked > e.asked:
		case e.full && l.asked > e.asked && l.told == e.told:
			// The drive reported a full buffer, and did not answer the question about its next
			// writable address either. A WRITE to an address that was passed is refused.
		default:
			if l.repeated == "" {
				l.repeated = describeAttempt(*e, now)
			}
		}
	}
	if n := len(l.attempts); n > 0 && l.attempts[n-1].from == now.from && l.attempts[n-1].to == now.to {
		e := &l.attempts[n-1]
		e.taken = e.taken || now.taken
		e.answer, e.asked, e.told = max(e.answer, now.answer), now.asked, now.told
		e.full = now.full || e.full && now.answer == notTaken
		if now.answer == notTaken && e.answer == ask && !e.taken {
			e.answer = notTaken
		}
	} else {
		l.attempts = append(l.attempts, now)
	}
	l.last, l.end = now, max(l.end, now.to)
	l.recorded = l.recorded || now.taken
}

func describeAttempt(before, now attempt) string {
	return fmt.Sprintf("LBA %d to %d was sent again at %d (taken: %v, answer %d)", before.from, before.to, now.from, before.taken, before.answer)
}

func asTransport(err error, te **scsi.TransportError) bool { return errors.As(err, te) }

// addressOf returns the address of a WRITE.
func addressOf(req *scsi.Request) lba { return lba(int32(binary.BigEndian.Uint32(req.CDB[2:]))) }

// blocksOf returns how many blocks a WRITE has: of 2352 bytes, and of 96 in the lead-in.
func blocksOf(req *scsi.Request) int { return int(binary.BigEndian.Uint16(req.CDB[7:])) }

// writeAt is a WRITE without data.
func writeAt(at lba, blocks int) *scsi.Request {
	req := &scsi.Request{CDBLen: 10, Dir: scsi.DataOut, Name: "WRITE(10)"}
	req.CDB[0] = opWrite
	binary.BigEndian.PutUint32(req.CDB[2:], uint32(at))
	binary.BigEndian.PutUint16(req.CDB[7:], uint16(blocks))
	return req
}
