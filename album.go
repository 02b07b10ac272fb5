package redbook

import (
	"context"

	"github.com/redbook-audio/redbook/album"
)

// Album is what is to be burned: tracks, the files that they are cut from, and notes about
// what is not as the files say. Its fields may be changed before Burn. Close removes the
// temporary files of Burn and Verify; they go with the process in any case.
type Album = album.Album

// Load makes an album of audio files, folders, cue sheets and playlists, in their order.
// Every file is looked at: the error names all that can't be burned, not only the first
// (album.Errors). album.Open has options for what becomes of pauses, levels, and
// album.OpenStream takes audio from a pipe.
func Load(ctx context.Context, paths ...string) (*Album, error) {
	return album.Open(ctx, paths, nil)
}
