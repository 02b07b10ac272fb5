package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpSynchronizeCache is the operation code of SYNCHRONIZE CACHE.
const OpSynchronizeCache = 0x35

// SynchronizeCache writes the drive's buffer to the disc (MMC-5 6.41). In track-at-once
// recording it ends the track. Errors of earlier WRITEs may be reported here; some
// drives report one although the flush succeeded.
//
//	byte 0  35
//	     1  b1 IMMED
type SynchronizeCache struct {
	Immed bool // status at once; unit.WaitIdle waits for the end
}

// The command takes far longer if it waits for the work.
var (
	synchronizeCache      = exchange.Spec{Name: "SYNCHRONIZE CACHE", Timeout: exchange.TimeoutFlush}
	synchronizeCacheImmed = exchange.Spec{Name: "SYNCHRONIZE CACHE", Timeout: exchange.TimeoutImmed}
)

// CDB returns the command descriptor block and its length.
func (c SynchronizeCache) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpSynchronizeCache
	cdb[1] = bit(c.Immed, 0x02)
	return cdb, 10
}

// Do runs the command.
func (c SynchronizeCache) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	if c.Immed {
		return synchronizeCacheImmed.None(ctx, t, cdb, n)
	}
	return synchronizeCache.None(ctx, t, cdb, n)
}
