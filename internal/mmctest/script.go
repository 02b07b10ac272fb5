package mmctest

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
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// ReadDiscInformation is READ DISC INFORMATION answered with sense data; nil is an appendable disc.
func ReadDiscInformation(sense []byte) scsitest.Exchange {
	if sense == nil {
		return In(DiscInformationCDB, DiscAppendable)
	}
	return Refused(In(DiscInformationCDB, ""), sense)
}

// More sense data and CDBs.
var (
	SenseDeferredWrite     = Hex("F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00") // G8
	SenseDeferredRecovered = Hex("71 00 01 00 00 00 00 0A 00 00 00 00 18 08 00 00")
	SenseDeferredBusy      = Hex("71 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00")
	SenseNothing           = Hex("70 00 00 00 00 00 00 0A 00 00 00 00 00 00 00 00")
	SenseNothingBusy       = Hex("70 00 00 00 00 00 00 0A 00 00 00 00 04 07 00 00")
	SenseWriteError        = Hex("70 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00")
	SenseNoReasonAtAll     = Hex("70 00 02 00 00 00 00 0A 00 00 00 00 00 00 00 00")
	StartCDB               = "1B 01 00 00 01 00"
	StartWaitCDB           = "1B 00 00 00 01 00"
)

// Open returns a Drive on a script that continues after the INQUIRY.
func Open(t *testing.T, script ...scsitest.Exchange) (*mmc.Drive, *scsitest.Playback) {
	t.Helper()
	p := Play(t, append([]scsitest.Exchange{In(InquiryCDB, InquiryTSST)}, script...)...)
	d, err := mmc.Open(t.Context(), p)
	require.NoError(t, err)
	return d, p
}

// The CDBs that Drive sends most often.
const (
	TestUnitReadyCDB = "00 00 00 00 00 00"
	ProfileCDB       = "46 02 00 00 00 00 00 00 08 00"
	Mode05CDB        = "5A 00 05 00 00 00 00 00 1E 00"
	Mode2AHead       = "5A 00 2A 00 00 00 00 00 1E 00"
	Mode2APlextor    = "5A 00 2A 00 00 00 00 00 48 00"
)

// NoFeatures is a drive from before GET CONFIGURATION.
func NoFeatures(code string) scsitest.Exchange {
	return Refused(In("46 02 "+code+" 00 00 00 00 08 00", ""), SenseInvalidOpcode)
}

// Join concatenates pieces of a script.
func Join(parts ...any) (script []scsitest.Exchange) {
	for _, part := range parts {
		switch part := part.(type) {
		case scsitest.Exchange:
			script = append(script, part)
		case []scsitest.Exchange:
			script = append(script, part...)
		}
	}
	return script
}

// G-numbers in these tests name captured replies and sense data of real drives, or
// replies constructed for a CMC 97:26/66 blank; docs/ lists their public sources.

// Hex turns "00 1A | FF" into bytes; "00*10" means ten times the byte.
func Hex(text string) []byte {
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
	SenseNoDisc        = Hex("70 00 02 00 00 00 00 0A 00 00 00 00 3A 01 00 00 00 00") // G37
	SenseTrayOpen      = Hex("70 00 02 00 00 00 00 0A 00 00 00 00 3A 02 00 00 00 00")
	SenseBecomingReady = Hex("70 00 02 00 00 00 00 0A 00 00 00 00 04 01 00 00 00 00") // G25
	SenseLongWrite     = Hex("70 00 02 00 00 00 00 10 00 00 00 0C 04 08 00 80 00 00") // G15
	SenseInvalidField  = Hex("70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 00")       // G10
	SenseInvalidOpcode = Hex("70 00 05 00 00 00 00 0A 00 00 00 00 20 00 00 00")
	SenseChanged       = Hex("70 00 06 00 00 00 00 0A 00 00 00 00 28 00 00 00 00 00")
	SenseReset         = Hex("70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00")
	SenseBusy          = Hex("70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 00 00 00")
)

// NotReady makes 2/04/xx.
func NotReady(ascq byte) []byte {
	b := slices.Clone(SenseBecomingReady)
	b[13] = ascq
	return b
}

// Encoder has the methods common to all commands.
type Encoder interface {
	CDB() ([16]byte, int)
}

// WantCDB compares a command with a CDB from an outside source.
func WantCDB(t *testing.T, c Encoder, text string) {
	t.Helper()
	cdb, n := c.CDB()
	assert.Equal(t, Hex(text), cdb[:n])
	assert.Equal(t, make([]byte, 16-n), cdb[n:], "the bytes after the CDB are zero")
}

// In is an exchange that fetches data.
func In(cdb, reply string) scsitest.Exchange {
	return scsitest.Exchange{CDB: Hex(cdb), Dir: scsi.DataIn, In: Hex(reply)}
}

// None is an exchange without data.
func None(cdb string) scsitest.Exchange { return scsitest.Exchange{CDB: Hex(cdb)} }

// Out is an exchange that sends data.
func Out(cdb, data string) scsitest.Exchange {
	return scsitest.Exchange{CDB: Hex(cdb), Dir: scsi.DataOut, Out: Hex(data)}
}

// Refused ends an exchange in CHECK CONDITION.
func Refused(ex scsitest.Exchange, sense []byte) scsitest.Exchange {
	ex.In, ex.Status, ex.Sense = nil, scsi.CheckCondition, sense
	return ex
}

// Play is a transport that expects exactly these exchanges.
func Play(t *testing.T, script ...scsitest.Exchange) *scsitest.Playback {
	t.Helper()
	p := scsitest.NewPlayback(script...)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// Recovered is 1/18/08: carried out, with an underrun relinked.
var Recovered = Hex("70 00 01 00 00 00 00 0A 00 00 00 00 18 08 00 00 00 00")

// WantFailures runs a command that fetches data, against a drive that refuses it and
// one that sends a single byte.
func WantFailures[R any](t *testing.T, cdb string, do func(context.Context, scsi.Transport) (R, error)) {
	t.Helper()
	tr := Play(t, Refused(In(cdb, ""), SenseInvalidField), In(cdb, "00"))
	_, err := do(t.Context(), tr)
	assert.ErrorIs(t, err, asc.InvalidFieldInCDB)
	_, err = do(t.Context(), tr)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// Decoded is a reply that decodes itself.
type Decoded[T any] interface {
	*T
	encoding.BinaryUnmarshaler
}

// Decode decodes bytes that must be valid.
func Decode[T any, P Decoded[T]](t *testing.T, b []byte) T {
	t.Helper()
	var v T
	require.NoError(t, P(&v).UnmarshalBinary(b))
	return v
}

// WantPrefixes cuts a golden reply at every length. Each piece must be an error that
// matches io.ErrUnexpectedEOF, or have every field equal to that of the whole reply. A
// field named in optional may be zero instead: old drives end before it.
func WantPrefixes[T any, P Decoded[T]](t *testing.T, golden []byte, start T, optional ...string) {
	t.Helper()
	whole := start
	require.NoError(t, P(&whole).UnmarshalBinary(golden))
	for n := range golden {
		part := start
		if err := P(&part).UnmarshalBinary(slices.Clip(golden[:n])); err != nil {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", n)
			continue
		}
		SameOrMarked(t, whole, part, n, optional)
	}
}

// SameOrMarked compares the fields of a truncated reply with those of the whole. Len
// and Length count the bytes received; a list may end early if Cut is set.
func SameOrMarked[T any](t *testing.T, whole, part T, n int, optional []string) {
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

// FuzzReply decodes any bytes as a reply. The decoder must not panic, change its input
// or keep a reference to it, and must be deterministic.
func FuzzReply[T any, P Decoded[T]](f *testing.F, start T, seeds ...[]byte) {
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
