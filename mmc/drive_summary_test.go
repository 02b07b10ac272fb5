package mmc_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/scsitest"
	"github.com/redbook-audio/redbook/toc"
)

// summaryHead is what Summary asks before it looks at the disc: track-at-once, the
// speeds, the current speed, and whether it is ready.
func summaryHead(ready ...[]byte) []scsitest.Exchange {
	return join(feature("00 2D", "00 2D 09 04 46 00 3F 01"),
		feature("01 07", "01 07 11 04 02 00 00 00"), in(performanceCDB, performanceLG), page2A(), turs(ready...))
}

func mediaIs(profile string) scsitest.Exchange { return in(profileCDB, "00 00 00 04 00 00 "+profile) }

func rti(number, reply string) scsitest.Exchange {
	return in("52 01 00 00 00 "+number+" 00 00 24 00", reply)
}

func TestSummaryBlank(t *testing.T) {
	d, _ := open(t, join(summaryHead(senseChanged, nil), mediaIs("00 09"), in(discInformationCDB, discBlank),
		in(atipCDB, atipCMC), rti("FF", trackBlank))...)
	s, err := d.Summary(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s.Errors)
	assert.True(t, s.Blank())
	assert.False(t, s.Appendable())
	assert.True(t, s.TAO.Supported)
	assert.Equal(t, mmc.MediaCDR, s.Media)
	assert.Equal(t, "reported as CMC Magnetics", s.Manufacturer)
	assert.Equal(t, toc.MSF{M: 79, S: 59, F: 71}, s.ATIP.LastLeadOut)
	assert.Nil(t, s.TOC)
	assert.Empty(t, s.Tracks)
	assert.True(t, s.NWAValid)
	assert.Equal(t, toc.LBA(0), s.NWA)
	assert.Equal(t, toc.Sectors(359844), s.Free)
	assert.Equal(t, []int{4234, 2822, 1764}, speedsOf(s.Speeds))
	assert.Equal(t, 8467, s.CurrentSpeed.KBps)
}

// One track in a session that is still open: no table of contents is asked for. The
// drive shows the invisible track by number too, or refuses to.
func TestSummaryOpenSession(t *testing.T) {
	const open1 = "00 20 05 01 01 01 02 00 FF 00 00 00 00 00 00 00 00 61 1A 42 00 4F 3B 47 00*10"
	for _, second := range []scsitest.Exchange{rti("02", trackNext), refused(rti("02", ""), senseInvalidField)} {
		d, _ := open(t, join(summaryHead(nil), mediaIs("00 09"), in(discInformationCDB, open1), in(atipCDB, atipCMC),
			rti("01", trackDone), second, rti("FF", trackNext))...)
		s, err := d.Summary(t.Context())
		require.NoError(t, err)
		assert.Empty(t, s.Errors)
		assert.True(t, s.Appendable())
		require.Len(t, s.Tracks, 1)
		assert.Equal(t, toc.Sectors(15980), s.Tracks[0].Size)
		assert.Equal(t, toc.LBA(16132), s.NWA)
		assert.Equal(t, 2, s.Invisible.Track)
	}
}

// A closed CD-R that the drive calls CD-ROM; the second question about it fails.
func TestSummaryClosed(t *testing.T) {
	const table = "00 12 01 01 | 00 10 01 00 00 00 00 00 | 00 10 AA 00 00 00 3E 6E"
	d, _ := open(t, join(summaryHead(nil), mediaIs("00 08"), in(discInformationCDB, discClosed), in(atipCDB, atipCMC),
		in(discInformationCDB, discClosed), in(atipCDB, atipCMC), in(tocCDB, table),
		refused(in(rtiFirst, ""), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 30 06 00 00")))...)
	s, err := d.Summary(t.Context())
	require.NoError(t, err)
	assert.Equal(t, mmc.MediaCDR, s.Media)
	require.NotNil(t, s.TOC)
	assert.Equal(t, toc.LBA(15982), s.TOC.LeadOut)
	assert.Nil(t, s.Invisible)
	assert.False(t, s.NWAValid)
	require.Len(t, s.Errors, 1)
	assert.ErrorIs(t, s.Errors[0], scsi.FamilyIncompatibleMedium)
}

// A drive that tells hardly anything: each gap is a remark, none the end.
func TestSummaryTaciturn(t *testing.T) {
	d, _ := open(t, join(
		noFeatures("00 2D"), refused(in(mode2AHead, ""), senseInvalidField),
		noFeatures("01 07"), refused(in(mode2AHead, ""), senseInvalidField), refused(in(mode2AHead, ""), senseInvalidField),
		tur(nil), mediaIs("00 09"), refused(in(discInformationCDB, ""), senseInvalidOpcode),
		in(atipCDB, "00 1A 00 00 50 00 18 00 00 02 00 00 00 00 00 00*13"),
		refused(in(tocCDB, ""), senseInvalidField))...)
	s, err := d.Summary(t.Context())
	require.NoError(t, err)
	assert.Len(t, s.Errors, 4)
	assert.ErrorContains(t, errors.Join(s.Errors...), "isn't plausible")
	assert.Nil(t, s.Disc)
	assert.Nil(t, s.ATIP)
	assert.Empty(t, s.Manufacturer)
	assert.False(t, s.Blank() || s.Appendable())
}

func TestSummaryRefusals(t *testing.T) {
	d, _ := open(t, join(summaryHead(nil), mediaIs("00 09"), in(discInformationCDB, discBlank),
		refused(in(atipCDB, ""), senseInvalidField), refused(rti("FF", ""), senseInvalidField))...)
	s, err := d.Summary(t.Context())
	require.NoError(t, err)
	assert.Len(t, s.Errors, 2)
	assert.True(t, s.Blank())
}

// An empty tray ends it, with the drive's own part in hand.
func TestSummaryNoDisc(t *testing.T) {
	d, _ := open(t, summaryHead(senseNoDisc)...)
	s, err := d.Summary(t.Context())
	assert.ErrorIs(t, err, scsi.FamilyMediumNotPresent)
	assert.Equal(t, "TSSTcorp", s.Inquiry.Vendor)
	assert.True(t, s.TAO.BUF)
	assert.NotEmpty(t, s.Speeds)
}

// A DVD is named and left alone: its addresses are no CD's.
func TestSummaryDVD(t *testing.T) {
	d, _ := open(t, join(summaryHead(nil), mediaIs("00 1B"))...)
	s, err := d.Summary(t.Context())
	require.NoError(t, err)
	assert.Equal(t, mmc.MediaDVDPlusR, s.Media)
	assert.Empty(t, s.Errors)
	assert.Nil(t, s.Disc)
}

func TestSummaryDriveLost(t *testing.T) {
	lost := &scsi.TransportError{Op: "MODE SENSE(10)", Err: errors.New("unplugged")}
	gone := in(mode2AHead, "")
	gone.Err = lost
	d, _ := open(t, join(noFeatures("00 2D"), gone)...)
	_, err := d.Summary(t.Context())
	assert.ErrorIs(t, err, lost)

	ctx, cancel := context.WithCancel(t.Context())
	d, _ = open(t)
	cancel()
	_, err = d.Summary(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
