package mmc

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Errors for a reply that arrived with status GOOD and cannot be used. Another request
// may help (ask); otherwise the answer is unknown.
var (
	// ErrShortReply matches the error for a reply that ends before its required fields.
	// io.ErrUnexpectedEOF matches too.
	ErrShortReply error = &replyError{"the reply is too short", io.ErrUnexpectedEOF}
	// ErrImplausible matches the error for a reply with a number that no CD and no
	// drive can have. The text names the field and the number.
	ErrImplausible = errors.New("the reply makes no sense")
)

// replyError is an unusable reply: its text, and the sentinel it matches.
type replyError struct {
	text string
	kind error
}

func (e *replyError) Error() string { return e.text }
func (e *replyError) Unwrap() error { return e.kind }

// shortReply is the error for a reply of got bytes where want are required.
func shortReply(name string, got, want int) error {
	return &replyError{fmt.Sprintf("%s: the reply has %d bytes, %d are needed", name, got, want), ErrShortReply}
}

// implausible is the error for a field that cannot have this value.
func implausible(name, field string, value any) error {
	return &replyError{fmt.Sprintf("%s: impossible %s: %v", name, field, value), ErrImplausible}
}

// unusable reports whether err is about a reply that arrived and cannot be used.
func unusable(err error) bool {
	return errors.Is(err, ErrShortReply) || errors.Is(err, ErrImplausible)
}

// askTimes is how often ask sends a command whose reply cannot be used.
const askTimes = 3

// question is a command with a reply, such as ReadDiscInformation.
type question[R any] interface {
	Do(ctx context.Context, t scsi.Transport) (R, error)
}

// ask runs a command, and up to twice more if the reply is too short or implausible.
// USB bridges sometimes corrupt a reply and return it correctly the next time. Any
// other error is returned immediately.
func ask[R any](ctx context.Context, t scsi.Transport, q question[R]) (R, error) {
	reply, err := q.Do(ctx, t)
	for n := 1; n < askTimes && unusable(err); n++ {
		reply, err = q.Do(ctx, t)
	}
	return reply, err
}

// trim shortens b to the total length in the reply. A length beyond b is ignored: those
// bytes did not arrive.
func trim(b []byte, total int) []byte {
	return b[:min(max(total, 0), len(b))]
}

// total16 returns the length of a whole reply: the two bytes at an offset, which count
// the bytes that follow, plus the bytes before. 0 means that the reply is too short to
// contain its length.
func total16(b []byte, at, more int) int {
	if len(b) < at+2 {
		return 0
	}
	return more + int(binary.BigEndian.Uint16(b[at:]))
}

// statusMark begins the status wrapper of USB mass storage.
var statusMark = []byte("USBS")

// body is the valid part of b: as much as the length field covers, at least need bytes.
// A USB-SATA bridge ended a reply four bytes short and left the mark of its status
// wrapper there (redumper issue 276), which decodes as track 21761 or as 372x.
func body(name string, b []byte, total, need int) ([]byte, error) {
	b = trim(b, total)
	if len(b) < need {
		return nil, shortReply(name, len(b), need)
	}
	if bytes.HasSuffix(b, statusMark) {
		return nil, implausible(name, "end", `"USBS"`)
	}
	return b, nil
}

// bound is a number in a reply and the range it must be in.
type bound struct {
	field     string
	value     int
	low, high int
}

// maxSessions follows from the tracks: each session has at least one.
const maxSessions = toc.MaxTracks

// address is the bound of an LBA. The lead-in counts, since raw recording starts there.
func address(field string, at toc.LBA) bound {
	return bound{field, int(at), int(toc.MinLBA), int(toc.MaxLBA)}
}

// within checks the numbers of a reply.
func within(name string, bounds ...bound) error {
	for _, b := range bounds {
		if b.value < b.low || b.value > b.high {
			return implausible(name, b.field, b.value)
		}
	}
	return nil
}

// length returns a field of sectors; ok is false for more than any CD has.
func length(v uint32) (n toc.Sectors, ok bool) {
	if v > uint32(toc.MaxLBA)+1 {
		return 0, false
	}
	return toc.Sectors(v), true
}

// msfAddress returns an address of three bytes. It must be on the disc: a lead-in
// address cannot be the start of a track.
func msfAddress(name, field string, m toc.MSF) (toc.LBA, error) {
	if !m.Valid() || m.M >= 90 {
		return 0, implausible(name, field, m)
	}
	return m.LBA(), nil
}
