package main

import (
	"context"
	"errors"
	"os"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
)

// stdinName names the standard input in messages.
const stdinName = "standard input"

// openStdin reads the header of the standard input.
func (t *talk) openStdin(ctx context.Context, opts *album.Options) (*album.Album, error) {
	if t.inTerm {
		return nil, usage("--stdin: the standard input is a terminal, not a pipe or a file")
	}
	if f, ok := t.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			t.flags.stdin = info
		}
	}
	found, err := album.OpenStream(ctx, stdinName, t.in, opts)
	if errors.Is(err, audio.ErrNotAudio) {
		return nil, fail(exitBadInput, "If it is 44.1 kHz, 16 bit, stereo without a header, add --raw.", "%w", err)
	}
	return found, err
}
