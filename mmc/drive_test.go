package mmc_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// open returns a Drive on a script that continues after the INQUIRY.
func open(t *testing.T, script ...scsitest.Exchange) (*mmc.Drive, *scsitest.Playback) {
	t.Helper()
	p := play(t, append([]scsitest.Exchange{in(inquiryCDB, inquiryTSST)}, script...)...)
	d, err := mmc.Open(t.Context(), p)
	require.NoError(t, err)
	return d, p
}

// The CDBs that Drive sends most often.
const (
	turCDB        = "00 00 00 00 00 00"
	profileCDB    = "46 02 00 00 00 00 00 00 08 00"
	mode05CDB     = "5A 00 05 00 00 00 00 00 1E 00"
	mode2AHead    = "5A 00 2A 00 00 00 00 00 1E 00"
	mode2APlextor = "5A 00 2A 00 00 00 00 00 48 00"
	rtiFirst      = "52 01 00 00 00 01 00 00 24 00"
)

// feature is a reply to one feature, or to none.
func feature(code string, descriptor string) []scsitest.Exchange {
	head := "46 02 " + code + " 00 00 00 00 08 00"
	if descriptor == "" {
		return []scsitest.Exchange{
			in(head, "00 00 00 04 00 00 00 09"),
			in("46 02 "+code+" 00 00 00 04 00 00", "00 00 00 04 00 00 00 09"),
		}
	}
	reply := "00 00 00 0C 00 00 00 09 " + descriptor
	return []scsitest.Exchange{in(head, reply), in("46 02 "+code+" 00 00 00 00 10 00", reply)}
}

// noFeatures is a drive from before GET CONFIGURATION.
func noFeatures(code string) scsitest.Exchange {
	return refused(in("46 02 "+code+" 00 00 00 00 08 00", ""), senseInvalidOpcode)
}

// page2A is the PLEXTOR's page, read in two steps.
func page2A() []scsitest.Exchange {
	reply := "00 46 00 00 00 00 00 00" + page2APlextor
	return []scsitest.Exchange{in(mode2AHead, reply), in(mode2APlextor, reply)}
}

// page2AOld is an MMC-1 page, complete in the first step.
func page2AOld() scsitest.Exchange { return in(mode2AHead, "00 1A 00 00 00 00 00 00"+page2AMMC1) }

// join concatenates pieces of a script.
func join(parts ...any) (script []scsitest.Exchange) {
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

func TestOpen(t *testing.T) {
	d, p := open(t)
	assert.Equal(t, "TSSTcorp BDDVDW SE-506CB TS01", d.String())
	assert.Equal(t, "TSSTcorp", d.Inquiry().Vendor)
	assert.Same(t, p, d.Transport())
	assert.Same(t, p, d.Clock(), "a Playback has its own clock")
}

// A disk gets INQUIRY only: the script would fail at a second command.
func TestOpenRefusesOtherDevices(t *testing.T) {
	disk := in(inquiryCDB, "00 00 05 02 1F 00 00 00 41 54 41 20*5 57 44 43 20*13 30 31 2E 30")
	_, err := mmc.Open(t.Context(), play(t, disk))
	assert.ErrorIs(t, err, mmc.ErrNotMMC)
	assert.ErrorContains(t, err, `"ATA WDC 01.0" is not an optical drive`)

	absent := in(inquiryCDB, inquiryTSST)
	absent.In[0] = 0x25
	_, err = mmc.Open(t.Context(), play(t, absent))
	assert.ErrorIs(t, err, mmc.ErrNotMMC)

	_, err = mmc.Open(t.Context(), play(t, refused(in(inquiryCDB, ""), senseInvalidOpcode)))
	assert.ErrorIs(t, err, asc.InvalidOpcode)
	assert.NotErrorIs(t, err, mmc.ErrNotMMC)
}

func TestDriveConfiguration(t *testing.T) {
	d, _ := open(t, in("46 00 00 00 00 00 00 00 08 00", configurationNEC), in("46 00 00 00 00 00 00 00 94 00", configurationNEC))
	conf, err := d.Configuration(t.Context())
	require.NoError(t, err)
	assert.Equal(t, mmc.ProfileCDR, conf.CurrentProfile)
}

// The page length is learned once; MCN and ISRC follow it.
func TestSetWriteParameters(t *testing.T) {
	selects := out(modeSelectCDB, modeSelectList)
	d, _ := open(t, in(mode05CDB, modeReply05), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05), selects, selects)
	for range 2 {
		require.NoError(t, d.SetWriteParameters(t.Context(), mmc.WriteParameters{WriteType: mmc.WriteTAO}))
	}
}

// A drive whose page is four bytes longer, read in one step.
func TestSetWriteParametersLength36(t *testing.T) {
	reply := in(mode05CDB, "00 3E 00 00 00 00 00 00 | 05 36 00*54")
	whole := in("5A 00 05 00 00 00 00 00 40 00", "00 3E 00 00 00 00 00 00 | 05 36 00*54")
	d, _ := open(t, reply, whole,
		out("55 10 00 00 00 00 00 00 40 00", "00*8 | 05 36 41 C0 00 00*9 00 96 00*40"))
	require.NoError(t, d.SetWriteParameters(t.Context(), mmc.WriteParameters{
		WriteType: mmc.WriteTAO, BUFE: true, MultiSession: mmc.SessionOpen,
	}))
}

// The shortest page with room for everything sent, and one that is too short.
func TestSetWriteParametersShortPages(t *testing.T) {
	for length, list := range map[string]string{
		"0E": "55 10 00 00 00 00 00 00 18 00 | 00*8 05 0E 01 00 00 00*9 00 96",
		"0D": "55 10 00 00 00 00 00 00 3C 00 | " + modeSelectList,
	} {
		cdb, data, _ := strings.Cut(list, "|")
		d, _ := open(t, in(mode05CDB, "00 1C 00*6 | 05 "+length+" 00*20"), out(cdb, data))
		require.NoError(t, d.SetWriteParameters(t.Context(), mmc.WriteParameters{WriteType: mmc.WriteTAO}))
	}
}

// A drive that doesn't return its page is sent the usual length.
func TestSetWriteParametersHiddenPage(t *testing.T) {
	d, _ := open(t, refused(in(mode05CDB, ""), senseInvalidField), out(modeSelectCDB, modeSelectList))
	require.NoError(t, d.SetWriteParameters(t.Context(), mmc.WriteParameters{WriteType: mmc.WriteTAO}))
	d, _ = open(t, refused(in(mode05CDB, ""), senseNoDisc))
	assert.ErrorIs(t, d.SetWriteParameters(t.Context(), mmc.WriteParameters{}), scsi.FamilyMediumNotPresent)
}

func TestDriveWriteParameters(t *testing.T) {
	d, _ := open(t, in(mode05CDB, modeReply05), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05),
		in(mode05CDB, "00 12 00*6 | 01 0A 00*10"), refused(in(mode05CDB, ""), senseInvalidField))
	p, err := d.WriteParameters(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint16(150), p.AudioPause)
	_, err = d.WriteParameters(t.Context())
	assert.ErrorContains(t, err, "mode page 05h isn't in the reply")
	_, err = d.WriteParameters(t.Context())
	assert.ErrorIs(t, err, asc.InvalidFieldInCDB)
}

func TestMediaType(t *testing.T) {
	profile := func(p string) scsitest.Exchange { return in(profileCDB, "00 00 00 04 00 00 "+p) }
	old := refused(in(profileCDB, ""), senseInvalidOpcode)
	rdi := func(reply string) scsitest.Exchange { return in(discInformationCDB, reply) }
	rewritable := "00 20 1E" + discClosed[8:]
	bogus := "00 1A 00 00 50 00 18 00 00 02 00 00 00 00 00 00*13"
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   mmc.MediaType
	}{
		{"CD-R", join(profile("00 09")), mmc.MediaCDR},
		{"CD-RW", join(profile("00 0A")), mmc.MediaCDRW},
		{"DVD+R", join(profile("00 1B")), mmc.MediaDVDPlusR},
		{"no disc", join(profile("00 00"), tur(senseNoDisc)), mmc.MediaUnknown},
		{"an unreadable disc", join(profile("00 00"), tur(unhex("70 00 02 00 00 00 00 0A 00 00 00 00 30 00"))), mmc.MediaUnknown},
		{"spinning up", join(profile("00 00"), turs(senseBecomingReady, senseBecomingReady), ready(), profile("00 09")), mmc.MediaCDR},
		{"unusable disc", join(profile("00 00"), ready(), profile("00 00")), mmc.MediaUnknown},
		// After a disc is inserted the first answers refer to the time before.
		{"news", join(profile("00 00"), turs(senseReset, senseChanged), ready(), profile("00 09")), mmc.MediaCDR},
		{"unit attention, then a disc as CD-ROM", join(profile("00 08"), refused(rdi(""), senseChanged), ready(), profile("00 08"), rdi(discBlank)), mmc.MediaCDR},
		{"old drive, spinning up", join(old, refused(rdi(""), senseBecomingReady), ready(), old, rdi(discBlank)), mmc.MediaCDR},
		{"removed meanwhile", join(profile("00 08"), refused(rdi(""), senseChanged), ready(), profile("00 08"),
			refused(rdi(""), senseNoDisc)), mmc.MediaUnknown},
		// An unusable reply is requested again, and then the disc itself is asked.
		{"spoilt once", join(in(profileCDB, "00 00 00 04 55 53 42 53"), profile("00 09")), mmc.MediaCDR},
		{"spoilt always", join(slices.Repeat(join(in(profileCDB, "00 00")), 3), rdi(discBlank)), mmc.MediaCDR},
		{"no usable answer", join(slices.Repeat(join(in(profileCDB, "")), 3),
			slices.Repeat(join(rdi("00 20")), 3), slices.Repeat(join(in(atipCDB, "")), 3)), mmc.MediaCDROM},
		{"pressed", join(profile("00 08"), rdi(discClosed), refused(in(atipCDB, ""), senseInvalidField)), mmc.MediaCDROM},
		{"pressed, invented ATIP", join(profile("00 08"), rdi(discClosed), in(atipCDB, bogus)), mmc.MediaCDROM},
		{"pressed, invented ATIP of a CD-RW", join(profile("00 08"), rdi(discClosed), in(atipCDB, strings.Replace(bogus, "18", "58", 1))), mmc.MediaCDROM},
		{"closed CD-R as CD-ROM", join(profile("00 08"), rdi(discClosed), in(atipCDB, atipCMC)), mmc.MediaCDR},
		{"closed CD-RW as CD-ROM", join(profile("00 08"), rdi(rewritable)), mmc.MediaCDRW},
		{"CD-RW by its ATIP only", join(profile("00 08"), rdi(discClosed), in(atipCDB, atipTDK)), mmc.MediaCDRW},
		{"old drive, blank", join(old, rdi(discBlank)), mmc.MediaCDR},
		{"old drive, appendable", join(old, rdi(discAppendable)), mmc.MediaCDR},
		{"old drive, empty", join(old, refused(rdi(""), senseNoDisc), tur(senseNoDisc)), mmc.MediaUnknown},
		{"reader without disc information", join(old, refused(rdi(""), senseInvalidOpcode),
			refused(in(atipCDB, ""), senseInvalidField)), mmc.MediaCDROM},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := d.MediaType(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestMediaTypeErrors(t *testing.T) {
	hardware := unhex("70 00 04 00 00 00 00 0A 00 00 00 00 08 03 00 00")
	for _, script := range [][]scsitest.Exchange{
		join(refused(in(profileCDB, ""), hardware)),
		join(in(profileCDB, "00 00 00 04 00 00 00 00"), refused(none(turCDB), hardware)),
		join(in(profileCDB, "00 00 00 04 00 00 00 08"), refused(in(discInformationCDB, ""), hardware)),
		join(in(profileCDB, "00 00 00 04 00 00 00 08"), in(discInformationCDB, discClosed), refused(in(atipCDB, ""), hardware)),
	} {
		d, _ := open(t, script...)
		_, err := d.MediaType(t.Context())
		assert.ErrorIs(t, err, scsi.FamilyCommunication)
	}
}

// A drive that never becomes ready is distinct from one without a disc.
func TestMediaTypeTimeout(t *testing.T) {
	d, p := open(t, join(in(profileCDB, "00 00 00 04 00 00 00 00"), slices.Repeat(turs(senseBecomingReady), 121))...)
	begin := p.Now()
	_, err := d.MediaType(t.Context())
	assert.ErrorIs(t, err, mmc.ErrNotReady)
	assert.Equal(t, time.Minute, p.Now().Sub(begin))
}

func TestCanTAO(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   mmc.TAOSupport
	}{
		{"HP GH40L (G24)", feature("00 2D", "00 2D 09 04 46 00 3F 01"), mmc.TAOSupport{
			Supported: true, BUF: true, TestWrite: true, CDRW: true}},
		{"not on this disc", feature("00 2D", "00 2D 08 04 47 00 00 01"), mmc.TAOSupport{
			Supported: true, BUF: true, TestWrite: true, CDRW: true}},
		{"old PLEXTOR, no features", join(noFeatures("00 2D"), page2A()),
			mmc.TAOSupport{Supported: true, BUF: true, TestWrite: true, CDRW: true}},
		{"no feature 2Dh", join(feature("00 2D", ""), page2AOld()),
			mmc.TAOSupport{Supported: true, TestWrite: true, CDRW: true}},
		{"neither feature nor page", join(feature("00 2D", ""), refused(in(mode2AHead, ""), senseInvalidField)), mmc.TAOSupport{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := d.CanTAO(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	d, _ := open(t, refused(in("46 02 00 2D 00 00 00 00 08 00", ""), senseNoDisc))
	_, err := d.CanTAO(t.Context())
	assert.Error(t, err)
	d, _ = open(t, join(noFeatures("00 2D"), refused(in(mode2AHead, ""), senseNoDisc))...)
	_, err = d.CanTAO(t.Context())
	assert.Error(t, err)
}

func TestCanSAO(t *testing.T) {
	all := mmc.SAOSupport{Supported: true, BUF: true, TestWrite: true, CDRW: true, RWSubcode: true}
	claimed := all
	claimed.ByFeature, claimed.MaxCueSheet = true, 3072
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   mmc.SAOSupport
	}{
		{"claimed", feature("00 2E", "00 2E 09 04 67 00 0C 00"), claimed},
		{"denied", feature("00 2E", "00 2E 09 04 00 00 00 00"), mmc.SAOSupport{ByFeature: true}},
		{"old PLEXTOR, no features", join(noFeatures("00 2E"), noFeatures("00 2D"), page2A()), all},
		// CDEmu's daemon records both ways and lists 002Dh alone (device-features.c).
		{"no feature 2Eh (CDEmu)", join(feature("00 2E", ""), feature("00 2D", "00 2D 09 04 5F 00 FF FF")), all},
		{"neither feature nor page", join(feature("00 2E", ""), feature("00 2D", ""), refused(in(mode2AHead, ""), senseInvalidField)), mmc.SAOSupport{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := d.CanSAO(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	d, _ := open(t, join(noFeatures("00 2E"), noFeatures("00 2D"), refused(in(mode2AHead, ""), senseNoDisc))...)
	_, err := d.CanSAO(t.Context())
	assert.Error(t, err)
}

func TestWriteSpeeds(t *testing.T) {
	wspd := feature("01 07", "01 07 11 04 02 00 00 00")
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   []int
	}{
		{"GET PERFORMANCE (G20)", join(wspd, in(performanceCDB, performanceLG)), []int{4234, 2822, 1764}},
		{"GET PERFORMANCE refused", join(wspd, refused(in(performanceCDB, ""), senseInvalidField), page2A()),
			[]int{8467, 7056, 5645, 4234, 3528, 2822, 1411, 706}},
		{"GET PERFORMANCE refused, 5/25/00 (CW078D)", join(wspd,
			refused(in(performanceCDB, ""), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 25 00")), page2AOld()), []int{706}},
		{"GET PERFORMANCE spoilt", join(wspd, slices.Repeat(join(in(performanceCDB, "00 00")), 3), page2AOld()), []int{706}},
		{"GET PERFORMANCE too fast", join(wspd, in(performanceCDB, "00 00 00 24 00 00 00 00 | 00*14 29 58 | 00*14 29 59")), []int{10584}},
		{"features spoilt", join(slices.Repeat(join(in("46 02 01 07 00 00 00 00 08 00", "00")), 3), page2AOld()), []int{706}},
		{"GET PERFORMANCE empty", join(wspd, in(performanceCDB, "00 00 00 04 00 00 00 00"), page2AOld()), []int{706}},
		{"page 2Ah preferred by the feature", join(feature("01 07", "01 07 11 04 0C 00 00 00"), page2A()),
			[]int{8467, 7056, 5645, 4234, 3528, 2822, 1411, 706}},
		{"no features, short page", join(noFeatures("01 07"), page2AOld()), []int{706}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := d.WriteSpeeds(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, speedsOf(got))
		})
	}
	d, _ := open(t, refused(in("46 02 01 07 00 00 00 00 08 00", ""), senseNoDisc))
	_, err := d.WriteSpeeds(t.Context())
	assert.Error(t, err)
	d, _ = open(t, join(noFeatures("01 07"), refused(in(mode2AHead, ""), senseInvalidField))...)
	_, err = d.WriteSpeeds(t.Context())
	assert.Error(t, err)
}

// Drives list a speed once per zone, and list CLV before or after CAV.
func TestWriteSpeedsTidied(t *testing.T) {
	p := "00 00 00 44 00 00 00 00 |" +
		"02 00 00 00 00 05 7D A5 00 00 1B 90 00 00 0B 06 | 0A 00 00 00 00 05 7D A5 00 00 1B 90 00 00 21 13 |" +
		"02 00 00 00 00 05 7D A5 00 00 1B 90 00 00 21 13 | 02 00 00 00 00 00 10 00 00 00 1B 90 00 00 0B 06"
	d, _ := open(t, join(feature("01 07", "01 07 11 04 02 00 00 00"), in(performanceCDB, p))...)
	got, err := d.WriteSpeeds(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []mmc.WriteSpeed{
		{KBps: 8467, ReadKBps: 7056, Last: 359845},
		{KBps: 8467, ReadKBps: 7056, Last: 359845, Rotation: mmc.RotationPureCAV},
		{KBps: 2822, ReadKBps: 7056, Last: 359845},
	}, got)
}

func TestCurrentWriteSpeed(t *testing.T) {
	d, _ := open(t, join(page2A(), refused(in(mode2AHead, ""), senseInvalidField))...)
	got, err := d.CurrentWriteSpeed(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 8467, got.KBps)
	_, err = d.CurrentWriteSpeed(t.Context())
	assert.Error(t, err)
	for text, want := range map[string]int{"29 58": 10584, "29 59": 0} { // a little more than 60x
		d, _ := open(t, in(mode2AHead, "00 1C 00*6 | 2A 14 00*18 "+text))
		got, err := d.CurrentWriteSpeed(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got.KBps)
	}
}

// The result is the speed in page 2Ah afterwards, or the requested one if the page
// lacks it.
func TestSetWriteSpeed(t *testing.T) {
	const cav16, clv16 = "BB 01 FF FF 0B 06 00 00 00 00 00 00", "BB 00 FF FF 0B 06 00 00 00 00 00 00"
	const cavMax = "BB 01 FF FF FF FF 00 00 00 00 00 00"
	badField := func(cdb string) scsitest.Exchange { return refused(none(cdb), senseInvalidField) }
	noPage := refused(in(mode2AHead, ""), senseInvalidField)
	cavPage := func() []scsitest.Exchange { // 40x CAV is selected
		script := page2A()
		for i := range script {
			script[i].In[8+27], script[i].In[8+28], script[i].In[8+29] = 1, 0x1B, 0x90
		}
		return script
	}
	for _, tt := range []struct {
		name     string
		script   []scsitest.Exchange
		kBps     int
		rotation mmc.Rotation
		want     mmc.WriteSpeed
	}{
		{"another speed is selected", join(none(clv16), page2A()), 2822, 0, mmc.WriteSpeed{KBps: 8467, ReadKBps: 7056}},
		{"CAV is selected", join(none(cavMax), cavPage()), 0, mmc.RotationPureCAV,
			mmc.WriteSpeed{KBps: 7056, ReadKBps: 7056, Rotation: mmc.RotationPureCAV}},
		{"CAV is ignored", join(none(cav16), page2A()), 2822, mmc.RotationPureCAV, mmc.WriteSpeed{KBps: 8467, ReadKBps: 7056}},
		{"CAV is refused", join(badField(cav16), none(clv16), noPage), 2822, mmc.RotationPureCAV, mmc.WriteSpeed{KBps: 2822}},
		{"no page", join(none(cav16), noPage), 2822, mmc.RotationPureCAV, mmc.WriteSpeed{KBps: 2822, Rotation: mmc.RotationPureCAV}},
		{"old page", join(none(cav16), page2AOld()), 2822, mmc.RotationPureCAV,
			mmc.WriteSpeed{KBps: 2822, ReadKBps: 3528, Rotation: mmc.RotationPureCAV}},
		{"the fastest, old page", join(none(cavMax), page2AOld()), mmc.MaxSpeedKBps, mmc.RotationPureCAV,
			mmc.WriteSpeed{ReadKBps: 3528, Rotation: mmc.RotationPureCAV}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := d.SetWriteSpeed(t.Context(), mmc.WriteSpeed{KBps: tt.kBps, Rotation: tt.rotation})
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	for name, script := range map[string][]scsitest.Exchange{
		"refused":                join(badField(clv16)),
		"another reason":         join(refused(none(clv16), senseNoDisc)),
		"deferred error":         join(refused(none(clv16), senseDeferredWrite)),
		"deferred, reading back": join(none(clv16), refused(in(mode2AHead, ""), senseDeferredWrite)),
	} {
		d, _ := open(t, script...)
		_, err := d.SetWriteSpeed(t.Context(), mmc.WriteSpeed{KBps: 2822})
		var sense *scsi.SenseError
		assert.ErrorAs(t, err, &sense, name)
	}
	d, _ := open(t)
	for _, kBps := range []int{-1, mmc.MaxSpeedKBps + 1} {
		_, err := d.SetWriteSpeed(t.Context(), mmc.WriteSpeed{KBps: kBps})
		assert.ErrorIs(t, err, errors.ErrUnsupported, "nothing is sent")
	}
}

// When the context ends in between, the fallback isn't tried.
func TestWriteSpeedsCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	inner := play(t, join(in(inquiryCDB, inquiryTSST), feature("01 07", "01 07 11 04 02 00 00 00"))...)
	n := 0
	tr := scsitest.Func(func(c context.Context, req *scsi.Request) (scsi.Result, error) {
		if n++; n == 3 {
			defer cancel()
		}
		return inner.Do(c, req)
	})
	d, err := mmc.Open(ctx, tr)
	require.NoError(t, err)
	_, err = d.WriteSpeeds(ctx)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, n)
	assert.Equal(t, scsi.SystemClock, d.Clock(), "a Func has no clock")
}
