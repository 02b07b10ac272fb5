package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfirm(t *testing.T) {
	for answer, want := range map[string]int{
		"y\n": exitDone, "YES\n": exitDone, "n\n": exitCanceled, "\n": exitCanceled, "": exitCanceled, "yesterday\n": exitCanceled,
	} {
		var screenText bytes.Buffer
		a := &talk{flags: &globals{}, in: strings.NewReader(answer), inTerm: true, console: &console{w: &screenText}}
		code, _ := verdict(a.confirm(t.Context(), "Burn?"))
		assert.Equal(t, want, code, "%q", answer)
		assert.Equal(t, "Burn? [y/N] ", screenText.String())
	}
}

func TestConfirmWithoutTerminal(t *testing.T) {
	var screenText bytes.Buffer
	a := &talk{flags: &globals{}, in: strings.NewReader("y\n"), console: &console{w: &screenText}}
	code, next := verdict(a.confirm(t.Context(), "Burn?"))
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, next, "--yes")
	a.flags.yes = true
	require.NoError(t, a.confirm(t.Context(), "Burn?"))
	assert.Empty(t, screenText.String())
}

// Ctrl-C at the question ends the wait for an answer.
func TestConfirmIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := &talk{flags: &globals{}, in: blocked{}, inTerm: true, console: &console{w: &bytes.Buffer{}}}
	code, _ := verdict(a.confirm(ctx, "Burn?"))
	assert.Equal(t, exitCanceled, code)
}

// blocked never returns an answer.
type blocked struct{}

func (blocked) Read([]byte) (int, error) { select {} }

// After Ctrl-Z and fg the question is asked again.
func TestQuestionAfterContinue(t *testing.T) {
	r, w := io.Pipe()
	again, asked := make(chan os.Signal), 0
	go func() {
		again <- os.Interrupt // any signal
		again <- os.Interrupt
		_, _ = w.Write([]byte("y\n"))
	}()
	answer, err := readLine(t.Context(), r, again, func() { asked++ })
	assert.NoError(t, err)
	assert.Equal(t, "y\n", answer)
	assert.Equal(t, 2, asked)
}
