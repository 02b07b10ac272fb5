package main

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// Flags may be anywhere: before the command, after it, between the files.
func TestCommandFirst(t *testing.T) {
	a := &app{env: func(string) string { return "" }}
	root := newRoot(a)
	for _, c := range []struct{ args, want []string }{
		{[]string{"burn", "--yes", "a.wav"}, []string{"burn", "--yes", "a.wav"}},
		{[]string{"--append", "burn", "x.wav"}, []string{"burn", "--append", "x.wav"}},
		{[]string{"--speed", "16x", "burn", "x.wav"}, []string{"burn", "--speed", "16x", "x.wav"}},
		{[]string{"--speed=16x", "-q", "burn", "x.wav"}, []string{"burn", "--speed=16x", "-q", "x.wav"}},
		{[]string{"--cdrw", "sim", "--media", "74", "new", "d"}, []string{"sim", "new", "--cdrw", "--media", "74", "d"}},
		{[]string{"-o", "info", "read"}, []string{"read", "-o", "info"}},
		{[]string{"--", "burn"}, []string{"--", "burn"}},
		{[]string{"brun", "x"}, []string{"brun", "x"}},
		{[]string{"--yes"}, []string{"--yes"}},
		{[]string{"--speed"}, []string{"--speed"}},
		{nil, nil},
	} {
		assert.Equal(t, c.want, commandFirst(root, c.args), "%q", c.args)
	}
}

// A flag has the same meaning for every command, or it couldn't be anywhere.
func TestFlagsAgree(t *testing.T) {
	kinds := map[string]string{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			kind := f.Value.Type()
			if had, ok := kinds[f.Name]; ok {
				assert.Equal(t, had, kind, "--%s of %s", f.Name, cmd.CommandPath())
			}
			kinds[f.Name] = kind
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{env: func(string) string { return "" }}))
	assert.Greater(t, len(kinds), 20)
}

// The program reports output that it can't print.
func TestClosedStdout(t *testing.T) {
	var errs bytes.Buffer
	a := &app{out: broken{}, err: &errs, env: func(string) string { return "" }}
	assert.Equal(t, exitFailed, a.run([]string{"version"}))
	assert.Contains(t, errs.String(), "writing to the standard output")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, assert.AnError }
