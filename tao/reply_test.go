package tao_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// An unusable reply of any kind has a category and IMAPI's code, and the burn ends before the
// laser starts.
func TestUnusableReplies(t *testing.T) {
	for name, reply := range map[string]struct {
		text string
		want error
	}{
		"short":   {"\x00\x20\x00", exchange.ErrShortReply},
		"nothing": {"", exchange.ErrShortReply},
		"tracks":  {"\x00\x20\x00\x01\x01\x01\x64\x00" + string(make([]byte, 26)), exchange.ErrImplausible},
		"bridge":  {"\x00\x20\x00\x01\x01\x01\x01\x00" + string(make([]byte, 22)) + "USBS", exchange.ErrImplausible},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if req.CDB[0] != command.OpReadDiscInformation {
					return next()
				}
				return scsi.Result{N: copy(req.Data, reply.text)}, nil
			}
			_, err := tao.Burn(t.Context(), b.drive, album(), nil)
			require.ErrorIs(t, err, reply.want)
			assert.ErrorIs(t, err, burn.ErrBadResponse)
			assert.Equal(t, burn.ErrNoDrive, burn.Category(err))
			code, _, ok := burn.HRESULT(err)
			assert.True(t, ok)
			assert.Equal(t, uint32(0xC0AA02FF), code)
			assert.Empty(t, b.tap.writes)
		})
	}
}
