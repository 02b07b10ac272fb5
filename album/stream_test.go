package album

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
)

// endless returns zeros without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// An endless pipe must not fill the disk.
func TestLongestPipe(t *testing.T) {
	_, err := spool.Capture(context.Background(), "pipe", pcm.CDDA, &limited{&stream{name: "pipe", r: endless{}}, 1 << 20}, &spool.Options{Dir: t.TempDir()})
	require.ErrorIs(t, err, ErrTooLong)
	assert.ErrorContains(t, err, "longer than any disc")

	got, err := io.ReadAll(&limited{&stream{r: strings.NewReader("abc")}, 4})
	require.NoError(t, err)
	assert.Equal(t, "abc", string(got))
}

// The errors of a stream are those of package audio, which other modules can import.
func TestStreamErrors(t *testing.T) {
	header := "RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xAC\x00\x00\x10\xB1\x02\x00\x04\x00\x10\x00"
	for text, want := range map[string]error{
		"fLaC and more than twelve bytes": audio.ErrNotAudio,
		"":                                audio.ErrTruncated,
	} {
		_, err := OpenStream(t.Context(), "pipe", strings.NewReader(text), nil)
		require.ErrorIs(t, err, want, "%q", text)
		assert.ErrorContains(t, err, "pipe: ")
	}

	a, err := OpenStream(t.Context(), "pipe", strings.NewReader(header+"data\x00\x01\x00\x00four"), &Options{Spool: t.TempDir()})
	require.NoError(t, err)
	err = a.Prepare(t.Context(), nil)
	require.ErrorIs(t, err, audio.ErrTruncated)
	var at *audio.Error
	require.ErrorAs(t, err, &at)
	assert.Equal(t, int64(48), at.Byte)
}

// What a canceled Prepare took from a pipe is lost: a second one must not burn only the rest.
func TestStreamAfterACanceledPrepare(t *testing.T) {
	_, err := OpenStream(t.Context(), "pipe", nil, nil)
	require.ErrorIs(t, err, ErrNothing)
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	a, err := OpenStream(ctx, "pipe", r, &Options{Raw: true, Spool: t.TempDir()})
	require.NoError(t, err)
	go func() {
		_, _ = w.Write(make([]byte, 400_000))
		cancel()
		_, _ = w.Write(make([]byte, 400_000))
		_ = w.Close()
	}()
	require.ErrorIs(t, a.Prepare(ctx, nil), context.Canceled)
	err = a.Prepare(t.Context(), nil)
	require.ErrorContains(t, err, "pipe: ")
	var at *pcm.ReadError
	require.ErrorAs(t, err, &at)
	require.False(t, a.Ready())
	require.NoError(t, errors.Join(a.Close(), r.Close()))
}

// Waiting for a silent pipe can be interrupted.
func TestSilentPipe(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	in := &pipe{r: r}
	in.until(ctx)
	go func() {
		_, _ = w.Write([]byte("one"))
		cancel()
	}()
	p := make([]byte, 10)
	n, err := in.Read(p)
	if err == nil { // the signal may come before or after what follows
		assert.Equal(t, "one", string(p[:n]))
		_, err = in.Read(p)
	}
	assert.ErrorIs(t, err, context.Canceled)
}
