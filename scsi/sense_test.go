package scsi

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err, text)
	return b
}

// goldenSense are bytes that real drives sent, as printed by other programs. Most
// programs print only 16 of 18 bytes.
var goldenSense = []struct {
	name  string // golden number: drive, command
	bytes string
	want  Sense
}{
	{
		"G1 CLOSE SESSION after a failed burn", "70 00 05 00 00 00 00 0A 00 00 00 00 72 04 00 00",
		Sense{Key: 5, Code: 0x7204},
	}, {
		"G2 CLOSE SESSION with an incomplete track", "70 00 05 00 00 00 00 0A 00 00 00 00 72 03 00 00",
		Sense{Key: 5, Code: 0x7203},
	}, {
		"G2 vendor bytes", "70 00 05 00 00 00 00 0A 5B 02 00 80 72 03 00 00",
		Sense{Key: 5, Code: 0x7203, CommandSpecific: 0x5B020080},
	}, {
		"G2 other vendor bytes", "70 00 05 00 00 00 00 0A 5B 35 30 0E 72 03 00 00",
		Sense{Key: 5, Code: 0x7203, CommandSpecific: 0x5B35300E},
	}, {
		"G2 Pioneer, additional length 0Eh", "70 00 05 00 00 00 00 0E 00 00 00 00 72 03 00 00",
		Sense{Key: 5, Code: 0x7203},
	}, {
		"G2 bridge, descriptor format", "72 0B 00 00 00 00 00 0E 09 0C 00 00 00 02 00 00",
		Sense{Key: 0xB},
	}, {
		"G3 SYNCHRONIZE CACHE after a write error", "F0 00 03 00 00 01 2F 0A 00 00 00 00 0C 07 00 00",
		Sense{Key: 3, Code: 0x0C07, Information: 303, InformationValid: true},
	}, {
		"G4 ATAPI 16X10, vendor qualifier", "70 00 03 00 00 00 00 0A 00 00 00 00 02 FF 00 00",
		Sense{Key: 3, Code: 0x02FF},
	}, {
		"G5 AOPEN CRW4852, servo lost 798 blocks behind", "F0 00 04 00 03 67 19 0C 00 00 00 00 09 02 00 00",
		Sense{Key: 4, Code: 0x0902, Information: 223001, InformationValid: true},
	}, {
		"G8 MATSHITA UJ-840D, deferred", "F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00",
		Sense{Key: 3, Code: 0x0C00, Deferred: true, Information: 17625, InformationValid: true, CommandSpecific: 0x2B0000},
	}, {
		"G10 OPTORITE CW5205, field pointer flags", "70 00 05 00 00 00 00 12 00 00 00 00 24 00 00 C0 00 00",
		Sense{Key: 5, Code: 0x2400, SKSV: true, SKS: [3]byte{0xC0, 0, 0}},
	}, {
		"G11 NEC CB1100B, SEND OPC INFORMATION", "F0 00 03 00 00 00 00 0A 00 00 00 00 73 03 00 00",
		Sense{Key: 3, Code: 0x7303, InformationValid: true},
	}, {
		"G12 SAMSUNG SW-208B, past the end", "70 00 05 00 00 00 00 0A 00 00 00 00 63 00 00 00",
		Sense{Key: 5, Code: 0x6300},
	}, {
		"G14 underrun, opcode echoed", "70 00 05 00 00 00 00 10 2A 30 02 80 21 02 00 00",
		Sense{Key: 5, Code: 0x2102, CommandSpecific: 0x2A300280},
	}, {
		"G15 buffer full, progress 0", "70 00 02 00 00 00 00 10 00 00 00 0C 04 08 00 80 00 00",
		Sense{Key: 2, Code: 0x0408, CommandSpecific: 0x0C, SKSV: true, SKS: [3]byte{0x80, 0, 0}},
	}, {
		"G15 as printed, without the last two bytes", "70 00 02 00 00 00 00 10 00 00 00 0C 04 08 00 80",
		Sense{Key: 2, Code: 0x0408, CommandSpecific: 0x0C},
	}, {
		"G16 HL-DT-ST GH22NS50, descriptor format", "72 0B 00 00 00 00 00 0E 09 0C 00 00 00 03 00 00",
		Sense{Key: 0xB},
	}, {
		"G17b underrun with VALID", "F0 00 03 00 00 27 18 0A 00 00 00 00 0C 09 00 00",
		Sense{Key: 3, Code: 0x0C09, Information: 10008, InformationValid: true},
	}, {
		"G18 READ(10) of audio, ILI", "F0 00 25 00 00 00 00 0A 00 00 00 00 64 00 00 00",
		Sense{Key: 5, Code: 0x6400, ILI: true, InformationValid: true},
	}, {
		"G25 SAMSUNG SW-240B, firmware reset", "70 00 02 00 00 00 00 0C 00 00 00 00 3A 00 00 00",
		Sense{Key: 2, Code: 0x3A00},
	}, {
		"G37 no disc, 18 bytes", "70 00 02 00 00 00 00 0A 00 00 00 00 3A 01 00 00 00 00",
		Sense{Key: 2, Code: 0x3A01},
	}, {
		"G37 READ CD refused, field pointer cut off", "70 00 05 00 00 00 00 0A BE F8 00 08 24 00 00 C0",
		Sense{Key: 5, Code: 0x2400, CommandSpecific: 0xBEF80008},
	}, {
		"G38 BLANK, failing address in the lead-in", "70 00 03 00 97 06 70 0E 00 00 00 00 73 03 00 00",
		Sense{Key: 3, Code: 0x7303}, // without VALID the bytes have no meaning
	},
}

// madeSense are bytes composed by SPC-4's tables for forms that no log contains.
var madeSense = []struct {
	name  string
	bytes string
	want  Sense
}{
	{
		"deferred, descriptor format", "73 03 0C 00 00 00 00 00",
		Sense{Key: 3, Code: 0x0C00, Deferred: true},
	}, {
		"progress, fixed format", "70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 80 40 00",
		Sense{Key: 2, Code: 0x0407, SKSV: true, SKS: [3]byte{0x80, 0x40, 0}},
	}, {
		"progress, descriptor format", "72 00 04 07 00 00 00 08 02 06 00 00 80 C0 00 00",
		Sense{Key: 0, Code: 0x0407, SKSV: true, SKS: [3]byte{0x80, 0xC0, 0}},
	}, {
		"SKS without SKSV, fixed format", "70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 00 40 00",
		Sense{Key: 2, Code: 0x0407},
	}, {
		"SKS without SKSV, descriptor format", "72 02 04 07 00 00 00 08 02 06 00 00 00 C0 00 00",
		Sense{Key: 2, Code: 0x0407},
	}, {
		"every descriptor", "72 03 11 05 00 00 00 2C" +
			" 00 0A 80 00 00 00 00 01 00 00 00 02" + " 01 0A 00 00 00 00 00 00 00 00 12 34" +
			" 02 06 00 00 80 00 07 00" + " 03 02 00 5A" + " 80 02 AA BB" + " 05 02 00 20",
		Sense{
			Key: 3, Code: 0x1105, Information: 1<<32 + 2, InformationValid: true, CommandSpecific: 0x1234,
			SKSV: true, SKS: [3]byte{0x80, 0, 7}, FRU: 0x5A, ILI: true,
		},
	}, {
		"stream commands descriptor", "72 03 11 05 00 00 00 04 04 02 00 C0",
		Sense{Key: 3, Code: 0x1105, Filemark: true, EOM: true},
	}, {
		"information descriptor without VALID", "72 03 11 05 00 00 00 0C 00 0A 00 00 00 00 00 01 00 00 00 02",
		Sense{Key: 3, Code: 0x1105},
	}, {
		"descriptor longer than the rest", "72 03 11 05 00 00 00 08 00 FF 80 00 00 00 00 01",
		Sense{Key: 3, Code: 0x1105},
	}, {
		"descriptors beyond the additional length", "72 03 11 05 00 00 00 00 03 02 00 5A",
		Sense{Key: 3, Code: 0x1105},
	}, {
		"descriptor too short for its type", "72 03 11 05 00 00 00 04 00 02 80 00",
		Sense{Key: 3, Code: 0x1105},
	}, {
		"fixed: additional length ends before the SKS", "70 00 02 00 00 00 00 07 00 00 00 00 04 07 5A 80 40 00",
		Sense{Key: 2, Code: 0x0407, FRU: 0x5A},
	}, {
		"fixed: additional length 0, codes sent anyway", "70 00 05 00 00 00 00 00 00 00 00 00 24 00 5A C0 00 01",
		Sense{Key: 5, Code: 0x2400},
	}, {
		"fixed: filemark, EOM, ILI", "70 00 E8 00 00 00 00 0A 00 00 00 00 00 00 00 00 00 00",
		Sense{Key: 8, Filemark: true, EOM: true, ILI: true},
	}, {
		"fixed: only the key", "70 00 06",
		Sense{Key: 6},
	}, {
		"fixed: no qualifier", "70 00 02 00 00 00 00 05 00 00 00 00 3A",
		Sense{Key: 2, Code: 0x3A00},
	}, {
		"descriptor: only the header's start", "72 06 28 00",
		Sense{Key: 6, Code: 0x2800},
	},
}

func TestParseSense(t *testing.T) {
	for _, tt := range append(goldenSense, madeSense...) {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseSense(unhex(t, tt.bytes))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestParseSensePrefix cuts every golden sense short: the rest must not contradict the
// whole.
func TestParseSensePrefix(t *testing.T) {
	for _, tt := range append(goldenSense, madeSense...) {
		whole := unhex(t, tt.bytes)
		for n := range whole {
			got, err := ParseSense(whole[:n:n])
			least := 3 // fixed format: the key
			if whole[0]&0x7F >= 0x72 {
				least = 4 // descriptor format: key, ASC and ASCQ
			}
			if n < least {
				assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s: %d bytes", tt.name, n)
				assert.Equal(t, Sense{}, got)
				continue
			}
			require.NoError(t, err, "%s: %d bytes", tt.name, n)
			assert.Equal(t, tt.want.Key, got.Key, "%s: %d bytes", tt.name, n)
			assert.Equal(t, tt.want.Deferred, got.Deferred, "%s: %d bytes", tt.name, n)
			if got.InformationValid {
				assert.Equal(t, tt.want.Information, got.Information, "%s: %d bytes", tt.name, n)
			}
			if got.SKSV {
				assert.Equal(t, tt.want.SKS, got.SKS, "%s: %d bytes", tt.name, n)
			}
			if n >= 14 || whole[0]&0x7F >= 0x72 {
				assert.Equal(t, tt.want.Code, got.Code, "%s: %d bytes", tt.name, n)
			}
		}
	}
}

func TestParseSenseErrors(t *testing.T) {
	tests := []struct {
		name, bytes string
		want        error
		text        string
	}{
		{"nothing", "", io.ErrUnexpectedEOF, "sense data: 0 bytes: unexpected EOF"},
		{"two bytes", "70 00", io.ErrUnexpectedEOF, "sense data: 2 bytes: unexpected EOF"},
		{"descriptor header cut", "72 05 24", io.ErrUnexpectedEOF, "descriptor sense data: 3 bytes: unexpected EOF"},
		{"all zeros", strings.Repeat("00 ", 18), errSenseFormat, "sense data: response code 00h: unknown sense data format"},
		{"vendor format", "7F 00 05 00", errSenseFormat, "sense data: response code 7Fh: unknown sense data format"},
		{"SCSI-1, VALID set", "F4 00 05 00", errSenseFormat, "sense data: response code 74h: unknown sense data format"},
	}
	for _, tt := range tests {
		got, err := ParseSense(unhex(t, tt.bytes))
		assert.ErrorIs(t, err, tt.want, tt.name)
		assert.EqualError(t, err, tt.text, tt.name)
		assert.Equal(t, Sense{}, got, tt.name)
	}
}

func TestSenseErrorText(t *testing.T) {
	tests := []struct{ op, bytes, want string }{
		{"CLOSE TRACK/SESSION", goldenSense[1].bytes, "CLOSE TRACK/SESSION: illegal request, fixation error, incomplete track in session (5/72/03)"},
		{"WRITE(10)", "F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00", "WRITE(10): deferred: medium error, write error (3/0C/00)"},
		{"WRITE(10)", "70 00 03 00 00 00 00 0A 00 00 00 00 02 FF", "WRITE(10): medium error, vendor code 02/FF (3/02/FF)"},
		{"", "72 0B 00 00", "SCSI command: aborted command, no additional sense (B/00/00)"},
		{"READ CD", "70 00 00 00 00 00 00 0A 00 00 00 00 00 00", "READ CD: no sense, no additional sense (0/00/00)"},
		{"READ CD", "", "READ CD: CHECK CONDITION without usable sense data: sense data: 0 bytes: unexpected EOF ()"},
		{"READ CD", "05 24 00", "READ CD: CHECK CONDITION without usable sense data: sense data: response code 05h: unknown sense data format (05 24 00)"},
	}
	for _, tt := range tests {
		assert.EqualError(t, NewSenseError(&Request{Name: tt.op}, unhex(t, tt.bytes)), tt.want)
	}
}

func TestSenseErrorIs(t *testing.T) {
	of := func(bytes string) error {
		return fmt.Errorf("track 3: %w", NewSenseError(&Request{Name: "X"}, unhex(t, bytes)))
	}
	noDisc := of("70 00 02 00 00 00 00 0A 00 00 00 00 3A 01 00 00 00 00")
	undecodable := of("00 00 00 00")
	empty := of("")
	handmade := fmt.Errorf("x: %w", &SenseError{Op: "X", Sense: Sense{Key: KeyNotReady, Code: Code(0x0401)}})
	tests := []struct {
		name   string
		err    error
		target error
		want   bool
	}{
		{"key", noDisc, KeyNotReady, true},
		{"code", noDisc, Code(0x3A01), true},
		{"ASC", noDisc, ASC(0x3A), true},
		{"other key", noDisc, KeyIllegalRequest, false},
		{"same ASC, other code", noDisc, Code(0x3A00), false},
		{"other ASC", noDisc, ASC(0x04), false},
		{"another kind of error", noDisc, io.EOF, false},
		{"zero key", of("70 00 00 00 00 00 00 0A 00 00 00 00 00 00"), KeyNoSense, true},
		{"undecodable data are not NO SENSE", undecodable, KeyNoSense, false},
		{"undecodable has no code", undecodable, Code(0x0000), false},
		{"undecodable has no ASC", undecodable, ASC(0), false},
		{"undecodable", undecodable, errSenseFormat, true},
		{"without sense data", empty, io.ErrUnexpectedEOF, true},
		{"missing sense data are not NO SENSE", empty, KeyNoSense, false},
		{"made by hand", handmade, Code(0x0401), true},
		{"joined", errors.Join(io.EOF, noDisc), ASC(0x3A), true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, errors.Is(tt.err, tt.target), tt.name)
	}
}

func TestNewSenseErrorCopies(t *testing.T) {
	raw := unhex(t, "70 00 05 00 00 00 00 0A 00 00 00 00 24 00")
	e := NewSenseError(&Request{Name: "X"}, raw)
	raw[2] = 0
	assert.Equal(t, byte(5), e.Raw[2])
	assert.Nil(t, NewSenseError(&Request{}, nil).Raw)
	assert.Equal(t, "5/24/00", e.Triple())
}

func FuzzParseSense(f *testing.F) {
	for _, tt := range append(goldenSense, madeSense...) {
		whole := unhex(f, tt.bytes)
		f.Add(whole)
		f.Add(whole[:len(whole)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := string(b)
		for n := range len(b) + 1 {
			s, err := ParseSense(b[:n:n])
			if err != nil {
				if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, errSenseFormat) {
					t.Fatalf("% X: %v", b[:n], err)
				}
				if s != (Sense{}) {
					t.Fatalf("% X: both %+v and %v", b[:n], s, err)
				}
			}
			e := NewSenseError(&Request{Name: "X"}, b[:n])
			if e.Error() == "" || errors.Is(e, s.Key) != (err == nil) {
				t.Fatalf("% X: %v", b[:n], e)
			}
		}
		if string(b) != before {
			t.Fatal("the input was changed")
		}
	})
}
