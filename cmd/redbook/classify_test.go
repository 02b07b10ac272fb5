package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
)

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("something"), exitFailed},
		{usage("wrong"), exitUsage},
		{burn.ErrLocked, exitNoDrive},
		{burn.ErrNoTAO, exitUnable},
		{burn.ErrNoFeature, exitUnable},
		{burn.ErrNoSAO, exitUnable},
		{mmc.ErrNotMMC, exitNoDrive},
		{fs.ErrPermission, exitNoDrive},
		{&scsi.LockedError{Owner: "somebody"}, exitNoDrive},
		{burn.ErrNoMedia, exitNoDisc},
		{burn.ErrFinalized, exitNoDisc},
		{burn.ErrMediaNotBlank, exitNoDisc},
		{burn.ErrNotErasable, exitNoDisc},
		{asc.FamilyMediumNotPresent, exitNoDisc},
		{burn.ErrEmptySource, exitBadInput},
		{burn.ErrSourceChanged, exitBadInput},
		{pcm.ErrUnsupportedFormat, exitBadInput},
		{burn.ErrNoSpace, exitDoesntFit},
		{burn.ErrTrackLimit, exitDoesntFit},
		{burn.ErrUnderrun, exitWriteFailed},
		{errors.Join(burn.ErrWriteFailed, burn.ErrDriveLost), exitWriteFailed},
		{burn.ErrVerify, exitVerify},
		{burn.ErrUnconfirmed, exitUnconfirmed},
		{burn.ErrCanceled, exitCanceled},
		{context.Canceled, exitCanceled},
		{errors.Join(context.Canceled, burn.ErrWriteFailed), exitWriteFailed},
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
		{noDisc, false, "no disc in the drive (2/3A/01)"},
		{&burn.Error{Phase: burn.PhasePlan, Err: burn.ErrFinalized}, false, burn.ErrFinalized.Error()},
		{&burn.Error{Phase: burn.PhasePlan, Err: burn.ErrMediaNotBlank}, true, "plan: " + burn.ErrMediaNotBlank.Error() + " [E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK]"},
		{&burn.Error{Phase: burn.PhaseWrite, Track: 3, LBA: 45012, Err: errors.New("broken")}, false, "write track 3 at LBA 45012: broken"},
		{&burn.Error{Phase: burn.PhaseWrite, Track: 3, LBA: 45012, Err: burn.ErrCanceled}, false, "canceled"},
		{fmt.Errorf("READ TOC: %w", &scsi.TransportError{Op: "READ TOC", Err: context.Canceled}), false, "canceled"},
		{errors.Join(errors.New("one"), errors.New("two")), false, "one\n  two"},
		{errors.Join(errors.New("one"), errors.New("one")), false, "one"},
		{fmt.Errorf("first: %w", errors.Join(errors.New("it fails"), errors.New("it fails"), errors.New("twice"))), false, "first: it fails\n  it fails\n  twice"},
		{errors.New("it fails\n  it fails\n\n  more\n"), false, "it fails\n  more"},
		{errors.New("my wav: file.wav: byte 3"), false, "my wav: file.wav: byte 3"},
	} {
		assert.Equal(t, c.want, sentence(c.err, c.verbose))
	}
}
