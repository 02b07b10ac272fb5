package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// reply is the answer of a scripted drive. The zero value is GOOD.
type reply struct {
	sense  []byte
	status scsi.Status
	data   []byte
	err    error
}

// checkCondition returns CHECK CONDITION with the given sense data; deferredError returns the
// same as a deferred error.
func checkCondition(key, asc, ascq byte) reply { return reply{sense: fixedSense(0x70, key, asc, ascq)} }

func deferredError(key, asc, ascq byte) reply { return reply{sense: fixedSense(0x71, key, asc, ascq)} }

func fixedSense(code, key, asc, ascq byte) []byte {
	return []byte{code, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0}
}

// errNoAnswer is the error of a command without a status.
var errNoAnswer = errors.New("no answer")

// Answers used in the tables.
var (
	good       = reply{}
	full       = checkCondition(2, 0x04, 0x08)
	working    = checkCondition(2, 0x04, 0x07)
	busy       = reply{status: scsi.Busy}
	refusal    = checkCondition(5, 0x24, 0)
	broken     = checkCondition(4, 0x44, 0)
	unanswered = reply{err: &scsi.TransportError{Sent: scsi.SentUnknown, Err: errNoAnswer}}
	tooLate    = reply{err: &scsi.TransportError{Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}}
	notSent    = reply{err: &scsi.TransportError{Sent: scsi.SentNo, Err: errNoAnswer}}
	errGone    = os.ErrNotExist
	gone       = reply{err: &scsi.TransportError{Sent: scsi.SentNo, Err: errGone}}
)

// nwa returns the reply to READ TRACK INFORMATION for track 1 with the given next writable
// address.
func nwa(at toc.LBA) reply {
	b := make([]byte, 36)
	b[1], b[2], b[3], b[5], b[6], b[7] = 34, 1, 1, 4, 0x41, 1
	binary.BigEndian.PutUint32(b[12:], uint32(at))
	binary.BigEndian.PutUint32(b[16:], 300000)
	return reply{data: b}
}

// scripted is a drive that answers some commands from a script and passes the others to a
// simulated drive. Its time advances only in Sleep.
type scripted struct {
	*sim.Drive
	now    time.Time
	script map[byte][]reply // by operation code; the last one is repeated
	sent   []string         // commands in the script that were sent, with the milliseconds since the start
	dead   bool             // the drive answers nothing
}

func (s *scripted) Now() time.Time { return s.now }

func (s *scripted) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.now = s.now.Add(d)
	return s.Drive.Sleep(ctx, d)
}

func (s *scripted) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	list, has := s.script[req.CDB[0]]
	if s.dead {
		return scsi.Result{}, unanswered.err
	}
	if !has {
		return s.Drive.Do(ctx, req)
	}
	s.sent = append(s.sent, fmt.Sprintf("%d %s", s.now.Sub(time.Unix(1000, 0)).Milliseconds(), s.name(req)))
	r := list[0]
	if len(list) > 1 {
		s.script[req.CDB[0]] = list[1:]
	}
	switch {
	case r.err != nil:
		return scsi.Result{}, r.err
	case r.sense != nil:
		return scsi.Result{Status: scsi.CheckCondition, Sense: r.sense}, nil
	case r.data != nil:
		return scsi.Result{N: copy(req.Data, r.data)}, nil
	}
	return scsi.Result{Status: r.status, N: len(req.Data)}, nil
}

// times returns how often a command of the script was sent.
func (s *scripted) times(name string) (n int) {
	for _, sent := range s.sent {
		if strings.HasSuffix(sent, " "+name) {
			n++
		}
	}
	return n
}

// name returns the entry of a command in sent.
func (s *scripted) name(req *scsi.Request) string {
	at := int32(binary.BigEndian.Uint32(req.CDB[2:]))
	switch req.CDB[0] {
	case command.OpWrite10:
		return fmt.Sprintf("write %d+%d", at, binary.BigEndian.Uint16(req.CDB[7:]))
	case command.OpReadTrackInformation:
		return fmt.Sprintf("track %d", at)
	}
	return req.Name
}

// onScript returns a job on a scripted drive with a blank CD-R, and with a row for track 1.
func onScript(t *testing.T, o *burn.Options, script map[byte][]reply) (*Job, *scripted) {
	t.Helper()
	return onScriptWith(t, sim.NewDisc(sim.CDR80), o, script)
}

// onScriptWith is onScript with another disc.
func onScriptWith(t *testing.T, disc *sim.Disc, o *burn.Options, script map[byte][]reply) (*Job, *scripted) {
	t.Helper()
	s := &scripted{Drive: sim.New(sim.Config{Disc: disc, Clock: "instant"}), now: time.Unix(900, 0)}
	d, err := mmc.Open(t.Context(), s)
	require.NoError(t, err)
	require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{}))
	s.now, s.script = time.Unix(1000, 0), script
	j := newJob(t.Context(), d, resolve(o), stub{})
	j.rep.Tracks = []burn.TrackReport{{}}
	return j, s
}

// silent returns track 1 after the given number of sectors was sent.
func silent(sent toc.Sectors) *Task {
	return &Task{Track: burn.Track{Source: pcm.Silence("silence.wav", 588)}, Number: 1, Sent: sent}
}
