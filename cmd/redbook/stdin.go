package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/wav"
)

// stdinName is what messages call the standard input.
const stdinName = "standard input"

// openStdin reads the header of what comes from the standard input.
func (a *app) openStdin(ctx context.Context, opts *album.Options) (*album.Album, error) {
	if a.inTerm {
		return nil, usage("--stdin: nothing is piped into this program")
	}
	found, err := album.OpenStream(ctx, stdinName, a.in, opts)
	if errors.Is(err, wav.ErrNotWAV) {
		return nil, fail(exitBadInput, "Say --raw if it is 44.1 kHz, 16 bit, stereo without a header.", "%w", err)
	}
	return found, err
}
