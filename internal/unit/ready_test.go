package unit_test

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// tur is TEST UNIT READY answered with sense data; nil is GOOD.
func tur(sense []byte) scsitest.Exchange {
	if sense == nil {
		return none(turCDB)
	}
	return refused(none(turCDB), sense)
}

func turs(senses ...[]byte) (script []scsitest.Exchange) {
	for _, sense := range senses {
		script = append(script, tur(sense))
	}
	return script
}

// ready is the reply of a ready drive.
func ready() []scsitest.Exchange { return join(tur(nil), rdi(nil)) }

// lost is an exchange without a status.
func lost(sent scsi.Sent, err error) scsitest.Exchange {
	return scsitest.Exchange{CDB: unhex(turCDB), Err: &scsi.TransportError{Sent: sent, Err: err}}
}

// waitTest is a wait of a drive with this script.
type waitTest struct {
	name   string
	script []scsitest.Exchange
	want   error         // nil: ready
	took   time.Duration // by the drive's clock
}

// waits runs each script to its end.
func waits(t *testing.T, wait func(*mmc.Drive) error, tests []waitTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, p := open(t, tt.script...)
			begin := p.Now()
			err := wait(d)
			if tt.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
			}
			assert.Equal(t, tt.took, p.Now().Sub(begin))
		})
	}
}

func waitReady(d *mmc.Drive) error {
	return unit.WaitReady(context.Background(), d, unit.WaitOptions{})
}

func TestWaitReady(t *testing.T) {
	waits(t, waitReady, []waitTest{
		{"ready at once", ready(), nil, 0},
		// The order after a disc is inserted.
		{"loading", join(turs(senseBecomingReady, senseBecomingReady, senseChanged), ready()), nil, time.Second},
		{"power on, then a disc", join(turs(senseReset, senseChanged), ready()), nil, 0},
		{"format, operation, long write", join(turs(notReady(4), notReady(7), senseLongWrite), ready()), nil, 1500 * time.Millisecond},
		{"self-test, START STOP, vendor's own", join(turs(notReady(9), notReady(0x1A), notReady(0x80)), ready()), nil, 1500 * time.Millisecond},
		{"recovered error", join(tur(recovered), rdi(recovered)), nil, 0},
		{"deferred recovered error", join(tur(senseDeferredRecovered), ready()), nil, 500 * time.Millisecond},
		{"deferred, nothing", join(tur(unhex("71 00 00 00 00 00 00 0A 00*10")), ready()), nil, 500 * time.Millisecond},
		{"nothing to report", join(tur(senseNothing), rdi(nil)), nil, 0},
		{"nothing but busy", join(turs(senseNothingBusy), ready()), nil, 500 * time.Millisecond},
		{"no disc", turs(senseBecomingReady, senseNoDisc), asc.FamilyMediumNotPresent, 500 * time.Millisecond},
		{"manual intervention", turs(notReady(3)), asc.ManualInterventionNeeded, 0},
		{"incompatible medium", turs(unhex("70 00 02 00 00 00 00 0A 00 00 00 00 30 00 00 00")), asc.FamilyIncompatibleMedium, 0},
		{"medium error", turs(unhex("70 00 03 00 00 00 00 0A 00 00 00 00 57 00 00 00")), asc.FamilyTOC, 0},
		{"deferred write error", turs(senseDeferredWrite), asc.FamilyWriteError, 0},
		{"a deferred NOT READY isn't waited for", turs(senseDeferredBusy), asc.LongWriteInProgress, 0},
		{"endless unit attentions", slices.Repeat(turs(senseReset), 17), asc.FamilyReset, 0},
		{"sixteen attentions", join(slices.Repeat(turs(senseReset), 16), ready()), nil, 0},
		{"sense data that can't be decoded", turs(unhex("00 00")), io.ErrUnexpectedEOF, 0},
		// Some USB bridges never report anything but 2/04/00.
		{"no reason given for 5.5 s", slices.Repeat(turs(notReady(0)), 12), nil, 5500 * time.Millisecond},
		{"no reason, interrupted", join(slices.Repeat(turs(notReady(0)), 6), turs(senseBecomingReady),
			slices.Repeat(turs(notReady(0)), 6), ready()), nil, 6500 * time.Millisecond},
		{"no reason, interrupted by 0/04/07", join(slices.Repeat(turs(notReady(0)), 11), turs(senseNothingBusy),
			turs(notReady(0)), ready()), nil, 6500 * time.Millisecond},
	})
}

// START UNIT for a drive that needs it, READ DISC INFORMATION for one that is ready too
// early, and transport failures.
func TestWaitReadyAsksMore(t *testing.T) {
	hiccup := lost(scsi.SentUnknown, io.ErrNoProgress)
	waits(t, waitReady, []waitTest{
		{"START UNIT wanted", join(turs(notReady(2)), none(startCDB), turs(notReady(2), senseBecomingReady), ready()),
			nil, 1500 * time.Millisecond},
		{"START UNIT needed for 29.5 s", join(turs(notReady(2)), none(startCDB), slices.Repeat(turs(notReady(2)), 59), ready()),
			nil, 30 * time.Second},
		{"START UNIT in vain", join(turs(notReady(2)), none(startCDB), slices.Repeat(turs(notReady(2)), 60)),
			asc.InitializingCommandRequired, 30 * time.Second},
		{"START UNIT after an attention", join(turs(notReady(2)), refused(none(startCDB), senseChanged), turs(notReady(2)),
			none(startCDB), ready()), nil, time.Second},
		{"START UNIT is slow", join(turs(notReady(2)), refused(none(startCDB), senseBecomingReady), ready()),
			nil, 500 * time.Millisecond},
		{"START UNIT without IMMED", join(turs(notReady(2)), refused(none(startCDB), senseInvalidField), none(startWaitCDB), ready()),
			nil, 500 * time.Millisecond},
		{"START UNIT refused", join(turs(notReady(2)), refused(none(startCDB), senseInvalidOpcode)), asc.InvalidOpcode, 0},
		{"START UNIT, deferred error", join(turs(notReady(2)), refused(none(startCDB), senseDeferredWrite)), asc.FamilyWriteError, 0},
		// Pioneer DVR-216D answers GOOD too early.
		{"ready too early", join(tur(nil), rdi(senseBecomingReady), ready()), nil, 500 * time.Millisecond},
		{"ready, then no disc", join(tur(nil), rdi(senseTrayOpen)), asc.FamilyMediumNotPresent, 0},
		{"ready, then an attention", join(tur(nil), rdi(senseChanged), ready()), nil, 0},
		{"ready, deferred error", join(tur(nil), rdi(senseDeferredWrite)), asc.FamilyWriteError, 0},
		{"a reader", join(tur(nil), rdi(senseInvalidOpcode)), nil, 0},
		{"an unreadable disc", join(tur(nil), rdi(unhex("70 00 02 00 00 00 00 0A 00 00 00 00 30 00"))), nil, 0},
		{"unusable disc information", join(tur(nil), in(discInformationCDB, "00 20")), nil, 0},
		{"two failures on the way", join(hiccup, hiccup, ready()), nil, 4 * time.Second},
		{"failures apart", join(hiccup, hiccup, tur(senseBusy), hiccup, hiccup, ready()), nil, 8500 * time.Millisecond},
		{"three failures in a row", join(hiccup, hiccup, hiccup), io.ErrNoProgress, 4 * time.Second},
		{"not sent, permanently", slices.Repeat(join(lost(scsi.SentNo, io.ErrNoProgress)), 16), io.ErrNoProgress, 30 * time.Second},
		{"not sent, four times", join(slices.Repeat(join(lost(scsi.SentNo, io.ErrNoProgress)), 4), ready()), nil, 8 * time.Second},
		{"unplugged", join(lost(scsi.SentUnknown, fs.ErrNotExist)), fs.ErrNotExist, 0},
		{"locked", join(lost(scsi.SentNo, scsi.ErrLocked)), scsi.ErrLocked, 0},
	})
}

func TestWaitReadyBusyStatus(t *testing.T) {
	d, _ := open(t, join(scsitest.Exchange{CDB: unhex(turCDB), Status: scsi.Busy},
		scsitest.Exchange{CDB: unhex(turCDB), Status: scsi.TaskSetFull}, ready(),
		scsitest.Exchange{CDB: unhex(turCDB), Status: scsi.ReservationConflict})...)
	require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{}))
	var status *scsi.StatusError
	assert.ErrorAs(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{}), &status)
}

// The drive's clock counts: three of its seconds pass without real time.
func TestWaitReadyTimeout(t *testing.T) {
	d, p := open(t, slices.Repeat(turs(senseBecomingReady), 7)...)
	begin := p.Now()
	err := unit.WaitReady(t.Context(), d, unit.WaitOptions{Timeout: 3 * time.Second})
	assert.ErrorIs(t, err, mmc.ErrNotReady)
	assert.ErrorIs(t, err, asc.BecomingReady, "the error contains the last sense")
	assert.Equal(t, 3*time.Second, p.Now().Sub(begin))
	assert.Equal(t, 300*time.Second, unit.DefaultReadyTimeout)
	assert.Equal(t, 3600*time.Second, unit.DefaultIdleTimeout)
}

func TestWaitReadyCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d, _ := open(t, turs(senseLongWrite)...)
	err := unit.WaitReady(ctx, d, unit.WaitOptions{OnProgress: func(float64, bool) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWaitReadyMediumGrace(t *testing.T) {
	d, _ := open(t, join(turs(senseNoDisc, senseNoDisc, senseBecomingReady, senseChanged), ready())...)
	var seen []scsi.Code
	require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{
		MediumGrace: 2 * time.Second, OnAttention: func(s scsi.Sense) { seen = append(seen, s.Code) },
	}))
	assert.Equal(t, []scsi.Code{asc.MediumMayHaveChanged}, seen)
	d, _ = open(t, slices.Repeat(turs(senseNoDisc), 5)...)
	assert.ErrorIs(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{MediumGrace: 2 * time.Second}), asc.FamilyMediumNotPresent)
}

// Progress comes from the answer itself or from REQUEST SENSE, or is unknown.
func TestWaitReadyProgress(t *testing.T) {
	half := slices.Clone(senseLongWrite)
	half[16] = 0x80
	quarter := in("03 00 00 00 12 00", "70 00 00 00 00 00 00 0A 00 00 00 00 04 07 00 80 40 00")
	d, _ := open(t, join(tur(half), tur(senseBusy), quarter,
		tur(senseBusy), in("03 00 00 00 12 00", "70 00 00 00 00 00 00 0A 00*10"),
		tur(senseBusy), refused(in("03 00 00 00 12 00", ""), senseInvalidOpcode), ready())...)
	type report struct {
		fraction float64
		ok       bool
	}
	var got []report
	require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{
		OnProgress: func(fraction float64, ok bool) { got = append(got, report{fraction, ok}) },
	}))
	assert.Equal(t, []report{{0.5, true}, {0.25, true}, {0, false}, {0, false}}, got)
}

// REQUEST SENSE clears the sense data that it returns: a failure must end the wait, and
// a unit attention must be reported.
func TestWaitTellsWhatRequestSenseBrings(t *testing.T) {
	const senseCDB = "03 00 00 00 12 00"
	for name, tt := range map[string]struct {
		told  string
		want  error
		seen  []scsi.Code
		fails bool // REQUEST SENSE itself ends with these sense data
	}{
		"deferred write error":    {told: "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00", want: asc.FamilyWriteError},
		"descriptor format":       {told: "73 04 09 02 00 00 00 00", want: asc.FamilyServo},
		"deferred NOT READY":      {told: "71 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00 00 00", want: asc.LongWriteInProgress},
		"current write error":     {told: "70 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00", want: asc.FamilyWriteError},
		"hardware error":          {told: "70 00 04 00 00 00 00 0A 00 00 00 00 08 03 00 00 00 00", want: asc.FamilyCommunication},
		"refused with a deferred": {told: "71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00", want: asc.FamilyWriteError, fails: true},
		"unit attention":          {told: "70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00", seen: []scsi.Code{asc.PowerOnOrReset}},
		"deferred recovered":      {told: "71 00 01 00 00 00 00 0A 00 00 00 00 18 08 00 00 00 00"},
		"an old refusal":          {told: "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 00 00 00"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := in(senseCDB, tt.told)
			if tt.fails {
				asked = refused(asked, unhex(tt.told))
			}
			script := join(tur(senseBusy), asked)
			if tt.want == nil {
				script = join(script, ready())
			}
			d, _ := open(t, script...)
			var seen []scsi.Code
			err := unit.WaitIdle(t.Context(), d, unit.WaitOptions{
				OnProgress:  func(float64, bool) {},
				OnAttention: func(s scsi.Sense) { seen = append(seen, s.Code) },
			})
			if tt.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
			}
			assert.Equal(t, tt.seen, seen)
		})
	}
	// Too many unit attentions are an error here as well.
	d, _ := open(t, slices.Repeat(join(tur(senseBusy), in(senseCDB, "70 00 06 00 00 00 00 0A 00 00 00 00 29 00 00 00 00 00")), 17)...)
	err := unit.WaitIdle(t.Context(), d, unit.WaitOptions{OnProgress: func(float64, bool) {}})
	assert.ErrorIs(t, err, asc.FamilyReset)
}

func TestWaitIdle(t *testing.T) {
	waits(t, func(d *mmc.Drive) error { return unit.WaitIdle(t.Context(), d, unit.WaitOptions{}) }, []waitTest{
		{"idle", join(tur(nil), rdi(nil)), nil, 0},
		{"closing, correct drive", join(tur(senseLongWrite), tur(senseLongWrite), tur(nil), rdi(nil)), nil, time.Second},
		// Pioneer DVR-108 and DVR-111: GOOD while closing, 2/04/07 from the information commands.
		{"closing, Pioneer", join(tur(nil), rdi(senseBusy), tur(nil), rdi(senseBusy), tur(nil), rdi(nil)), nil, time.Second},
		{"attention in between", join(tur(nil), rdi(senseChanged), tur(nil), rdi(nil)), nil, 0},
		{"no disc information", join(tur(nil), rdi(senseInvalidOpcode)), nil, 0},
		{"close failed", join(tur(nil), rdi(unhex("70 00 03 00 00 00 00 0A 00 00 00 00 72 01 00 00"))), asc.SessionFixationLeadIn, 0},
		{"write failed", join(tur(nil), rdi(senseDeferredWrite)), asc.FamilyWriteError, 0},
		{"deferred refusal", join(tur(nil), rdi(unhex("71 00 05 00 00 00 00 0A 00 00 00 00 72 03 00 00"))),
			asc.SessionFixationIncompleteTrack, 0},
		{"disc gone", join(tur(nil), rdi(senseTrayOpen)), asc.MediumNotPresentTrayOpen, 0},
		{"write failed, current", join(tur(nil), rdi(senseWriteError)), asc.FamilyWriteError, 0},
		// A bridge that can only report 2/04/00, before a drive that answers.
		{"2/04/00 for 5.5 s", slices.Repeat(join(tur(notReady(0)), rdi(nil)), 12), nil, 5500 * time.Millisecond},
		{"2/04/00 of a reader", slices.Repeat(join(tur(notReady(0)), rdi(senseInvalidOpcode)), 12), nil, 5500 * time.Millisecond},
		// 2/04/00 from both is a drive at work.
		{"2/04/00 twice", join(slices.Repeat(join(tur(notReady(0)), rdi(notReady(0))), 20), ready()), nil, 10 * time.Second},
		{"2/04/00 while closing", join(slices.Repeat(join(tur(nil), rdi(notReady(0))), 20), ready()), nil, 10 * time.Second},
		{"2/04/00, then 2/04/07", join(tur(notReady(0)), rdi(senseBusy), ready()), nil, 500 * time.Millisecond},
		{"2/04/00, deferred", join(tur(unhex("71 00 02 00 00 00 00 0A 00 00 00 00 04 00 00 00"))), asc.FamilyNotReady, 0},
		{"0/04/07 from disc information", join(tur(nil), rdi(senseNothingBusy), ready()), nil, 500 * time.Millisecond},
		{"unusable disc information", join(tur(nil), slices.Repeat(join(in(discInformationCDB, "00 20")), 3)), nil, 0},
	})
}
