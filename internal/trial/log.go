package trial

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// Log keeps the commands of each step of a trial in memory, without what Blank removes.
type Log struct {
	Secrets *Secrets

	mu   sync.Mutex
	step bytes.Buffer
}

// Logger is for scsi.NewTrace.
func (l *Log) Logger() *slog.Logger { return slog.New(&handler{l, slog.NewJSONHandler(&l.step, nil)}) }

// Take returns the lines since the last call. They may still contain secrets that are found
// later: Archive.Add removes those.
func (l *Log) Take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := bytes.Clone(l.step.Bytes())
	l.step.Reset()
	return lines
}

// handler removes what may hold a serial number from the records of scsi.NewTrace.
type handler struct {
	log   *Log
	inner slog.Handler
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs and WithGroup are never called by scsi.NewTrace.
func (h *handler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(string) slog.Handler { return h }

// Handle logs a record.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	var cdb []byte
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "cdb" {
			cdb = unhex(a.Value)
		}
		return true
	})
	clean := slog.NewRecord(r.Time, r.Level, r.Message, 0)
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "in":
			b := unhex(a.Value)
			h.log.Secrets.learn(cdb, b)
			a = kept(a, b, "in_hash", func() ([]byte, bool) { return Blank(cdb, b) })
		case "out":
			b := unhex(a.Value)
			a = kept(a, b, "out_hash", func() ([]byte, bool) { return Sent(cdb, b) })
		case "sense":
			a.Value = slog.StringValue(hex.EncodeToString(BlankSense(unhex(a.Value))))
		}
		clean.AddAttrs(a)
		return true
	})
	h.log.mu.Lock()
	defer h.log.mu.Unlock()
	return h.inner.Handle(ctx, clean)
}

// kept returns an attribute with the bytes that may be kept, or only with their length.
// Only whole sectors get a hash: that of a few bytes could be reversed.
func kept(a slog.Attr, b []byte, hash string, keep func() ([]byte, bool)) slog.Attr {
	clean, ok := keep()
	switch {
	case ok:
		return slog.String(a.Key, hex.EncodeToString(clean))
	case len(b) < 2048:
		return slog.Int(a.Key+"_blanked", len(b))
	}
	return slog.String(hash, fmt.Sprintf("%016x", xxhash.Sum64(b))) // as scsi.NewTrace
}

func unhex(v slog.Value) []byte {
	b, err := hex.DecodeString(v.String())
	if err != nil {
		return nil // scsi.NewTrace writes nothing else
	}
	return b
}
