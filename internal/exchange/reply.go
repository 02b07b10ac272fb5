package exchange

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
// may help (Ask); otherwise the answer is unknown.
var (
	// ErrBadReply matches the two others.
	ErrBadReply = errors.New("the reply cannot be used")
	// ErrShortReply matches the error for a reply that ends before its required fields.
	// io.ErrUnexpectedEOF matches too.
	ErrShortReply error = &replyError{"the reply is too short", []error{ErrBadReply, io.ErrUnexpectedEOF}}
	// ErrImplausible matches the error for a reply with a number that no CD and no
	// drive can have. The text names the field and the number.
	ErrImplausible error = &replyError{"the reply makes no sense", []error{ErrBadReply}}
)

// replyError is an unusable reply: its text, and the sentinels it matches.
type replyError struct {
	text  string
	kinds []error
}

func (e *replyError) Error() string { return e.text }

func (e *replyError) Unwrap() []error { return e.kinds }

// ShortReply is the error for a reply of got bytes where want are required.
func ShortReply(name string, got, want int) error {
	return &replyError{fmt.Sprintf("%s: the reply has %d bytes, %d are needed", name, got, want), []error{ErrShortReply}}
}

// Implausible is the error for a field that cannot have this value.
func Implausible(name, field string, value any) error {
	return &replyError{fmt.Sprintf("%s: impossible %s: %v", name, field, value), []error{ErrImplausible}}
}

// Unusable reports whether err is about a reply that arrived and cannot be used.
func Unusable(err error) bool { return errors.Is(err, ErrBadReply) }

// askTimes is how often Ask sends a command whose reply cannot be used.
const askTimes = 3

// question is a command with a reply, such as command.ReadDiscInformation.
type question[R any] interface {
	Do(ctx context.Context, t scsi.Transport) (R, error)
}

// Ask runs a command, and up to twice more if the reply is too short or implausible.
// USB bridges sometimes corrupt a reply and return it correctly the next time. Any
// other error is returned immediately.
func Ask[R any](ctx context.Context, t scsi.Transport, q question[R]) (R, error) {
	reply, err := q.Do(ctx, t)
	for n := 1; n < askTimes && Unusable(err); n++ {
		reply, err = q.Do(ctx, t)
	}
	return reply, err
}

// Trim shortens b to the total length in the reply. A length beyond b is ignored: those
// bytes did not arrive.
func Trim(b []byte, total int) []byte {
	return b[:min(max(total, 0), len(b))]
}

// Total16 returns the length of a whole reply: the two bytes at an offset, which count
// the bytes that follow, plus the bytes before. 0 means that the reply is too short to
// contain its length.
func Total16(b []byte, at, more int) int {
	if len(b) < at+2 {
		return 0
	}
	return more + int(binary.BigEndian.Uint16(b[at:]))
}

// StatusMark begins the status wrapper of USB mass storage.
var StatusMark = []byte("USBS")

// Body is the valid part of b: as much as the length field covers, at least need bytes.
// A USB-SATA bridge ended a reply four bytes short and left the mark of its status
// wrapper there (redumper issue 276), which decodes as track 21761 or as 372x.
func Body(name string, b []byte, total, need int) ([]byte, error) {
	b = Trim(b, total)
	if len(b) < need {
		return nil, ShortReply(name, len(b), need)
	}
	if bytes.HasSuffix(b, StatusMark) {
		return nil, Implausible(name, "end", `"USBS"`)
	}
	return b, nil
}

// Bound is a number in a reply and the range it must be in.
type Bound struct {
	Field     string
	Value     int
	Low, High int
}

// MaxSessions follows from the tracks: each session has at least one.
const MaxSessions = toc.MaxTracks

// Address is the bound of an LBA. The lead-in counts, since raw recording starts there.
func Address(field string, at toc.LBA) Bound {
	return Bound{field, int(at), int(toc.MinLBA), int(toc.MaxLBA)}
}

// Within checks the numbers of a reply.
func Within(name string, bounds ...Bound) error {
	for _, b := range bounds {
		if b.Value < b.Low || b.Value > b.High {
			return Implausible(name, b.Field, b.Value)
		}
	}
	return nil
}

// Length returns a field of sectors; ok is false for more than any CD has.
func Length(v uint32) (n toc.Sectors, ok bool) {
	if v > uint32(toc.MaxLBA)+1 {
		return 0, false
	}
	return toc.Sectors(v), true
}

// MSFAddress returns an address of three bytes. It must be on the disc: a lead-in
// address cannot be the start of a track.
func MSFAddress(name, field string, m toc.MSF) (toc.LBA, error) {
	if !m.Valid() || m.M >= 90 {
		return 0, Implausible(name, field, m)
	}
	return m.LBA(), nil
}
