package scsitest

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

// TestSenseBytes compares with bytes of real drives (golden numbers; printed only up to
// 16 bytes) and with SPC-4's tables.
func TestSenseBytes(t *testing.T) {
	tests := []struct {
		name       string
		sense      scsi.Sense
		fixed      string // as far as printed
		descriptor string
	}{
		{
			"G1", scsi.Sense{Key: 5, Code: 0x7204},
			"70 00 05 00 00 00 00 0A 00 00 00 00 72 04 00 00", "72 05 72 04 00 00 00 00",
		}, {
			"G2 vendor bytes", scsi.Sense{Key: 5, Code: 0x7203, CommandSpecific: 0x5B35300E},
			"70 00 05 00 00 00 00 0A 5B 35 30 0E 72 03 00 00",
			"72 05 72 03 00 00 00 0C 01 0A 00 00 00 00 00 00 5B 35 30 0E",
		}, {
			"G3", scsi.Sense{Key: 3, Code: 0x0C07, Information: 303, InformationValid: true},
			"F0 00 03 00 00 01 2F 0A 00 00 00 00 0C 07 00 00",
			"72 03 0C 07 00 00 00 0C 00 0A 80 00 00 00 00 00 00 00 01 2F",
		}, {
			"like G8", scsi.Sense{Key: 3, Code: 0x0C00, Deferred: true, Information: 17625, InformationValid: true, CommandSpecific: 0x2B0000},
			"F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00",
			"73 03 0C 00 00 00 00 18 00 0A 80 00 00 00 00 00 00 00 44 D9 01 0A 00 00 00 00 00 00 00 2B 00 00",
		}, {
			"G18", scsi.Sense{Key: 5, Code: 0x6400, ILI: true, InformationValid: true},
			"F0 00 25 00 00 00 00 0A 00 00 00 00 64 00 00 00",
			"72 05 64 00 00 00 00 10 00 0A 80 00 00 00 00 00 00 00 00 00 04 02 00 20",
		}, {
			"progress", scsi.Sense{Key: 2, Code: 0x0407, SKSV: true, SKS: [3]byte{0, 0x40, 0}},
			"70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 80 40 00", "72 02 04 07 00 00 00 08 02 06 00 00 80 40 00 00",
		}, {
			"all flags, FRU", scsi.Sense{Key: 8, Filemark: true, EOM: true, ILI: true, FRU: 0x5A},
			"70 00 E8 00 00 00 00 0A 00 00 00 00 00 00 5A 00 00 00",
			"72 08 00 00 00 00 00 08 03 02 00 5A 04 02 00 E0",
		},
	}
	for _, tt := range tests {
		fixed := FixedSense(tt.sense)
		require.Len(t, fixed, 18, tt.name)
		want := unhex(t, tt.fixed)
		assert.Equal(t, want, fixed[:len(want)], tt.name)
		assert.Equal(t, unhex(t, tt.descriptor), DescriptorSense(tt.sense), tt.name)
	}
}

// TestSenseFormatsAgree: the same sense in both formats has the same meaning.
func TestSenseFormatsAgree(t *testing.T) {
	for _, s := range []scsi.Sense{
		{},
		{Key: scsi.KeyNotReady, Code: asc.MediumNotPresentTrayOpen},
		{Key: scsi.KeyMediumError, Code: asc.WriteError, Deferred: true, Information: 0xFFFFFF6A, InformationValid: true},
		{Key: scsi.KeyIllegalRequest, Code: asc.InvalidFieldInCDB, SKSV: true, SKS: [3]byte{0xC8, 0, 5}},
		{Key: scsi.KeyBlankCheck, ILI: true, EOM: true, FRU: 3, CommandSpecific: 0x2A300280},
	} {
		fixed, err := scsi.ParseSense(FixedSense(s))
		require.NoError(t, err)
		descriptor, err := scsi.ParseSense(DescriptorSense(s))
		require.NoError(t, err)
		assert.Equal(t, s, fixed)
		assert.Equal(t, s, descriptor)
	}
}

// FuzzSenseFormats composes any sense in both formats and decodes it.
func FuzzSenseFormats(f *testing.F) {
	f.Add(byte(3), uint16(0x0C00), true, uint64(17625), true, uint64(0x2B0000), byte(0), byte(0), true, uint16(7))
	f.Add(byte(2), uint16(0x0408), false, uint64(0), false, uint64(0), byte(0x5A), byte(7), false, uint16(0))
	f.Fuzz(func(t *testing.T, key byte, code uint16, deferred bool, info uint64, infoValid bool,
		specific uint64, fru, flags byte, sksv bool, sks uint16,
	) {
		s := scsi.Sense{
			Key: scsi.SenseKey(key & 0x0F), Code: scsi.Code(code), Deferred: deferred,
			InformationValid: infoValid, CommandSpecific: specific, FRU: fru,
			Filemark: flags&1 != 0, EOM: flags&2 != 0, ILI: flags&4 != 0, SKSV: sksv,
		}
		if infoValid {
			s.Information = info
		}
		if sksv {
			s.SKS = [3]byte{0x80, byte(sks >> 8), byte(sks)}
		}
		long, err := scsi.ParseSense(DescriptorSense(s))
		if err != nil || long != s {
			t.Fatalf("descriptor format: %+v became %+v (%v)", s, long, err)
		}
		// Fixed format has 32 bits for each of the two numbers.
		s.Information, s.CommandSpecific = uint64(uint32(s.Information)), uint64(uint32(s.CommandSpecific))
		short, err := scsi.ParseSense(FixedSense(s))
		if err != nil || short != s {
			t.Fatalf("fixed format: %+v became %+v (%v)", s, short, err)
		}
	})
}
