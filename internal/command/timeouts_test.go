package command_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// Each command gets the longest timeout of libburn, wodim and cdrdao.
func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		c    doer
		want time.Duration
	}{
		{command.TestUnitReady{}, 40 * time.Second},
		{command.Write10{}, 200 * time.Second},
		{command.SynchronizeCache{Immed: true}, 200 * time.Second},
		{command.SynchronizeCache{}, time.Hour},
		{command.CloseTrackSession{Function: command.CloseSession, Immed: true}, 200 * time.Second},
		{command.CloseTrackSession{Function: command.CloseSession}, time.Hour},
		{command.CloseTrackSession{Function: command.CloseTrack}, time.Hour},
		{command.SendOPCInformation{}, 200 * time.Second},
		{command.Blank{Immed: true}, 200 * time.Second},
		{command.Blank{}, 5 * time.Hour},
		{command.StartStopUnit{}, 5 * time.Minute},
		{question[command.DiscInformation]{command.ReadDiscInformation{}}, 4 * time.Minute},
		{question[command.TrackInformation]{command.ReadTrackInformation{}}, 4 * time.Minute},
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
		mmctest.Encoder
		Do(context.Context, scsi.Transport) (R, error)
	}
}

func (q question[R]) CDB() ([16]byte, int) { return q.ask.CDB() }

func (q question[R]) Do(ctx context.Context, t scsi.Transport) error {
	_, err := q.ask.Do(ctx, t)
	return err
}
