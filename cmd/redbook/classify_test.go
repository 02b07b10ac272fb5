package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
	"github.com/stretchr/testify/assert"
)

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("something"), exitFailed},
		{usage("wrong"), exitUsage},
		{tao.ErrLocked, exitNoDrive},
		{tao.ErrNoTAO, exitNoDrive},
		{mmc.ErrNotMMC, exitNoDrive},
		{fs.ErrPermission, exitNoDrive},
		{&scsi.LockedError{Owner: "somebody"}, exitNoDrive},
		{tao.ErrNoMedia, exitNoDisc},
		{tao.ErrFinalized, exitNoDisc},
		{tao.ErrMediaNotBlank, exitNoDisc},
		{tao.ErrNotErasable, exitNoDisc},
		{scsi.FamilyMediumNotPresent, exitNoDisc},
		{tao.ErrEmptySource, exitBadInput},
		{tao.ErrSourceChanged, exitBadInput},
		{pcm.ErrUnsupportedFormat, exitBadInput},
		{tao.ErrNoSpace, exitDoesntFit},
		{tao.ErrTrackLimit, exitDoesntFit},
		{tao.ErrUnderrun, exitWriteFailed},
		{errors.Join(tao.ErrWriteFailed, tao.ErrDriveLost), exitWriteFailed},
		{tao.ErrVerify, exitVerify},
		{tao.ErrUnconfirmed, exitUnconfirmed},
		{tao.ErrCancelled, exitCancelled},
		{context.Canceled, exitCancelled},
		{errors.Join(context.Canceled, tao.ErrWriteFailed), exitWriteFailed},
	} {
		got, _ := verdict(c.err)
		assert.Equal(t, c.want, got, "%v", c.err)
		if c.err == nil {
			continue
		}
		got, _ = verdict(fmt.Errorf("while doing something: %w", c.err))
		assert.Equal(t, c.want, got, "wrapped %v", c.err)
	}
}

func TestSentence(t *testing.T) {
	noDisc := scsi.NewSenseError(&scsi.Request{Name: "TEST UNIT READY"}, []byte{0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x3A, 1, 0, 0, 0, 0})
	for _, c := range []struct {
		err     error
		verbose bool
		want    string
	}{
		{errors.New("plain"), false, "plain"},
		{noDisc, false, "there is no disc in the drive: TEST UNIT READY: not ready, medium not present, tray closed (2/3A/01)"},
		{&tao.Error{Phase: tao.PhasePlan, Err: tao.ErrFinalized}, false, tao.ErrFinalized.Error()},
		{&tao.Error{Phase: tao.PhasePlan, Err: tao.ErrMediaNotBlank}, true, "tao: plan: " + tao.ErrMediaNotBlank.Error() + " [E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK]"},
		{&tao.Error{Phase: tao.PhaseWrite, Track: 3, LBA: 45012, Err: errors.New("mmc: broken")}, false, "write track 3 at LBA 45012: broken"},
		{&tao.Error{Phase: tao.PhaseWrite, Track: 3, LBA: 45012, Err: tao.ErrCancelled}, false, "cancelled"},
		{errors.Join(errors.New("tao: one"), errors.New("sim: two")), false, "one\n  two"},
		{errors.New("my wav: file.wav: byte 3"), false, "my wav: file.wav: byte 3"},
	} {
		assert.Equal(t, c.want, sentence(c.err, c.verbose))
	}
}
