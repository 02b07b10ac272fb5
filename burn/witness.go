package burn

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// Witness wraps the transport of a burn and sees every reply, including those whose
// errors the caller may ignore. It keeps, once and with the command that carried it,
// everything about the burn as a whole: the failure of an earlier WRITE (a deferred
// error, SPC-4 4.5.7, in sense data or in the data of REQUEST SENSE), a reset, another
// disc. So no caller can drop a failed write. It passes everything on unchanged.
type Witness struct {
	inner    scsi.Transport
	failures []Failure
	failed   int     // total number
	latest   Failure // the latest failure that was not kept
	resets   int
	reset    error // the last report of a reset
	changes  int
	change   scsi.Sense // the last report of another disc
}

// Failure is a deferred error, and the command that carried it.
type Failure struct {
	Op    string // name of the command that carried it, which has not failed itself
	Sense scsi.Sense
	err   error
}

// Error returns what the drive reported.
func (f Failure) Error() string { return f.err.Error() }

// Unwrap returns the *scsi.SenseError.
func (f Failure) Unwrap() error { return f.err }

// maxFailures limits how many are kept: the first ones show the cause.
const maxFailures = 16

// NewWitness wraps t in a Witness.
func NewWitness(t scsi.Transport) *Witness { return &Witness{inner: t} }

// Unwrap returns the wrapped transport.
func (w *Witness) Unwrap() scsi.Transport { return w.inner }

// Limits returns the limits of the wrapped transport.
func (w *Witness) Limits() scsi.Limits { return w.inner.Limits() }

// Close closes the wrapped transport.
func (w *Witness) Close() error { return w.inner.Close() }

// opRequestSense is the operation code of REQUEST SENSE, whose data are sense data.
const opRequestSense = 0x03

// Do passes the command on and inspects the reply. It doesn't allocate for a command that
// succeeds.
func (w *Witness) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	res, err := w.inner.Do(ctx, req)
	if err != nil {
		return res, err
	}
	if len(res.Sense) > 0 {
		w.look(req, res.Sense)
	}
	if req.Opcode() == opRequestSense && res.Status == scsi.Good && res.N > 0 {
		w.look(req, req.Data[:min(res.N, len(req.Data))])
	}
	return res, nil
}

// look keeps the part of sense data that isn't only about their command.
func (w *Witness) look(req *scsi.Request, raw []byte) {
	sense, err := scsi.ParseSense(raw)
	if err != nil {
		return // the command's own error reports it
	}
	switch {
	case sense.Deferred && sense.Key != scsi.KeyRecoveredError && sense.Key != scsi.KeyNoSense && sense.Key != scsi.KeyUnitAttention:
		w.latest = Failure{Op: req.Name, Sense: sense, err: scsi.NewSenseError(req, raw)}
		if w.failed++; len(w.failures) < maxFailures {
			w.failures = append(w.failures, w.latest)
		}
	case sense.Key != scsi.KeyUnitAttention:
	case sense.Code.Family() == scsi.FamilyMediumChanged:
		w.changes++
		w.change = sense
	case sense.Code.Family() == scsi.FamilyReset:
		w.resets++
		w.reset = scsi.NewSenseError(req, raw)
	}
}

// Mark is a position in what a Witness has seen.
type Mark struct{ failures, resets, changes int }

// Now returns the current position.
func (w *Witness) Now() Mark { return Mark{w.failed, w.resets, w.changes} }

// Failed returns the first deferred error since m, or the latest if the first wasn't
// kept; nil if there was none.
func (w *Witness) Failed(m Mark) error {
	switch {
	case m.failures < len(w.failures):
		return w.failures[m.failures]
	case m.failures < w.failed:
		return w.latest
	}
	return nil
}

// Reset reports whether the drive has been reset since m, so that its lock, its speed and
// its mode pages are back at their defaults.
func (w *Witness) Reset(m Mark) bool { return w.resets > m.resets }

// Changed reports whether the drive has reported another disc since m (6/28), and the
// sense data. Some drives report it for the disc that they have just written.
func (w *Witness) Changed(m Mark) (scsi.Sense, bool) { return w.change, w.changes > m.changes }
