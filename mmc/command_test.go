package mmc_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Each command gets the longest timeout of libburn, wodim and cdrdao.
func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		c    doer
		want time.Duration
	}{
		{mmc.TestUnitReady{}, 40 * time.Second},
		{mmc.Write10{}, 200 * time.Second},
		{mmc.SynchronizeCache{Immed: true}, 200 * time.Second},
		{mmc.SynchronizeCache{}, time.Hour},
		{mmc.CloseTrackSession{Function: mmc.CloseSession, Immed: true}, 200 * time.Second},
		{mmc.CloseTrackSession{Function: mmc.CloseSession}, time.Hour},
		{mmc.CloseTrackSession{Function: mmc.CloseTrack}, time.Hour},
		{mmc.SendOPCInformation{}, 200 * time.Second},
		{mmc.Blank{Immed: true}, 200 * time.Second},
		{mmc.Blank{}, 5 * time.Hour},
		{mmc.StartStopUnit{}, 5 * time.Minute},
		{question[mmc.DiscInformation]{mmc.ReadDiscInformation{}}, 4 * time.Minute},
		{question[mmc.TrackInformation]{mmc.ReadTrackInformation{}}, 4 * time.Minute},
	} {
		got := time.Duration(0)
		_ = tt.c.Do(t.Context(), scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			got = req.Timeout
			return scsi.Result{}, nil
		}))
		assert.Equal(t, tt.want, got, "%T %+v", tt.c, tt.c)
	}
}

// question adapts a command with a reply to one without.
type question[R any] struct {
	ask interface {
		command
		Do(context.Context, scsi.Transport) (R, error)
	}
}

func (q question[R]) CDB() ([16]byte, int) { return q.ask.CDB() }

func (q question[R]) Do(ctx context.Context, t scsi.Transport) error {
	_, err := q.ask.Do(ctx, t)
	return err
}
