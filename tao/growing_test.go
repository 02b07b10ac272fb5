package tao_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A size within run-out of the sectors sent may still be growing: it counts only if it was
// reported twice.
func TestSizeThatStillGrows(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	flushed, asked := false, 0
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		res, err := next()
		flushed = flushed || req.CDB[0] == command.OpSynchronizeCache
		if flushed && req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 1 && res.N >= 28 {
			if asked++; asked == 1 { // bytes 24 to 27: the size (MMC-6 table 498)
				size := binary.BigEndian.Uint32(req.Data[24:])
				binary.BigEndian.PutUint32(req.Data[24:], size-2)
			}
		}
		return res, err
	}
	r, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.NoError(t, err)
	require.Greater(t, asked, 1)
	require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
	require.Equal(t, r.Tracks[0].Sent, r.Tracks[0].ShownSize)
	require.Empty(t, r.Tracks[0].Notes, "the whole track is shown")
}
