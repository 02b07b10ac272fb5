package command_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/scsi"
)

// doer is a command without a reply.
type doer interface {
	mmctest.Encoder
	Do(ctx context.Context, t scsi.Transport) error
}

// wantDo runs a command without data: GOOD, a recovered error and a refusal.
func wantDo(t *testing.T, c doer, cdb string) {
	t.Helper()
	wantCDB(t, c, cdb)
	tr := play(t, none(cdb), refused(none(cdb), recovered), refused(none(cdb), senseInvalidOpcode))
	require.NoError(t, c.Do(t.Context(), tr))
	assert.NoError(t, c.Do(t.Context(), tr), "a recovered error is success")
	assert.ErrorIs(t, c.Do(t.Context(), tr), asc.InvalidOpcode)
}
