package unit_test

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
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
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

// page2A is the PLEXTOR's page, read in two steps.
func page2A() []scsitest.Exchange {
	reply := "00 46 00 00 00 00 00 00" + page2APlextor
	return []scsitest.Exchange{in(mode2AHead, reply), in(mode2APlextor, reply)}
}

// page2AOld is an MMC-1 page, complete in the first step.
func page2AOld() scsitest.Exchange { return in(mode2AHead, "00 1A 00 00 00 00 00 00"+page2AMMC1) }

func TestDriveConfiguration(t *testing.T) {
	d, _ := open(t, in("46 00 00 00 00 00 00 00 08 00", configurationNEC), in("46 00 00 00 00 00 00 00 94 00", configurationNEC))
	conf, err := unit.Configuration(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, command.ProfileCDR, conf.CurrentProfile)
}

// The page length is learned once; MCN and ISRC follow it.
func TestSetWriteParameters(t *testing.T) {
	selects := out(modeSelectCDB, modeSelectList)
	d, _ := open(t, in(mode05CDB, modeReply05), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05), selects, selects)
	var page unit.ParametersPage
	for range 2 {
		require.NoError(t, page.Set(t.Context(), d, command.WriteParameters{WriteType: command.WriteTAO}))
	}
}

// A drive whose page is four bytes longer, read in one step.
func TestSetWriteParametersLength36(t *testing.T) {
	reply := in(mode05CDB, "00 3E 00 00 00 00 00 00 | 05 36 00*54")
	whole := in("5A 00 05 00 00 00 00 00 40 00", "00 3E 00 00 00 00 00 00 | 05 36 00*54")
	d, _ := open(t, reply, whole,
		out("55 10 00 00 00 00 00 00 40 00", "00*8 | 05 36 41 C0 00 00*9 00 96 00*40"))
	require.NoError(t, new(unit.ParametersPage).Set(t.Context(), d, command.WriteParameters{
		WriteType: command.WriteTAO, BUFE: true, MultiSession: command.SessionOpen,
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
		require.NoError(t, new(unit.ParametersPage).Set(t.Context(), d, command.WriteParameters{WriteType: command.WriteTAO}))
	}
}

// A drive that doesn't return its page is sent the usual length.
func TestSetWriteParametersHiddenPage(t *testing.T) {
	d, _ := open(t, refused(in(mode05CDB, ""), senseInvalidField), out(modeSelectCDB, modeSelectList))
	require.NoError(t, new(unit.ParametersPage).Set(t.Context(), d, command.WriteParameters{WriteType: command.WriteTAO}))
	d, _ = open(t, refused(in(mode05CDB, ""), senseNoDisc))
	assert.ErrorIs(t, new(unit.ParametersPage).Set(t.Context(), d, command.WriteParameters{}), asc.FamilyMediumNotPresent)
}

func TestDriveWriteParameters(t *testing.T) {
	d, _ := open(t, in(mode05CDB, modeReply05), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05),
		in(mode05CDB, "00 12 00*6 | 01 0A 00*10"), refused(in(mode05CDB, ""), senseInvalidField))
	p, err := unit.WriteParameters(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, uint16(150), p.AudioPause)
	_, err = unit.WriteParameters(t.Context(), d)
	assert.ErrorContains(t, err, "mode page 05h isn't in the reply")
	_, err = unit.WriteParameters(t.Context(), d)
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
		{"DVD+R", join(profile("00 1B")), mmc.MediaType(6)},
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
			got, err := unit.MediaType(t.Context(), d)
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
		_, err := unit.MediaType(t.Context(), d)
		assert.ErrorIs(t, err, asc.FamilyCommunication)
	}
}

// A drive that never becomes ready is distinct from one without a disc.
func TestMediaTypeTimeout(t *testing.T) {
	d, p := open(t, join(in(profileCDB, "00 00 00 04 00 00 00 00"), slices.Repeat(turs(senseBecomingReady), 121))...)
	begin := p.Now()
	_, err := unit.MediaType(t.Context(), d)
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
			got, err := unit.CanTAO(t.Context(), d)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	d, _ := open(t, refused(in("46 02 00 2D 00 00 00 00 08 00", ""), senseNoDisc))
	_, err := unit.CanTAO(t.Context(), d)
	assert.Error(t, err)
	d, _ = open(t, join(noFeatures("00 2D"), refused(in(mode2AHead, ""), senseNoDisc))...)
	_, err = unit.CanTAO(t.Context(), d)
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
			got, err := unit.CanSAO(t.Context(), d)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	d, _ := open(t, join(noFeatures("00 2E"), noFeatures("00 2D"), refused(in(mode2AHead, ""), senseNoDisc))...)
	_, err := unit.CanSAO(t.Context(), d)
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
			got, err := unit.WriteSpeeds(t.Context(), d)
			require.NoError(t, err)
			assert.Equal(t, tt.want, speedsOf(got))
		})
	}
	d, _ := open(t, refused(in("46 02 01 07 00 00 00 00 08 00", ""), senseNoDisc))
	_, err := unit.WriteSpeeds(t.Context(), d)
	assert.Error(t, err)
	d, _ = open(t, join(noFeatures("01 07"), refused(in(mode2AHead, ""), senseInvalidField))...)
	_, err = unit.WriteSpeeds(t.Context(), d)
	assert.Error(t, err)
}

// Drives list a speed once per zone, and list CLV before or after CAV.
func TestWriteSpeedsTidied(t *testing.T) {
	p := "00 00 00 44 00 00 00 00 |" +
		"02 00 00 00 00 05 7D A5 00 00 1B 90 00 00 0B 06 | 0A 00 00 00 00 05 7D A5 00 00 1B 90 00 00 21 13 |" +
		"02 00 00 00 00 05 7D A5 00 00 1B 90 00 00 21 13 | 02 00 00 00 00 00 10 00 00 00 1B 90 00 00 0B 06"
	d, _ := open(t, join(feature("01 07", "01 07 11 04 02 00 00 00"), in(performanceCDB, p))...)
	got, err := unit.WriteSpeeds(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, []mmc.WriteSpeed{
		{KBps: 8467, ReadKBps: 7056, Last: 359845},
		{KBps: 8467, ReadKBps: 7056, Last: 359845, PureCAV: true},
		{KBps: 2822, ReadKBps: 7056, Last: 359845},
	}, got)
}

func TestCurrentWriteSpeed(t *testing.T) {
	d, _ := open(t, join(page2A(), refused(in(mode2AHead, ""), senseInvalidField))...)
	got, err := unit.CurrentWriteSpeed(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, 8467, got.KBps)
	_, err = unit.CurrentWriteSpeed(t.Context(), d)
	assert.Error(t, err)
	for text, want := range map[string]int{"29 58": 10584, "29 59": 0} { // a little more than 60x
		d, _ := open(t, in(mode2AHead, "00 1C 00*6 | 2A 14 00*18 "+text))
		got, err := unit.CurrentWriteSpeed(t.Context(), d)
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
		name    string
		script  []scsitest.Exchange
		kBps    int
		pureCAV bool
		want    mmc.WriteSpeed
	}{
		{"another speed is selected", join(none(clv16), page2A()), 2822, false, mmc.WriteSpeed{KBps: 8467, ReadKBps: 7056}},
		{"CAV is selected", join(none(cavMax), cavPage()), 0, true,
			mmc.WriteSpeed{KBps: 7056, ReadKBps: 7056, PureCAV: true}},
		{"CAV is ignored", join(none(cav16), page2A()), 2822, true, mmc.WriteSpeed{KBps: 8467, ReadKBps: 7056}},
		{"CAV is refused", join(badField(cav16), none(clv16), noPage), 2822, true, mmc.WriteSpeed{KBps: 2822}},
		{"no page", join(none(cav16), noPage), 2822, true, mmc.WriteSpeed{KBps: 2822, PureCAV: true}},
		{"old page", join(none(cav16), page2AOld()), 2822, true,
			mmc.WriteSpeed{KBps: 2822, ReadKBps: 3528, PureCAV: true}},
		{"the fastest, old page", join(none(cavMax), page2AOld()), unit.MaxSpeedKBps, true,
			mmc.WriteSpeed{ReadKBps: 3528, PureCAV: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := unit.SetWriteSpeed(t.Context(), d, mmc.WriteSpeed{KBps: tt.kBps, PureCAV: tt.pureCAV})
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
		_, err := unit.SetWriteSpeed(t.Context(), d, mmc.WriteSpeed{KBps: 2822})
		var sense *scsi.SenseError
		assert.ErrorAs(t, err, &sense, name)
	}
	d, _ := open(t)
	for _, kBps := range []int{-1, unit.MaxSpeedKBps + 1} {
		_, err := unit.SetWriteSpeed(t.Context(), d, mmc.WriteSpeed{KBps: kBps})
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
	_, err = unit.WriteSpeeds(ctx, d)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, n)
	assert.Equal(t, scsi.ClockOf(nil), d.Clock(), "a Func has no clock")
}
