package tao_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// The drive's error on the first WRITE matches the sentinel with IMAPI's code, and contains
// the sense data.
func TestSenseBecomesASentinel(t *testing.T) {
	for _, row := range []struct {
		key, asc, ascq byte
		want           error
	}{
		{0x02, 0x3A, 0x00, burn.ErrNoMedia},
		{0x02, 0x3A, 0x02, burn.ErrNoMedia},
		{0x02, 0x30, 0x00, burn.ErrMediaIncompatible},
		{0x05, 0x30, 0x05, burn.ErrMediaIncompatible},
		{0x05, 0x26, 0x00, burn.ErrModeParams},
		{0x07, 0x27, 0x00, burn.ErrWriteProtected},
		{0x03, 0x0C, 0x09, burn.ErrUnderrun},
		{0x03, 0x0C, 0x00, burn.ErrUnexpected},
		{0x03, 0x73, 0x03, burn.ErrUnexpected},
		{0x05, 0x63, 0x00, burn.ErrNoSpace},
		{0x05, 0x20, 0x00, burn.ErrNoFeature},
		{0x04, 0x3E, 0x02, burn.ErrTimeout},
		{0x06, 0x28, 0x00, burn.ErrDriveLost},
		{0x06, 0x29, 0x00, burn.ErrDriveLost},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpWrite10 {
				return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(row.key, row.asc, row.ascq, false)}, nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, row.want, burn.ErrWriteFailed, scsi.SenseKey(row.key), scsi.Code(uint16(row.asc)<<8|uint16(row.ascq)), scsi.ASC(row.asc))
		var e *burn.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, burn.PhaseWrite, e.Phase)
		require.Equal(t, 1, e.Track)
		require.Contains(t, r.Failure, fmt.Sprintf("%X/%02X/%02X", row.key, row.asc, row.ascq))
		require.Equal(t, mmc.DiscEmpty, r.After.Status.Value)
	}
}

// Errors of the drive before anything can be written.
func TestNotReadyBecomesASentinel(t *testing.T) {
	for _, row := range []struct {
		asc, ascq byte
		want      error
	}{
		{0x04, 0x01, burn.ErrBecomingReady}, {0x04, 0x04, burn.ErrFormatting},
		{0x04, 0x07, burn.ErrBusy}, {0x04, 0x08, burn.ErrBusy}, {0x3A, 0x01, burn.ErrNoMedia},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpTestUnitReady || req.CDB[0] == command.OpReadDiscInformation {
				return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(2, row.asc, row.ascq, false)}, nil
			}
			return next()
		}
		_, err := tao.MakePlan(context.Background(), b.drive, album(), nil)
		is(t, err, row.want, scsi.KeyNotReady)
	}
}

func TestErrorText(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] == command.OpWrite10 && b.tap.count(command.OpWrite10) == 20 {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(3, 0x0C, 0, false)}, nil
		}
		return next()
	}
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.EqualError(t, err, "write track 2 at LBA 661: WRITE(10): medium error, write error (3/0C/00)")
}

// A failed transport is ErrNoDrive, unless the laser was on.
func TestTransportErrors(t *testing.T) {
	for _, row := range []struct {
		cause error
		want  error
	}{
		{fs.ErrPermission, burn.ErrNoDrive}, {fs.ErrNotExist, burn.ErrNoDrive},
		{os.ErrDeadlineExceeded, burn.ErrTimeout}, {errors.New("cable"), burn.ErrDriveLost},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, _ func() (scsi.Result, error)) (scsi.Result, error) {
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: row.cause}
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, row.want, row.cause)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.NotEmpty(t, r.Failure)
	}
}

// Without BURN-free, a host that is too slow shows as a refused address.
func TestUnderrunIsRecognized(t *testing.T) {
	for name, sense := range map[string][]byte{
		"old":                fixedSense(5, 0x21, 0x02, false),
		"mmc1":               fixedSense(5, 0x21, 0x00, false),
		"streaming-underrun": fixedSense(3, 0x0C, 0x09, false),
	} {
		b := newBench(t, name, sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpWrite10 && b.tap.count(command.OpWrite10) == 5 {
				return scsi.Result{Status: scsi.CheckCondition, Sense: sense}, nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, burn.ErrUnderrun, burn.ErrWriteFailed)
		require.Equal(t, "E_IMAPI_LOSS_OF_STREAMING", r.HRESULT)
	}
	b := newBench(t, "modern", sim.CDR80) // with BURN-free a refused address isn't an underrun
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] == command.OpWrite10 && b.tap.count(command.OpWrite10) == 5 {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x21, 0x02, false)}, nil
		}
		return next()
	}
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.False(t, errors.Is(err, burn.ErrUnderrun))
}

func TestCategory(t *testing.T) {
	require.Nil(t, burn.Category(nil))
	require.Nil(t, burn.Category(errors.New("x")))
	require.Equal(t, burn.ErrCanceled, burn.Category(errors.Join(burn.ErrWriteFailed, burn.ErrCanceled)))
	require.Equal(t, burn.ErrWriteFailed, burn.Category(errors.Join(burn.ErrUnconfirmed, burn.ErrUnderrun)))
}

func TestTextForms(t *testing.T) {
	for _, v := range []disc.VerifyLevel{disc.VerifyNone, disc.VerifyQuick, disc.VerifyFull} {
		b, err := v.MarshalText()
		require.NoError(t, err)
		var back disc.VerifyLevel
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, v, back)
	}
	var v disc.VerifyLevel
	require.Error(t, v.UnmarshalText([]byte("some")))
	require.Equal(t, "verification level 9", disc.VerifyLevel(9).String())
	require.Equal(t, "preparing writing finishing verifying unknown", fmt.Sprint(burn.ActionPreparing, " ", burn.ActionWriting, " ",
		burn.ActionFinishing, " ", burn.ActionVerifying, " ", burn.ActionUnknown))
}
