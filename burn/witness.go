package burn

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// Witness stands around the transport of a burn and sees every reply, also those
// whose errors the caller is allowed to ignore. What speaks of the burn as a whole
// is kept, once, with the command that carried it: the failure of an earlier WRITE
// (a deferred error, SPC-4 4.5.7, in sense data or in the data of REQUEST SENSE), a
// reset, another disc. So no caller can drop a failed write, whoever sent the
// command. It passes everything on unchanged.
type Witness struct {
	inner    scsi.Transport
	failures []Failure
	failed   int     // how many there were
	latest   Failure // of those that found no room
	resets   int
	changes  int
	change   scsi.Sense // the last report of another disc
}

// Failure is a deferred error, and the command that carried it.
type Failure struct {
	Op    string // name of the command that carried it, which has not failed itself
	Sense scsi.Sense
	err   error
}

// Error is what the drive said.
func (f Failure) Error() string { return f.err.Error() }

// Unwrap gives the *scsi.SenseError.
func (f Failure) Unwrap() error { return f.err }

// maxFailures bounds what is kept: the first ones tell the cause.
const maxFailures = 16

// NewWitness puts a Witness around t.
func NewWitness(t scsi.Transport) *Witness { return &Witness{inner: t} }

// Unwrap gives the transport underneath.
func (w *Witness) Unwrap() scsi.Transport { return w.inner }

// Limits are those of the transport underneath.
func (w *Witness) Limits() scsi.Limits { return w.inner.Limits() }

// Close closes the transport underneath.
func (w *Witness) Close() error { return w.inner.Close() }

// opRequestSense is the operation code of REQUEST SENSE: its data are sense data.
const opRequestSense = 0x03

// Do passes the command on and looks at what comes back. Nothing is allocated for a
// command that ends well.
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
	return res, err
}

// look keeps what sense data say of more than their command.
func (w *Witness) look(req *scsi.Request, raw []byte) {
	sense, err := scsi.ParseSense(raw)
	if err != nil {
		return // the command's own error says so
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
	}
}

// Mark is a moment in what a Witness has seen.
type Mark struct{ failures, resets, changes int }

// Now is the present moment.
func (w *Witness) Now() Mark { return Mark{w.failed, w.resets, w.changes} }

// Failed gives the first deferred error since m, or the latest if the first wasn't kept;
// nil if there is none.
func (w *Witness) Failed(m Mark) error {
	switch {
	case m.failures < len(w.failures):
		return w.failures[m.failures]
	case m.failures < w.failed:
		return w.latest
	}
	return nil
}

// Reset reports whether the drive has been reset since m: its lock, its speed and
// its mode pages are back at their defaults.
func (w *Witness) Reset(m Mark) bool { return w.resets > m.resets }

// Changed reports whether the drive has reported another disc since m (6/28), and
// its words. Some drives say so of the disc that they have just written.
func (w *Witness) Changed(m Mark) (scsi.Sense, bool) { return w.change, w.changes > m.changes }
