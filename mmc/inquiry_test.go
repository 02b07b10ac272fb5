package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	assert.True(t, got.MMC())
	assert.Equal(t, "TSSTcorp BDDVDW SE-506CB TS01", got.String())
	mmctest.WantFailures(t, inquiryCDB, mmc.Inquiry{}.Do)
	mmctest.WantPrefixes[mmc.InquiryData](t, unhex(inquiryTSST), mmc.InquiryData{})
}

// A drive must not be able to send control sequences to a terminal.
func TestInquiryUnprintable(t *testing.T) {
	b := unhex(inquiryTSST)
	copy(b[8:], "\x1b[\x1fm~\x00\x7f")
	assert.Equal(t, "?[?m~ ?p", mmctest.Decode[mmc.InquiryData](t, b).Vendor)
}

func TestInquiryOtherDevices(t *testing.T) {
	disk := unhex(inquiryTSST)
	disk[0] = 0x00
	assert.False(t, mmctest.Decode[mmc.InquiryData](t, disk).MMC())
	absent := unhex(inquiryTSST)
	absent[0] = 0x25 // qualifier 1: the device could be there, but isn't
	assert.False(t, mmctest.Decode[mmc.InquiryData](t, absent).MMC())
}

func FuzzInquiry(f *testing.F) {
	mmctest.FuzzReply[mmc.InquiryData](f, mmc.InquiryData{}, unhex(inquiryTSST))
}
