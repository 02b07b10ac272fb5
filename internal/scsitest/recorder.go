package scsitest

import (
	"bytes"
	"context"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// Recorder is a decorator that records every exchange, for NewPlayback. It is safe for
// concurrent use if the Transport underneath is.
type Recorder struct {
	// MaxData is the longest data-out or data-in in bytes that is recorded as it is; of
	// longer data only length and hash are. 0 records everything, which for a whole
	// album is a lot. Set it before the first command.
	MaxData int

	inner scsi.Transport
	clock scsi.Clock

	mu   sync.Mutex
	kept []Exchange
}

// NewRecorder returns a Recorder around t.
func NewRecorder(t scsi.Transport) *Recorder {
	return &Recorder{inner: t, clock: scsi.ClockOf(t)}
}

// Unwrap returns the Transport underneath.
func (r *Recorder) Unwrap() scsi.Transport { return r.inner }

// Limits returns those of the Transport underneath.
func (r *Recorder) Limits() scsi.Limits { return r.inner.Limits() }

// Close closes the Transport underneath. The recorded exchanges stay.
func (r *Recorder) Close() error { return r.inner.Close() }

// Do passes the command on and records it with its result.
func (r *Recorder) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	ex := Exchange{
		Name: req.Name,
		CDB:  bytes.Clone(req.CDB[:min(max(req.CDBLen, 0), len(req.CDB))]),
		Dir:  req.Dir,
		Len:  len(req.Data),

		measured: true,
	}
	if req.Dir == scsi.DataOut {
		ex.Out, ex.OutHash = r.data(req.Data)
	}
	start := r.clock.Now()
	res, err := r.inner.Do(ctx, req)
	ex.Took = r.clock.Now().Sub(start)
	ex.Status, ex.Sense, ex.N, ex.Err = res.Status, bytes.Clone(res.Sense), res.N, err
	if req.Dir == scsi.DataIn && err == nil {
		ex.In, ex.InHash = r.data(req.Data[:min(max(res.N, 0), len(req.Data))])
	}
	r.mu.Lock()
	r.kept = append(r.kept, ex)
	r.mu.Unlock()
	return res, err
}

func (r *Recorder) data(b []byte) (kept []byte, hash string) {
	if r.MaxData > 0 && len(b) > r.MaxData {
		return nil, traceHash(b)
	}
	return append([]byte{}, b...), ""
}

// Exchanges returns the recorded exchanges, oldest first.
func (r *Recorder) Exchanges() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Exchange, len(r.kept))
	for i, ex := range r.kept {
		all[i] = ex.clone()
	}
	return all
}

// Opcodes returns the opcodes of all commands so far.
func (r *Recorder) Opcodes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	ops := make([]byte, 0, len(r.kept))
	for _, ex := range r.kept {
		if len(ex.CDB) > 0 {
			ops = append(ops, ex.CDB[0])
		}
	}
	return ops
}

// Reset discards the recorded exchanges.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = nil
}
