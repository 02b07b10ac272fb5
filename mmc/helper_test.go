package mmc_test

import (
	"bytes"
	"context"
	"encoding"
	"encoding/hex"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// G-numbers in these tests name captured replies and sense data of real drives, or
// replies constructed for a CMC 97:26/66 blank; docs/ lists their public sources.

// unhex turns "00 1A | FF" into bytes; "00*10" means ten times the byte.
func unhex(text string) []byte {
	var b []byte
	for field := range strings.FieldsSeq(strings.ReplaceAll(text, "|", " ")) {
		digits, times, many := strings.Cut(field, "*")
		one, err := hex.DecodeString(digits)
		if err != nil {
			panic(err)
		}
		n := 1
		if many {
			n = 0
			for _, c := range times {
				n = n*10 + int(c-'0')
			}
		}
		b = append(b, bytes.Repeat(one, n)...)
	}
	return b
}

// The sense data that many tests need, as sent by real drives.
var (
	senseNoDisc        = unhex("70 00 02 00 00 00 00 0A 00 00 00 00 3A 01 00 00 00 00") // G37
	senseTrayOpen      = unhex("70 00 02 00 00 00 00 0A 00 00 00 00 3A 02 00 00 00 00")
	senseBecomingReady = unhex("70 00 02 00 00 00 00 0A 00 00 00 00 04 01 00 00 00 00") // G25
	senseLongWrite     = unhex("70 00 02 00 00 00 00 10 00 00 00 0C 04 08 00 80 00 00") // G15
	senseInvalidField  = unhex("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 00")       // G10
	senseInvalidOpcode = unhex("70 00 05 00 00 00 00 0A 00 00 00 00 20 00 00 00")
	senseChanged       = unhex("70 00 06 00 00 00 00 0A 00 00 00 00 28 00 00 00 00 00")
	senseReset         = unhex("70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00")
	senseBusy          = unhex("70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 00 00 00")
)

// notReady makes 2/04/xx.
func notReady(ascq byte) []byte {
	b := slices.Clone(senseBecomingReady)
	b[13] = ascq
	return b
}

// command has the methods common to all commands.
type command interface {
	CDB() ([16]byte, int)
}

// wantCDB compares a command with a CDB from an outside source.
func wantCDB(t *testing.T, c command, text string) {
	t.Helper()
	cdb, n := c.CDB()
	assert.Equal(t, unhex(text), cdb[:n])
	assert.Equal(t, make([]byte, 16-n), cdb[n:], "the bytes after the CDB are zero")
}

// in is an exchange that fetches data.
func in(cdb, reply string) scsitest.Exchange {
	return scsitest.Exchange{CDB: unhex(cdb), Dir: scsi.DataIn, In: unhex(reply)}
}

// none is an exchange without data.
func none(cdb string) scsitest.Exchange { return scsitest.Exchange{CDB: unhex(cdb)} }

// out is an exchange that sends data.
func out(cdb, data string) scsitest.Exchange {
	return scsitest.Exchange{CDB: unhex(cdb), Dir: scsi.DataOut, Out: unhex(data)}
}

// refused ends an exchange in CHECK CONDITION.
func refused(ex scsitest.Exchange, sense []byte) scsitest.Exchange {
	ex.In, ex.Status, ex.Sense = nil, scsi.CheckCondition, sense
	return ex
}

// play is a transport that expects exactly these exchanges.
func play(t *testing.T, script ...scsitest.Exchange) *scsitest.Playback {
	t.Helper()
	p := scsitest.NewPlayback(script...)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// recovered is 1/18/08: carried out, with an underrun relinked.
var recovered = unhex("70 00 01 00 00 00 00 0A 00 00 00 00 18 08 00 00 00 00")

// doer is a command without a reply.
type doer interface {
	command
	Do(ctx context.Context, t scsi.Transport) error
}

// wantDo runs a command without data: GOOD, a recovered error and a refusal.
func wantDo(t *testing.T, c doer, cdb string) {
	t.Helper()
	wantCDB(t, c, cdb)
	tr := play(t, none(cdb), refused(none(cdb), recovered), refused(none(cdb), senseInvalidOpcode))
	require.NoError(t, c.Do(t.Context(), tr))
	assert.NoError(t, c.Do(t.Context(), tr), "a recovered error is success")
	assert.ErrorIs(t, c.Do(t.Context(), tr), asc.InvalidOpcode)
}

// wantFailures runs a command that fetches data, against a drive that refuses it and
// one that sends a single byte.
func wantFailures[R any](t *testing.T, cdb string, do func(context.Context, scsi.Transport) (R, error)) {
	t.Helper()
	tr := play(t, refused(in(cdb, ""), senseInvalidField), in(cdb, "00"))
	_, err := do(t.Context(), tr)
	assert.ErrorIs(t, err, asc.InvalidFieldInCDB)
	_, err = do(t.Context(), tr)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// decoded is a reply that decodes itself.
type decoded[T any] interface {
	*T
	encoding.BinaryUnmarshaler
}

// decode decodes bytes that must be valid.
func decode[T any, P decoded[T]](t *testing.T, b []byte) T {
	t.Helper()
	var v T
	require.NoError(t, P(&v).UnmarshalBinary(b))
	return v
}

// wantPrefixes cuts a golden reply at every length. Each piece must be an error that
// matches io.ErrUnexpectedEOF, or have every field equal to that of the whole reply. A
// field named in optional may be zero instead: old drives end before it.
func wantPrefixes[T any, P decoded[T]](t *testing.T, golden []byte, start T, optional ...string) {
	t.Helper()
	whole := start
	require.NoError(t, P(&whole).UnmarshalBinary(golden))
	for n := range golden {
		part := start
		if err := P(&part).UnmarshalBinary(slices.Clip(golden[:n])); err != nil {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", n)
			continue
		}
		sameOrMarked(t, whole, part, n, optional)
	}
}

// sameOrMarked compares the fields of a truncated reply with those of the whole. Len
// and Length count the bytes received; a list may end early if Cut is set.
func sameOrMarked[T any](t *testing.T, whole, part T, n int, optional []string) {
	t.Helper()
	got, want := reflect.ValueOf(part), reflect.ValueOf(whole)
	if got.Kind() != reflect.Struct {
		require.Equal(t, whole, part, "%d bytes", n)
		return
	}
	mark := got.FieldByName("Cut")
	cut := mark.IsValid() && mark.Bool()
	for i := range got.NumField() {
		name := got.Type().Field(i).Name
		switch {
		case name == "Len", name == "Length", name == "Cut":
		case got.Field(i).IsZero() && slices.Contains(optional, name):
		case cut && beginsWith(want.Field(i), got.Field(i)):
		default:
			require.True(t, reflect.DeepEqual(field(got, i), field(want, i)), "%d bytes: %s is %v", n, name, got.Field(i))
		}
	}
}

// beginsWith reports whether got is the beginning of a list, as allowed in a reply
// marked as cut.
func beginsWith(want, got reflect.Value) bool {
	if got.Kind() != reflect.Slice || got.Len() > want.Len() {
		return false
	}
	for i := range got.Len() {
		if !reflect.DeepEqual(got.Index(i).Interface(), want.Index(i).Interface()) {
			return false
		}
	}
	return true
}

// field converts a field, exported or not, into a comparable value.
func field(v reflect.Value, i int) any {
	f := v.Field(i)
	if !f.CanInterface() {
		return f.String() + "|" + f.Kind().String()
	}
	return f.Interface()
}

// fuzzReply decodes any bytes as a reply. The decoder must not panic, change its input
// or keep a reference to it, and must be deterministic.
func fuzzReply[T any, P decoded[T]](f *testing.F, start T, seeds ...[]byte) {
	f.Helper()
	for _, seed := range seeds {
		f.Add(seed)
		f.Add(seed[:len(seed)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		given := bytes.Clone(b) // the fuzzer's own bytes must stay as they are
		one, two := start, start
		err := P(&one).UnmarshalBinary(given)
		require.Equal(t, b, given)
		clear(given)
		require.Equal(t, err == nil, P(&two).UnmarshalBinary(b) == nil)
		if err == nil {
			require.Equal(t, two, one)
		}
	})
}
