package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A full disk, or a removed USB stick, ends a trace early; closing the device must report
// it.
func TestTraceThatEndsEarlyIsAnError(t *testing.T) {
	name := filepath.Join(t.TempDir(), "trace.jsonl")
	o := opening{access: &access{flags: &globals{trace: name}}}
	d := &device{name: "sim:"}
	log, err := o.openTrace(d)
	require.NoError(t, err)
	log.Info("one")
	// The file is closed without the trace's knowledge: the next write fails.
	for _, c := range d.closers {
		require.NoError(t, c())
	}
	log.Info("two")
	err = d.close()
	assert.ErrorIs(t, err, os.ErrClosed)
	assert.ErrorContains(t, err, "trace is incomplete")
}

func TestTraceWithoutCommandsLeavesNoFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "trace.jsonl")
	o := opening{access: &access{flags: &globals{trace: name}}}
	d := &device{name: "sim:"}
	_, err := o.openTrace(d)
	require.NoError(t, err)
	require.NoError(t, d.close())
	assert.NoFileExists(t, name)
}
