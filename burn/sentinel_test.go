package burn

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// The values of Microsoft's imapi2error.h.
func TestHRESULTs(t *testing.T) {
	for _, row := range []struct {
		err  error
		code uint32
		name string
	}{
		{ErrCanceled, 0xC0AA0002, "E_IMAPI_REQUEST_CANCELLED"},
		{ErrRecorderRequired, 0xC0AA0003, "E_IMAPI_RECORDER_REQUIRED"},
		{ErrVerify, 0xC0AA0007, "E_IMAPI_BURN_VERIFICATION_FAILED"},
		{ErrNoMedia, 0xC0AA0202, "E_IMAPI_RECORDER_MEDIA_NO_MEDIA"},
		{ErrMediaIncompatible, 0xC0AA0203, "E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE"},
		{ErrBecomingReady, 0xC0AA0205, "E_IMAPI_RECORDER_MEDIA_BECOMING_READY"},
		{ErrFormatting, 0xC0AA0206, "E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS"},
		{ErrBusy, 0xC0AA0207, "E_IMAPI_RECORDER_MEDIA_BUSY"},
		{ErrModeParams, 0xC0AA0208, "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS"},
		{ErrWriteProtected, 0xC0AA0209, "E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED"},
		{ErrNoFeature, 0xC0AA020A, "E_IMAPI_RECORDER_NO_SUCH_FEATURE"},
		{ErrTimeout, 0xC0AA020D, "E_IMAPI_RECORDER_COMMAND_TIMEOUT"},
		{ErrLocked, 0xC0AA0210, "E_IMAPI_RECORDER_LOCKED"},
		{ErrBadResponse, 0xC0AA02FF, "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE"},
		{ErrUnderrun, 0xC0AA0300, "E_IMAPI_LOSS_OF_STREAMING"},
		{ErrUnexpected, 0xC0AA0301, "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE"},
		{ErrWriteInProgress, 0xC0AA0500, "E_IMAPI_DF2TAO_WRITE_IN_PROGRESS"},
		{ErrNotWriting, 0xC0AA0501, "E_IMAPI_DF2TAO_WRITE_NOT_IN_PROGRESS"},
		{ErrNotPrepared, 0xC0AA0502, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_PREPARED"},
		{ErrPrepared, 0xC0AA0503, "E_IMAPI_DF2TAO_MEDIA_IS_PREPARED"},
		{ErrBlankOnly, 0xC0AA0504, "E_IMAPI_DF2TAO_PROPERTY_FOR_BLANK_MEDIA_ONLY"},
		{ErrEmptyTOC, 0xC0AA0505, "E_IMAPI_DF2TAO_TABLE_OF_CONTENTS_EMPTY_DISC"},
		{ErrMediaNotBlank, 0xC0AA0506, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK"},
		{ErrMediaNotSupported, 0xC0AA0507, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_SUPPORTED"},
		{ErrTrackLimit, 0xC0AA0508, "E_IMAPI_DF2TAO_TRACK_LIMIT_REACHED"},
		{ErrNoSpace, 0xC0AA0509, "E_IMAPI_DF2TAO_NOT_ENOUGH_SPACE"},
		{ErrNoRecorder, 0xC0AA050A, "E_IMAPI_DF2TAO_NO_RECORDER_SPECIFIED"},
		{ErrInvalidISRC, 0xC0AA050B, "E_IMAPI_DF2TAO_INVALID_ISRC"},
		{ErrInvalidMCN, 0xC0AA050C, "E_IMAPI_DF2TAO_INVALID_MCN"},
		{ErrStream, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{ErrRecorderNotSupported, 0xC0AA050E, "E_IMAPI_DF2TAO_RECORDER_NOT_SUPPORTED"},
		{ErrClientName, 0xC0AA050F, "E_IMAPI_DF2TAO_CLIENT_NAME_IS_NOT_VALID"},
		{ErrUnconfirmed, 0xC0AA0007, "E_IMAPI_BURN_VERIFICATION_FAILED"},
		{ErrSourceShort, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{ErrSourceChanged, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{ErrEraseFailed, 0x80AA0905, "E_IMAPI_ERASE_DRIVE_FAILED_ERASE_COMMAND"},
		{ErrNotErasable, 0x80AA0904, "E_IMAPI_ERASE_MEDIA_IS_NOT_ERASABLE"},
		// Ours answer with the code of what they belong to.
		{ErrFinalized, 0xC0AA0506, "E_IMAPI_DF2TAO_MEDIA_IS_NOT_BLANK"},
		{ErrEmptySource, 0xC0AA050D, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED"},
		{ErrNoTAO, 0xC0AA050E, "E_IMAPI_DF2TAO_RECORDER_NOT_SUPPORTED"},
	} {
		for _, err := range []error{row.err, fmt.Errorf("wrapped: %w", row.err), errors.Join(errors.New("other"), row.err)} {
			code, name, ok := HRESULT(err)
			require.True(t, ok, row.name)
			require.Equal(t, row.code, code, row.name)
			require.Equal(t, row.name, name)
		}
	}
	for _, err := range []error{nil, errors.New("plain"), ErrDoesNotFit} {
		_, _, ok := HRESULT(err)
		require.False(t, ok)
	}
	code, name, ok := ErrNoMedia.HRESULT()
	require.True(t, ok)
	require.Equal(t, uint32(0xC0AA0202), code)
	require.Equal(t, "E_IMAPI_RECORDER_MEDIA_NO_MEDIA", name)
	require.ErrorIs(t, ErrRecorderRequired, ErrNoRecorder)
	require.ErrorIs(t, ErrRecorderRequired, ErrNoDrive)
	require.False(t, errors.Is(ErrNoRecorder, ErrRecorderRequired))
}
