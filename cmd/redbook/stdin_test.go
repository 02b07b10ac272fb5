package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/spool"
)

// endless gives zeros without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Nobody's hard disk is filled by a pipe that never ends.
func TestLongestPipe(t *testing.T) {
	_, err := spool.Capture(context.Background(), stdinName, pcm.CDDA, &limited{endless{}, 1 << 20}, &spool.Options{Dir: t.TempDir()})
	require.ErrorIs(t, err, burn.ErrDoesNotFit)
	assert.ErrorContains(t, err, "more than any disc holds")
	assert.Equal(t, exitDoesntFit, classify(err))

	got, err := io.ReadAll(&limited{bytes.NewReader([]byte("abc")), 4})
	require.NoError(t, err)
	assert.Equal(t, "abc", string(got))
}

// Whoever waits for a silent pipe can still be stopped.
func TestSilentPipe(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	in := &interruptible{ctx: ctx, r: r}
	go func() {
		_, _ = w.Write([]byte("one"))
		cancel()
	}()
	p := make([]byte, 10)
	n, err := in.Read(p)
	if err == nil { // the signal may win the race with what it follows
		assert.Equal(t, "one", string(p[:n]))
		_, err = in.Read(p)
	}
	assert.ErrorIs(t, err, context.Canceled)
}

// What isn't about a file is no bad input, and each bad file has its line.
func TestConvertErrors(t *testing.T) {
	broken := func(name string) *input {
		return &input{source: &failing{pcm.FromBytes(name, pcm.Format{SampleRate: 48000, Channels: 2, Encoding: pcm.S16}, make([]byte, 4800))}}
	}
	m := &material{}
	m.add(broken("a"))
	m.add(broken("b"))
	a := &app{console: &console{w: io.Discard}, screen: screen{width: func() int { return 80 }}}
	err := a.convert(context.Background(), m, &sourceFlags{spool: t.TempDir()}, "burned")
	code, next := verdict(err)
	assert.Equal(t, exitBadInput, code)
	assert.Equal(t, "Nothing was burned.", next)
	assert.EqualError(t, err, "2 files can't be burned:\ntrack 1: a: byte 0 of the audio: the needle is stuck\ntrack 2: b: byte 0 of the audio: the needle is stuck")

	err = a.convert(context.Background(), m, &sourceFlags{levels: levelFlags{normalize: true}}, "compared")
	assert.ErrorContains(t, err, "2 files can't be compared:\ntrack 1: a: ")

	good := &material{}
	good.add(&input{source: m.inputs[0].source.(*failing).Source})
	err = a.convert(context.Background(), good, &sourceFlags{spool: t.TempDir() + "/gone"}, "burned")
	code, _ = verdict(err)
	assert.Equal(t, exitFailed, code)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = a.convert(ctx, m, &sourceFlags{spool: t.TempDir()}, "burned")
	code, _ = verdict(err)
	assert.Equal(t, exitCancelled, code)
	assert.EqualError(t, err, "cancelled; nothing was burned")
}

// failing is a source that can't be read.
type failing struct{ pcm.Source }

func (f *failing) Open() (io.ReadCloser, error) { return nil, errors.New("the needle is stuck") }
