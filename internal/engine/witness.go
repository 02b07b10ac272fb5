package engine

import (
	"context"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// witness wraps the transport of a burn and inspects every reply, including those whose
// errors the caller may ignore. It records, once and with the command that carried it, every
// report about the burn as a whole: the failure of an earlier WRITE (a deferred error, SPC-4
// 4.5.7, in sense data or in the data of REQUEST SENSE), a reset, another disc. No caller can
// therefore drop a failed WRITE. It passes everything on unchanged.
type witness struct {
	inner    scsi.Transport
	failures []failure
	failed   int     // total number
	settled  int     // the first ones, whose audio was read back and is equal
	latest   failure // the latest failure that was not kept
	resets   int
	reset    error // the last report of a reset
	changes  int
	change   scsi.Sense // the last report of another disc
}

// failure is a deferred error, and the command that carried it.
type failure struct {
	Op    string // name of the command that carried it, which has not failed itself
	Sense scsi.Sense
	err   error
}

// Error returns what the drive reported.
func (f failure) Error() string { return f.err.Error() }

// Unwrap returns the *scsi.SenseError.
func (f failure) Unwrap() error { return f.err }

// maxFailures limits how many are kept: the first ones show the cause.
const maxFailures = 16

// newWitness wraps t in a witness.
func newWitness(t scsi.Transport) *witness { return &witness{inner: t} }

// Unwrap returns the wrapped transport.
func (w *witness) Unwrap() scsi.Transport { return w.inner }

// Limits returns the limits of the wrapped transport.
func (w *witness) Limits() scsi.Limits { return w.inner.Limits() }

// Close closes the wrapped transport.
func (w *witness) Close() error { return w.inner.Close() }

// opRequestSense is the operation code of REQUEST SENSE, whose data are sense data.
const opRequestSense = 0x03

// Do passes the command on and inspects the reply. It doesn't allocate for a command that
// succeeds.
func (w *witness) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	res, err := w.inner.Do(ctx, req)
	if err != nil {
		return res, err
	}
	if len(res.Sense) > 0 {
		w.look(req, res.Sense)
	}
	if req.CDB[0] == opRequestSense && res.Status == scsi.Good && res.N > 0 {
		w.look(req, req.Data[:min(res.N, len(req.Data))])
	}
	return res, nil
}

// look records sense data that isn't only about its command.
func (w *witness) look(req *scsi.Request, raw []byte) {
	sense, err := scsi.ParseSense(raw)
	if err != nil {
		return // the command's own error reports it
	}
	switch {
	case sense.Deferred && sense.Key != scsi.KeyRecoveredError && sense.Key != scsi.KeyNoSense && sense.Key != scsi.KeyUnitAttention:
		w.latest = failure{Op: req.Name, Sense: sense, err: scsi.NewSenseError(req, raw)}
		if w.failed++; len(w.failures) < maxFailures {
			w.failures = append(w.failures, w.latest)
		}
	case sense.Key != scsi.KeyUnitAttention:
	case sense.Code.ASC() == asc.FamilyMediumChanged:
		w.changes++
		w.change = sense
	case sense.Code.ASC() == asc.FamilyReset:
		w.resets++
		w.reset = scsi.NewSenseError(req, raw)
	}
}

// mark is a position in the records of a witness.
type mark struct{ failures, resets, changes int }

// Now returns the current position.
func (w *witness) Now() mark { return mark{w.failed, w.resets, w.changes} }

// Failed returns the first deferred error since m that isn't settled, or the latest if the
// first wasn't kept; nil if there was none.
func (w *witness) Failed(m mark) error {
	switch first := max(m.failures, w.settled); {
	case first < len(w.failures):
		return w.failures[first]
	case first < w.failed:
		return w.latest
	}
	return nil
}

// Settle settles the deferred errors before m: what was written is on the disc.
func (w *witness) Settle(m mark) { w.settled = max(w.settled, m.failures) }

// Reset reports whether the drive has been reset since m. Its lock, speed and mode pages are
// then back at their defaults.
func (w *witness) Reset(m mark) bool { return w.resets > m.resets }

// Changed reports whether the drive has reported another disc since m (6/28), and the
// sense data. Some drives report it for the disc that they have just written.
func (w *witness) Changed(m mark) (scsi.Sense, bool) { return w.change, w.changes > m.changes }
