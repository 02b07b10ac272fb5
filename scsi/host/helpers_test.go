package host

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// transportError asserts that err is one, with this Sent, and matches all of is.
func transportError(t *testing.T, err error, sent scsi.Sent, is ...error) {
	t.Helper()
	te, ok := errors.AsType[*scsi.TransportError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, sent, te.Sent, "%v", err)
	for _, want := range is {
		require.ErrorIs(t, err, want)
	}
}

func testUnitReady() *scsi.Request { return &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"} }

func inquiry(n int) *scsi.Request {
	return &scsi.Request{CDB: [16]byte{0: 0x12, 4: byte(n)}, CDBLen: 6, Dir: scsi.DataIn, Data: make([]byte, n), Name: "INQUIRY"}
}

func contains(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, p := range parts {
		require.Truef(t, strings.Contains(err.Error(), p), "%q lacks %q", err, p)
	}
}

// rawFunc is a scsi.Transport that doesn't touch the rest of the buffer.
type rawFunc func(ctx context.Context, req *scsi.Request) (scsi.Result, error)

func (f rawFunc) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) { return f(ctx, req) }
func (rawFunc) Limits() scsi.Limits                                              { return scsi.Limits{} }
func (rawFunc) Close() error                                                     { return nil }
