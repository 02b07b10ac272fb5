package tao_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// The values of Microsoft's imapi2error.h.
func TestHRESULTs(t *testing.T) {
	for _, row := range []struct {
		err  error
		code uint32
		name string
	}{
		{tao.ErrCancelled, 0xC0AA0002, "E_IMAPI_REQUEST_CANCELLED"},
		{tao.ErrRecorderRequired, 0xC0AA0003, "E_IMAPI_RECORDER_REQUIRED"},
		{tao.ErrVerify, 0xC0AA0007, "E_IMAPI_BURN_VERIFICATION_FAILED"},
		{tao.ErrNoModePage, 0xC0AA0201, "E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE"},
		{tao.ErrNoMedia, 0xC0AA0202, "E_IMAPI_RECORDER_MEDIA_NO_MEDIA"},
		{tao.ErrMediaIncompatible, 0xC0AA0203, "E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE"},
		{tao.ErrUpsideDown, 0xC0AA0204, "E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN"},
		{tao.ErrBecomingReady, 0xC0AA0205, "E_IMAPI_RECORDER_MEDIA_BECOMING_READY"},
		{tao.ErrFormatting, 0xC0AA0206, "E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS"},
		{tao.ErrBusy, 0xC0AA0207, "E_IMAPI_RECORDER_MEDIA_BUSY"},
		{tao.ErrModeParams, 0xC0AA0208, "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS"},
		{tao.ErrWriteProtected, 0xC0AA0209, "E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED"},
		{tao.ErrNoFeature, 0xC0AA020A, "E_IMAPI_RECORDER_NO_SUCH_FEATURE"},
		{tao.ErrFeatureNotCurrent, 0xC0AA020B, "E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT"},
		{tao.ErrNoConfiguration, 0xC0AA020C, "E_IMAPI_RECORDER_GET_CONFIGURATION_NOT_SUPPORTED"},
		{tao.ErrTimeout, 0xC0AA020D, "E_IMAPI_RECORDER_COMMAND_TIMEOUT"},
		{tao.ErrNoDiscStructure, 0xC0AA020E, "E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT"},
		{tao.ErrSpeedMismatch, 0xC0AA020F, "E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH"},
		{tao.ErrLocked, 0xC0AA0210, "E_IMAPI_RECORDER_LOCKED"},
		{tao.ErrLockName, 0xC0AA0211, "E_IMAPI_RECORDER_CLIENT_NAME_IS_NOT_VALID"},
		{tao.ErrBadResponse, 0xC0AA02FF, "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE"},
		{tao.ErrUnderrun, 0xC0AA0300, "E_IMAPI_LOSS_OF_STREAMING"},
		{tao.ErrUnexpected, 0xC0AA0301, "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE"},
		{tao.ErrWriteInProgress, 0xC0AA0500, "E_IMAPI_DF2TAO_WRITE_IN_PROGRESS"},
		{tao.ErrNotWriting, 0xC0AA0501, "E_IMAPI_DF2TAO_WRITE_NOT_IN_PROGRESS"},
		{tao.ErrNotPrepared, 0xC0AA0502, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_PREPARED"},
		{tao.ErrPrepared, 0xC0AA0503, "E_IMAPI_DF2TAO_MEDIA_IS_PREPARED"},
		{tao.ErrBlankOnly, 0xC0AA0504, "E_IMAPI_DF2TAO_PROPERTY_FOR_BLANK_MEDIA_ONLY"},
		{tao.ErrEmptyTOC, 0xC0AA0505, "E_IMAPI_DF2TAO_TABLE_OF_CONTENTS_EMPTY_DISC"},
		{tao.ErrMediaNotBlank, 0xC0AA0506, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK"},
		{tao.ErrMediaNotSupported, 0xC0AA0507, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_SUPPORTED"},
		{tao.ErrTrackLimit, 0xC0AA0508, "E_IMAPI_DF2TAO_TRACK_LIMIT_REACHED"},
		{tao.ErrNoSpace, 0xC0AA0509, "E_IMAPI_DF2TAO_NOT_ENOUGH_SPACE"},
		{tao.ErrNoRecorder, 0xC0AA050A, "E_IMAPI_DF2TAO_NO_RECORDER_SPECIFIED"},
		{tao.ErrInvalidISRC, 0xC0AA050B, "E_IMAPI_DF2TAO_INVALID_ISRC"},
		{tao.ErrInvalidMCN, 0xC0AA050C, "E_IMAPI_DF2TAO_INVALID_MCN"},
		{tao.ErrStream, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{tao.ErrRecorderNotSupported, 0xC0AA050E, "E_IMAPI_DF2TAO_RECORDER_NOT_SUPPORTED"},
		{tao.ErrClientName, 0xC0AA050F, "E_IMAPI_DF2TAO_CLIENT_NAME_IS_NOT_VALID"},
		{tao.ErrNotErasable, 0x80AA0904, "E_IMAPI_ERASE_MEDIA_IS_NOT_ERASABLE"},
		// Ours answer with the code of what they belong to.
		{tao.ErrFinalized, 0xC0AA0506, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK"},
		{tao.ErrEmptySource, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{tao.ErrNoTAO, 0xC0AA050E, "E_IMAPI_DF2TAO_RECORDER_NOT_SUPPORTED"},
	} {
		for _, err := range []error{row.err, fmt.Errorf("wrapped: %w", row.err), errors.Join(errors.New("other"), row.err)} {
			code, name, ok := tao.HRESULT(err)
			require.True(t, ok, row.name)
			require.Equal(t, row.code, code, row.name)
			require.Equal(t, row.name, name)
		}
	}
	for _, err := range []error{nil, errors.New("plain"), tao.ErrUnconfirmed, tao.ErrDoesNotFit} {
		_, _, ok := tao.HRESULT(err)
		require.False(t, ok)
	}
	code, name, ok := tao.ErrNoMedia.HRESULT()
	require.True(t, ok)
	require.Equal(t, uint32(0xC0AA0202), code)
	require.Equal(t, "E_IMAPI_RECORDER_MEDIA_NO_MEDIA", name)
	is(t, tao.ErrRecorderRequired, tao.ErrNoRecorder, tao.ErrNoDrive)
	require.False(t, errors.Is(tao.ErrNoRecorder, tao.ErrRecorderRequired))
}

// What a drive says on the first WRITE becomes the sentinel that IMAPI has for it,
// and the sense data match as well.
func TestSenseBecomesASentinel(t *testing.T) {
	for _, row := range []struct {
		key, asc, ascq byte
		want           error
	}{
		{0x02, 0x3A, 0x00, tao.ErrNoMedia},
		{0x02, 0x3A, 0x02, tao.ErrNoMedia},
		{0x02, 0x30, 0x00, tao.ErrMediaIncompatible},
		{0x05, 0x30, 0x05, tao.ErrMediaIncompatible},
		{0x05, 0x26, 0x00, tao.ErrModeParams},
		{0x07, 0x27, 0x00, tao.ErrWriteProtected},
		{0x03, 0x0C, 0x09, tao.ErrUnderrun},
		{0x03, 0x0C, 0x00, tao.ErrUnexpected},
		{0x03, 0x73, 0x03, tao.ErrUnexpected},
		{0x05, 0x63, 0x00, tao.ErrNoSpace},
		{0x05, 0x20, 0x00, tao.ErrNoFeature},
		{0x04, 0x3E, 0x02, tao.ErrTimeout},
		{0x06, 0x28, 0x00, tao.ErrDriveLost},
		{0x06, 0x29, 0x00, tao.ErrDriveLost},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.Opcode() == mmc.OpWrite10 {
				return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(row.key, row.asc, row.ascq, false)}, nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, row.want, tao.ErrWriteFailed, scsi.SenseKey(row.key), scsi.Code(uint16(row.asc)<<8|uint16(row.ascq)), scsi.Family(row.asc))
		var e *tao.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, tao.PhaseWrite, e.Phase)
		require.Equal(t, 1, e.Track)
		require.Contains(t, fmt.Sprint(r.NextSteps), fmt.Sprintf("%X/%02X/%02X", row.key, row.asc, row.ascq))
		require.Contains(t, fmt.Sprint(r.NextSteps), "nothing was written")
	}
}

// What the drive answers before there is anything to write.
func TestNotReadyBecomesASentinel(t *testing.T) {
	for _, row := range []struct {
		asc, ascq byte
		want      error
	}{
		{0x04, 0x01, tao.ErrBecomingReady}, {0x04, 0x04, tao.ErrFormatting},
		{0x04, 0x07, tao.ErrBusy}, {0x04, 0x08, tao.ErrBusy}, {0x3A, 0x01, tao.ErrNoMedia},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.Opcode() == mmc.OpTestUnitReady {
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
		if req.Opcode() == mmc.OpWrite10 && b.tap.count(mmc.OpWrite10) == 20 {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(3, 0x0C, 0, false)}, nil
		}
		return next()
	}
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.EqualError(t, err, "tao: write track 2 at LBA 661: WRITE(10): medium error, write error (3/0C/00)")
}

// A transport that fails is no drive, unless the laser was on.
func TestTransportErrors(t *testing.T) {
	for _, row := range []struct {
		cause error
		want  error
	}{
		{fs.ErrPermission, tao.ErrNoDrive}, {fs.ErrNotExist, tao.ErrNoDrive},
		{os.ErrDeadlineExceeded, tao.ErrTimeout}, {errors.New("cable"), tao.ErrDriveLost},
	} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, _ func() (scsi.Result, error)) (scsi.Result, error) {
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: row.cause}
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, row.want, row.cause)
		require.Equal(t, tao.VerdictFailed, r.Verdict)
		require.NotEmpty(t, r.NextSteps)
	}
}

// Without BURN-free a late host shows as a wrong address.
func TestUnderrunIsRecognised(t *testing.T) {
	for name, sense := range map[string][]byte{
		"old":                fixedSense(5, 0x21, 0x02, false),
		"mmc1":               fixedSense(5, 0x21, 0x00, false),
		"streaming-underrun": fixedSense(3, 0x0C, 0x09, false),
	} {
		b := newBench(t, name, sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.Opcode() == mmc.OpWrite10 && b.tap.count(mmc.OpWrite10) == 5 {
				return scsi.Result{Status: scsi.CheckCondition, Sense: sense}, nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, tao.ErrUnderrun, tao.ErrWriteFailed)
		require.Equal(t, "E_IMAPI_LOSS_OF_STREAMING", r.HRESULT)
		require.Contains(t, fmt.Sprint(r.NextSteps), "burn slower")
	}
	b := newBench(t, "modern", sim.CDR80) // with BURN-free a wrong address is no underrun
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.Opcode() == mmc.OpWrite10 && b.tap.count(mmc.OpWrite10) == 5 {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x21, 0x02, false)}, nil
		}
		return next()
	}
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.False(t, errors.Is(err, tao.ErrUnderrun))
}

func TestCategory(t *testing.T) {
	require.Nil(t, tao.Category(nil))
	require.Nil(t, tao.Category(errors.New("x")))
	require.Equal(t, tao.ErrCancelled, tao.Category(errors.Join(tao.ErrWriteFailed, tao.ErrCancelled)))
	require.Equal(t, tao.ErrWriteFailed, tao.Category(errors.Join(tao.ErrUnconfirmed, tao.ErrUnderrun)))
	require.Nil(t, tao.Advice(nil))
}

func TestSpeedText(t *testing.T) {
	for text, want := range map[string]tao.Speed{"16x": 1200, "16": 1200, "4.5X": 338, "max": -1, "": -1, " 8x ": 600} {
		got, err := tao.ParseSpeed(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"fast", "-3x", "0", "1e9"} {
		_, err := tao.ParseSpeed(text)
		require.Error(t, err, text)
	}
	require.Equal(t, "16x", tao.SpeedX(16).String())
	require.Equal(t, "max", tao.SpeedMax.String())
	require.Equal(t, 2822, tao.SpeedX(16).KBps())
	require.Zero(t, tao.SpeedMax.KBps())
	for _, kBps := range []int{2816, 2822, 2823, 2832} {
		require.Equal(t, tao.SpeedX(16), tao.SpeedOfKBps(kBps), kBps)
	}
}

func TestTextForms(t *testing.T) {
	for _, v := range []tao.VerifyLevel{tao.VerifyNone, tao.VerifyQuick, tao.VerifyFull} {
		b, err := v.MarshalText()
		require.NoError(t, err)
		var back tao.VerifyLevel
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, v, back)
	}
	for _, p := range []tao.ReservePolicy{tao.ReserveAuto, tao.ReserveAlways, tao.ReserveNever} {
		b, err := p.MarshalText()
		require.NoError(t, err)
		var back tao.ReservePolicy
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, p, back)
	}
	var v tao.VerifyLevel
	require.Error(t, v.UnmarshalText([]byte("some")))
	var p tao.ReservePolicy
	require.Error(t, p.UnmarshalText([]byte("some")))
	require.Equal(t, "level 9", tao.VerifyLevel(9).String())
	require.Equal(t, "policy 9", tao.ReservePolicy(9).String())
	require.Equal(t, "preparing writing finishing verifying unknown", fmt.Sprint(tao.ActionPreparing, " ", tao.ActionWriting, " ",
		tao.ActionFinishing, " ", tao.ActionVerifying, " ", tao.ActionUnknown))
}
