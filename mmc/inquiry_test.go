package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
)

func TestInquiry(t *testing.T) {
	wantCDB(t, mmc.Inquiry{}, inquiryCDB)
	got, err := mmc.Inquiry{}.Do(t.Context(), play(t, in(inquiryCDB, inquiryTSST)))
	require.NoError(t, err)
	assert.Equal(t, mmc.InquiryData{
		DeviceType: 5,
		Vendor:     "TSSTcorp", Product: "BDDVDW SE-506CB", Revision: "TS01",
	}, got)
	assert.Equal(t, "TSSTcorp BDDVDW SE-506CB TS01", got.String())
	mmctest.WantFailures(t, inquiryCDB, mmc.Inquiry{}.Do)
	mmctest.WantPrefixes[mmc.InquiryReply](t, unhex(inquiryTSST), mmc.InquiryReply{})
}

// A drive must not be able to send control sequences to a terminal.
func TestInquiryUnprintable(t *testing.T) {
	b := unhex(inquiryTSST)
	copy(b[8:], "\x1b[\x1fm~\x00\x7f")
	assert.Equal(t, "?[?m~ ?p", inquiryOf(t, b).Vendor)
}

// INQUIRY data of five drives; a bridge may replace the name.
func TestGoldenInquiry(t *testing.T) {
	for want, reply := range map[string]string{
		"PLEXTOR DVDR PX-755A 1.08":   "05 80 00 32 5B 00 00 00 50 4C 45 58 54 4F 52 20 44 56 44 52 20 20 20 50 58 2D 37 35 35 41 20 20 31 2E 30 38 30 38 2F 31 38 2F 30 37 20 20 31 35 3A 31 30 20 20 20 20 20",
		"HL-DT-ST BD-RE BU40N 1.03":   "05 80 00 32 5B 00 00 00 48 4C 2D 44 54 2D 53 54 42 44 2D 52 45 20 42 55 34 30 4E 20 20 20 20 20 31 2E 30 33 4E 4D 30 30 30 30 30 4D 4F 32 4A 38 31 47 34 33 34 34 20 20",
		"PIONEER DVD-RW DVR-115 1.22": "05 80 00 32 5B 00 00 00 50 49 4F 4E 45 45 52 20 44 56 44 2D 52 57 20 20 44 56 52 2D 31 31 35 20 31 2E 32 32 20 30 38 2F 30 37 2F 32 35 20 20 50 49 4F 4E 45 45 52 20 20",
		"HL-DT-ST DVDRAM GUE0N T.02":  "05 80 00 32 5B 00 00 00 48 4C 2D 44 54 2D 53 54 44 56 44 52 41 4D 20 47 55 45 30 4E 20 20 20 20 54 2E 30 32 31 35 2F 30 35 2F 31 39 20 37 55 30 31 20 20 20",
		"MATSHITA CD-ROM CR-585 ZS15": "05 80 05 32 5B 00 00 00 4D 41 54 53 48 49 54 41 43 44 2D 52 4F 4D 20 43 52 2D 35 38 35 20 20 20 5A 53 31 35 20*12 39 37 30 34 30 37 31 37 00*40",
	} {
		b := unhex(reply)
		got := inquiryOf(t, b)
		assert.Equal(t, want, got.String())
		for n := range 36 {
			var d mmc.InquiryReply
			assert.ErrorIs(t, d.UnmarshalBinary(b[:n]), exchange.ErrShortReply)
		}
		b[4] = 0xFF // an impossible length is ignored
		assert.Equal(t, got, inquiryOf(t, b))
		copy(b[32:], "USBS")
		assert.Empty(t, inquiryOf(t, b).Revision)
	}
	// PLEXTOR CD-R PREMIUM2: without a revision.
	b := unhex(inquiryTSST)
	copy(b[32:], "    ")
	assert.Equal(t, "TSSTcorp BDDVDW SE-506CB", inquiryOf(t, b).String())
}

func inquiryOf(t *testing.T, b []byte) mmc.InquiryData {
	t.Helper()
	return mmctest.Decode[mmc.InquiryReply](t, b).InquiryData
}

func FuzzInquiry(f *testing.F) {
	mmctest.FuzzReply[mmc.InquiryReply](f, mmc.InquiryReply{}, unhex(inquiryTSST))
}
