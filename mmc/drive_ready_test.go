package mmc_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/scsitest"
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

var (
	senseDeferredWrite     = unhex("F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00") // G8
	senseDeferredRecovered = unhex("71 00 01 00 00 00 00 0A 00 00 00 00 18 08 00 00")
	startCDB               = "1B 01 00 00 01 00"
)

func TestWaitReady(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   error         // nil: ready
		took   time.Duration // by the drive's clock
	}{
		{"ready at once", turs(nil), nil, 0},
		// The order seen after a disc is put in.
		{"loading", turs(senseBecomingReady, senseBecomingReady, senseChanged, nil), nil, time.Second},
		{"power on, then a disc", turs(senseReset, senseChanged, nil), nil, 0},
		{"format, operation, long write", turs(notReady(4), notReady(7), senseLongWrite, nil), nil, 1500 * time.Millisecond},
		{"self-test, START STOP, vendor's own", turs(notReady(9), notReady(0x1A), notReady(0x80), nil), nil, 1500 * time.Millisecond},
		{"recovered error", turs(recovered), nil, 0},
		{"deferred recovered error", turs(senseDeferredRecovered, nil), nil, 500 * time.Millisecond},
		{"no disc", turs(senseBecomingReady, senseNoDisc), scsi.FamilyMediumNotPresent, 500 * time.Millisecond},
		{"manual intervention", turs(notReady(3)), scsi.CodeManualInterventionNeeded, 0},
		{"incompatible medium", turs(unhex("70 00 02 00 00 00 00 0A 00 00 00 00 30 00 00 00")), scsi.FamilyIncompatibleMedium, 0},
		{"medium error", turs(unhex("70 00 03 00 00 00 00 0A 00 00 00 00 57 00 00 00")), scsi.FamilyTOC, 0},
		{"deferred write error", turs(senseDeferredWrite), scsi.FamilyWriteError, 0},
		{"attentions without end", slices.Repeat(turs(senseReset), 17), scsi.FamilyReset, 0},
		// Some USB bridges never say anything better than 2/04/00.
		{"no reason given for 5.5 s", slices.Repeat(turs(notReady(0)), 12), nil, 5500 * time.Millisecond},
		{"no reason, interrupted", join(slices.Repeat(turs(notReady(0)), 6), turs(senseBecomingReady),
			slices.Repeat(turs(notReady(0)), 6), turs(nil)), nil, 6500 * time.Millisecond},
		{"START UNIT wanted", join(turs(notReady(2)), none(startCDB), turs(notReady(2), senseBecomingReady, nil)),
			nil, 1500 * time.Millisecond},
		{"START UNIT in vain", join(turs(notReady(2)), none(startCDB), slices.Repeat(turs(notReady(2)), 11)),
			scsi.CodeInitializingCommandRequired, 5500 * time.Millisecond},
		{"START UNIT refused", join(turs(notReady(2)), refused(none(startCDB), senseInvalidField)), scsi.CodeInvalidFieldInCDB, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, p := open(t, tt.script...)
			begin := p.Now()
			err := d.WaitReady(t.Context(), mmc.WaitOptions{})
			if tt.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
			}
			assert.Equal(t, tt.took, p.Now().Sub(begin))
		})
	}
}

func TestWaitReadyBusyStatus(t *testing.T) {
	d, _ := open(t, scsitest.Exchange{CDB: unhex(turCDB), Status: scsi.Busy}, tur(nil),
		scsitest.Exchange{CDB: unhex(turCDB), Status: scsi.ReservationConflict})
	require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{}))
	var status *scsi.StatusError
	assert.ErrorAs(t, d.WaitReady(t.Context(), mmc.WaitOptions{}), &status)
}

// The time is the drive's: three seconds pass without any real one.
func TestWaitReadyTimeout(t *testing.T) {
	d, p := open(t, slices.Repeat(turs(senseBecomingReady), 7)...)
	begin := p.Now()
	err := d.WaitReady(t.Context(), mmc.WaitOptions{Timeout: 3 * time.Second})
	assert.ErrorIs(t, err, mmc.ErrNotReady)
	assert.ErrorIs(t, err, scsi.CodeBecomingReady, "the last sense is told too")
	assert.Equal(t, 3*time.Second, p.Now().Sub(begin))
	assert.Equal(t, 300*time.Second, mmc.DefaultReadyTimeout)
	assert.Equal(t, 3600*time.Second, mmc.DefaultIdleTimeout)
}

func TestWaitReadyCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d, _ := open(t, turs(senseLongWrite)...)
	err := d.WaitReady(ctx, mmc.WaitOptions{OnProgress: func(float64, bool) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWaitReadyMediumGrace(t *testing.T) {
	d, _ := open(t, turs(senseNoDisc, senseNoDisc, senseBecomingReady, senseChanged, nil)...)
	var seen []scsi.Code
	require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{
		MediumGrace: 2 * time.Second, OnAttention: func(s scsi.Sense) { seen = append(seen, s.Code) },
	}))
	assert.Equal(t, []scsi.Code{scsi.CodeMediumMayHaveChanged}, seen)
	d, _ = open(t, slices.Repeat(turs(senseNoDisc), 5)...)
	assert.ErrorIs(t, d.WaitReady(t.Context(), mmc.WaitOptions{MediumGrace: 2 * time.Second}), scsi.FamilyMediumNotPresent)
}

// Progress comes from the answer itself, else from REQUEST SENSE, else it isn't known.
func TestWaitReadyProgress(t *testing.T) {
	half := slices.Clone(senseLongWrite)
	half[16] = 0x80
	quarter := in("03 00 00 00 12 00", "70 00 00 00 00 00 00 0A 00 00 00 00 04 07 00 80 40 00")
	d, _ := open(t, join(tur(half), tur(senseBusy), quarter,
		tur(senseBusy), in("03 00 00 00 12 00", "70 00 00 00 00 00 00 0A 00*10"),
		tur(senseBusy), refused(in("03 00 00 00 12 00", ""), senseInvalidOpcode), tur(nil))...)
	type report struct {
		fraction float64
		ok       bool
	}
	var got []report
	require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{
		OnProgress: func(fraction float64, ok bool) { got = append(got, report{fraction, ok}) },
	}))
	assert.Equal(t, []report{{0.5, true}, {0.25, true}, {0, false}, {0, false}}, got)
}

func TestWaitIdle(t *testing.T) {
	rdi := func(sense []byte) scsitest.Exchange {
		if sense == nil {
			return in(discInformationCDB, discAppendable)
		}
		return refused(in(discInformationCDB, ""), sense)
	}
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   error
		took   time.Duration
	}{
		{"idle", join(tur(nil), rdi(nil)), nil, 0},
		{"closing, honest drive", join(tur(senseLongWrite), tur(senseLongWrite), tur(nil), rdi(nil)), nil, time.Second},
		// Pioneer DVR-108 and DVR-111: GOOD while closing, 2/04/07 from the information commands.
		{"closing, Pioneer", join(tur(nil), rdi(senseBusy), tur(nil), rdi(senseBusy), tur(nil), rdi(nil)), nil, time.Second},
		{"attention in between", join(tur(nil), rdi(senseChanged), tur(nil), rdi(nil)), nil, 0},
		{"no disc information", join(tur(nil), rdi(senseInvalidOpcode)), nil, 0},
		{"close failed", join(tur(nil), rdi(unhex("70 00 03 00 00 00 00 0A 00 00 00 00 72 01 00 00"))), scsi.CodeSessionFixationLeadIn, 0},
		{"write failed", join(tur(nil), rdi(senseDeferredWrite)), scsi.FamilyWriteError, 0},
		{"deferred refusal", join(tur(nil), rdi(unhex("71 00 05 00 00 00 00 0A 00 00 00 00 72 03 00 00"))),
			scsi.CodeSessionFixationIncompleteTrack, 0},
		{"disc gone", join(tur(nil), rdi(senseTrayOpen)), scsi.CodeMediumNotPresentTrayOpen, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, p := open(t, tt.script...)
			begin := p.Now()
			err := d.WaitIdle(t.Context(), mmc.WaitOptions{})
			if tt.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
			}
			assert.Equal(t, tt.took, p.Now().Sub(begin))
		})
	}
}
