package redbook

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
)

// endless is audio that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Every error of decoding is known as one, and has the category of its cause.
func TestPrepareErrorsHaveACategory(t *testing.T) {
	broken := errors.New("the tape is torn")
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for name, c := range map[string]struct {
		ctx      context.Context
		from     io.Reader
		category error
		cause    error
	}{
		"broken": {t.Context(), brokenReader{broken}, burn.ErrBadInput, broken},
		"late":   {expired, endless{}, burn.ErrCanceled, context.DeadlineExceeded},
	} {
		a, err := album.OpenStream(c.ctx, "stream", c.from, &album.Options{Raw: true, Spool: t.TempDir()})
		require.NoError(t, err)
		err = prepare(c.ctx, a, nil)
		assert.ErrorIs(t, err, ErrPrepare, name)
		assert.ErrorIs(t, err, c.cause, name)
		assert.Equal(t, c.category, burn.Category(err), name)
		assert.NoError(t, a.Close())
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }
