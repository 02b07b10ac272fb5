package scsi

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parsed parses sense data that must be valid.
func parsed(t *testing.T, text string) Sense {
	t.Helper()
	s, err := ParseSense(unhex(t, text))
	require.NoError(t, err, text)
	return s
}

// Fixed format: a field counts if it arrived completely and the additional length
// covers it; up to the codes a length of 0 is ignored.
func TestFixedSenseEdges(t *testing.T) {
	const whole = "F0 00 05 01 02 03 04 0A 05 06 07 08 09 0A 0B CC 0D 0E"
	all := Sense{
		Key: 5, Code: 0x090A, Information: 0x01020304, InformationValid: true, CommandSpecific: 0x05060708,
		FRU: 0x0B, SKSV: true, SKS: [3]byte{0xCC, 0x0D, 0x0E},
	}
	assert.Equal(t, all, parsed(t, whole))
	b := unhex(t, whole)
	for n := range b {
		got, err := ParseSense(b[:n:n])
		if n < 3 {
			assert.Error(t, err)
			continue
		}
		require.NoError(t, err)
		want := Sense{Key: 5}
		if n >= 7 {
			want.Information, want.InformationValid = all.Information, true
		}
		if n >= 12 {
			want.CommandSpecific = all.CommandSpecific
		}
		switch {
		case n >= 14:
			want.Code = 0x090A
		case n >= 13:
			want.Code = 0x0900
		}
		if n >= 15 {
			want.FRU = 0x0B
		}
		assert.Equal(t, want, got, "%d bytes", n)
	}
	for length := range byte(12) {
		c := bytes.Clone(b)
		c[7] = length
		got, err := ParseSense(c)
		require.NoError(t, err)
		want := all
		if length < 7 {
			want.FRU = 0
		}
		if length < 10 {
			want.SKSV, want.SKS = false, [3]byte{}
		}
		assert.Equal(t, want, got, "additional length %d", length)
	}
	for text, want := range map[string]Sense{
		"70 00 80": {Filemark: true}, "70 00 40": {EOM: true}, "70 00 20": {ILI: true}, "70 00 1F": {Key: 15},
	} {
		assert.Equal(t, want, parsed(t, text))
	}
	assert.False(t, parsed(t, "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 7F 00 01").SKSV)
}

// Descriptor format: a descriptor counts if it is long enough for its type and arrived
// completely, and each flag sets one field.
func TestDescriptorSenseEdges(t *testing.T) {
	const head = "72 03 11 05 00 00 00 "
	none := Sense{Key: 3, Code: 0x1105}
	with := func(set func(*Sense)) Sense {
		s := none
		set(&s)
		return s
	}
	for text, want := range map[string]Sense{
		"0C 00 0A 80 00 01 02 03 04 05 06 07 08": with(func(s *Sense) { s.Information, s.InformationValid = 0x0102030405060708, true }),
		"0C 00 0A 7F 00 01 02 03 04 05 06 07 08": none,
		"0B 00 09 80 00 01 02 03 04 05 06 07":    none,
		"0C 01 0A 00 00 01 02 03 04 05 06 07 08": with(func(s *Sense) { s.CommandSpecific = 0x0102030405060708 }),
		"0B 01 09 00 00 01 02 03 04 05 06 07":    none,
		"08 02 06 00 00 80 01 02 00":             with(func(s *Sense) { s.SKSV, s.SKS = true, [3]byte{0x80, 1, 2} }),
		"07 02 05 00 00 80 01 02":                with(func(s *Sense) { s.SKSV, s.SKS = true, [3]byte{0x80, 1, 2} }),
		"06 02 04 00 00 80 01":                   none,
		"08 02 06 00 00 7F 01 02 00":             none,
		"04 03 02 00 5A":                         with(func(s *Sense) { s.FRU = 0x5A }),
		"03 03 01 00":                            none,
		"04 04 02 00 80":                         with(func(s *Sense) { s.Filemark = true }),
		"04 04 02 00 40":                         with(func(s *Sense) { s.EOM = true }),
		"04 04 02 00 20":                         with(func(s *Sense) { s.ILI = true }),
		"04 04 02 00 1F":                         none,
		"03 04 01 00":                            none,
		"04 05 02 00 20":                         with(func(s *Sense) { s.ILI = true }),
		"04 05 02 00 DF":                         none,
		"03 05 01 00":                            none,
		"04 06 02 00 FF":                         none, // another type
		"0C 09 0A 80 00 01 02 03 04 05 06 07 08": none,
		"06 80 00 03 02 00 5A":                   with(func(s *Sense) { s.FRU = 0x5A }), // after one without content
		"05 03 02 00 5A 03":                      with(func(s *Sense) { s.FRU = 0x5A }), // before the start of one
		"05 03 03 00 5A 03 02 00":                with(func(s *Sense) { s.FRU = 0x5A }), // longer than its type needs
		"03 03 02 00 5A":                         none,                                  // cut off by the additional length
		"FF 03 02 00 5A":                         with(func(s *Sense) { s.FRU = 0x5A }), // which may exceed the data
	} {
		assert.Equal(t, want, parsed(t, head+text), text)
	}
	// Less than a header still has key and codes.
	for _, text := range []string{"72 03 11 05", "72 03 11 05 00", "72 03 11 05 00 00 00", "72 F3 11 05 00 00 00 00"} {
		assert.Equal(t, none, parsed(t, text))
	}
	assert.True(t, parsed(t, "73 03 11 05").Deferred)
	assert.True(t, parsed(t, "F3 03 11 05").Deferred, "the top bit has no meaning here")
	_, err := ParseSense(unhex(t, "72 03 11"))
	assert.Error(t, err)
}

// Vendor-specific codes begin at 80h.
func TestSenseTextEdges(t *testing.T) {
	for code, want := range map[Code]string{
		0x7F7F: "code 7F/7F", 0x7F80: "vendor code 7F/80", 0x807F: "vendor code 80/7F", 0x8000: "vendor code 80/00",
		0x407F: "code 40/7F", 0x4080: "component failure", 0x4081: "component failure (part 81h)", 0x40FF: "component failure (part FFh)",
		0x4180: "vendor code 41/80",
	} {
		assert.EqualError(t, code, want)
	}
	assert.Nil(t, NewSenseError(&Request{}, nil).Raw)
	assert.Nil(t, NewSenseError(&Request{}, []byte{}).Raw)
	assert.Equal(t, []byte{0x70}, NewSenseError(&Request{}, []byte{0x70}).Raw)
}
