package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// vpdSerial is page 80h in the form of SPC, with the serial number "KLA1234".
const vpdSerial = "05 80 00 07 4B 4C 41 31 32 33 34"

func TestVitalProductData(t *testing.T) {
	const cdb = "12 01 80 00 FE 00"
	wantCDB(t, mmc.VitalProductData{Page: 0x80}, cdb)
	got, err := mmc.VitalProductData{Page: 0x80}.Do(t.Context(), play(t, in(cdb, vpdSerial)))
	require.NoError(t, err)
	assert.Equal(t, byte(0x80), got.Page)
	assert.Equal(t, "KLA1234", got.Text())
	wantFailures(t, cdb, mmc.VitalProductData{Page: 0x80}.Do)
	wantPrefixes[mmc.VPDPage](t, unhex(vpdSerial), mmc.VPDPage{})
}

// A SCSI-2 drive ignores EVPD and sends standard data.
func TestVitalProductDataWrongPage(t *testing.T) {
	_, err := mmc.VitalProductData{Page: 0x83}.Do(t.Context(), play(t, in("12 01 83 00 FE 00", vpdSerial)))
	assert.ErrorContains(t, err, "page 80h came instead of 83h")
}

func FuzzVPD(f *testing.F) { fuzzReply[mmc.VPDPage](f, mmc.VPDPage{}, unhex(vpdSerial)) }
