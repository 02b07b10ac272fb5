package scsi

import (
	"context"
	"fmt"
)

// Exec runs one command and returns the number of bytes transferred.
//
// CHECK CONDITION becomes a *SenseError, any other bad status a *StatusError; an error
// of the Transport is returned unchanged. A recovered error (KeyRecoveredError, not
// Deferred) is a *SenseError too, although the command was carried out; n is valid then.
// Exec never retries.
//
// If a data-out command ends with GOOD but fewer bytes arrived than were sent (the
// residue of a USB bridge), the result is unknown: Exec returns a *TransportError with
// SentUnknown.
//
// The context is checked before the command is sent. If it has ended, the error is a
// *TransportError with SentNo that matches the context's error.
func Exec(ctx context.Context, t Transport, req *Request) (n int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, &TransportError{Op: req.Name, Sent: SentNo, Err: err}
	}
	res, err := t.Do(ctx, req)
	if err != nil {
		return res.N, err
	}
	switch res.Status {
	case Good, conditionMet:
		if req.Dir == DataOut && res.N < len(req.Data) {
			return res.N, &TransportError{Op: req.Name, Sent: SentUnknown, Err: fmt.Errorf("%w: %d of %d bytes", errShortTransfer, res.N, len(req.Data))}
		}
		return res.N, nil
	case CheckCondition:
		return res.N, NewSenseError(req, res.Sense)
	}
	return res.N, &StatusError{Op: req.Name, Status: res.Status}
}
