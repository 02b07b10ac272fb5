package scsitest

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// Func is a scsi.Transport from a function that acts as the device.
//
// The function is called only if the context has not ended. Its Request has a zeroed
// data-in buffer, which it may fill; bytes past Result.N are zeroed again, as the
// contract of scsi.Transport requires. To fail without a SCSI status, return a
// *scsi.TransportError.
type Func func(ctx context.Context, req *scsi.Request) (scsi.Result, error)

// Do calls the function.
func (f Func) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if err := ctx.Err(); err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	if req.Dir == scsi.DataIn {
		clear(req.Data)
	}
	res, err := f(ctx, req)
	res.N = min(max(res.N, 0), len(req.Data))
	if req.Dir == scsi.DataIn {
		clear(req.Data[res.N:])
	}
	return res, err
}

// Limits returns the zero value: unknown.
func (Func) Limits() scsi.Limits { return scsi.Limits{} }

// Close does nothing.
func (Func) Close() error { return nil }

// Reply returns the Result of a data-in command that the device answers with data: as
// much as fits is copied into the Request.
func Reply(req *scsi.Request, data []byte) scsi.Result {
	return scsi.Result{Status: scsi.Good, N: copy(req.Data, data)}
}

// Check returns a Result with status CHECK CONDITION and these sense data.
func Check(sense []byte) scsi.Result {
	return scsi.Result{Status: scsi.CheckCondition, Sense: sense}
}
