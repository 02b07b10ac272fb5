package redbook

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
)

// Album is an album to burn: tracks, their files, and notes about deviations from the
// files. Its titles and codes may be changed before Burn, and tracks removed or reordered;
// Notes remain as Load made them.
// Close removes the temporary files of Burn and Verify, which otherwise exist until the
// process ends.
type Album = album.Album

// Load makes an album of audio files, folders, cue sheets and playlists, in their order.
// It examines every file: the error names all files that can't be burned (album.Errors). It
// matches burn.ErrBadInput, burn.ErrDoesNotFit for more than 99 tracks or burn.ErrCanceled,
// and the errors of packages album and audio (album.ErrNothing, audio.ErrNotAudio ...) and
// of the system (fs.ErrNotExist). album.Open has options for pauses and levels, and
// album.OpenStream takes audio from a pipe.
func Load(ctx context.Context, paths ...string) (*Album, error) {
	a, err := album.Open(ctx, paths, nil)
	if errors.Is(err, album.ErrTooMany) {
		return nil, engine.Name(err, burn.ErrDoesNotFit)
	}
	return a, categorized(err, burn.ErrBadInput)
}
