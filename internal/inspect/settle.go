package inspect

import (
	"bytes"
	"context"
	"errors"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Settle examines the last two sectors of the tracks for which the replies don't show
// whether they are run-out, and removes them from Sectors if they can't be music:
//
//   - neither can be read, although the one before them can;
//   - or the disc is a recordable one, every track of the closed session is placed as
//     track-at-once tracks are on a drive that includes run-out but no pregap in them,
//     and in all of them both sectors are completely silent or can't be read.
//
// It never removes a sector that holds any sound, nor a readable one of a pressed disc,
// even if it is silent. A drive includes run-out in all of its tracks or in none: one track
// that ends in sound decides it for all.
//
// Look doesn't do this itself, because reading audio takes time and is unwanted between
// two tracks of a recording. Errors are those of Reader.Read that don't concern the
// sectors; the disc is then unchanged.
func Settle(ctx context.Context, d *mmc.Drive, on *disc.Disc, o *ReaderOptions) error {
	if d == nil {
		return ErrNoDrive
	}
	r := NewReader(d, *on, o)
	found := make([]ending, len(on.Tracks))
	sound := map[int]bool{} // sessions with a track that ends in sound
	for i := range on.Tracks {
		t := &on.Tracks[i]
		if t.Doubt == nil {
			continue
		}
		var err error
		if found[i], err = r.ending(ctx, t); err != nil {
			return err
		}
		sound[t.Session] = sound[t.Session] || found[i] == endsInSound
	}
	for i := range on.Tracks {
		t := &on.Tracks[i]
		if t.Doubt == nil {
			continue
		}
		silent := found[i] == endsInSilence && t.Doubt == errIfSilent
		t.Doubt = nil
		if !sound[t.Session] && (silent || found[i] == endsUnreadable) {
			t.Sectors -= placing.RunOutSectors
			t.RunOut = placing.RunOutSectors
		}
	}
	return nil
}

// The doubts of a track: when its last two sectors count as run-out. Without a doubt their
// position rules it out.
var (
	errIfUnreadable = errors.New("the last two sectors are run-out if they can't be read")
	errIfSilent     = errors.New("the last two sectors are run-out if they can't be read, or are silent as in all other tracks")
)

// ending is the content of the last two sectors of a track.
type ending uint8

const (
	endsInSound    ending = iota // or unknown
	endsInSilence                // both are silent
	endsUnreadable               // neither can be read, but the one before them can
)

// ending reads the last sectors of a track.
func (r *Reader) ending(ctx context.Context, t *disc.Track) (ending, error) {
	const before = 1
	var p [(before + placing.RunOutSectors) * toc.SectorSize]byte
	var bad [before + placing.RunOutSectors]bool
	if err := r.Sectors(ctx, t.End()-toc.LBA(len(bad)), p[:], bad[:]); err != nil {
		return endsInSound, err
	}
	switch {
	case bad[0]:
		return endsInSound, nil
	case bad[1] && bad[2]:
		return endsUnreadable, nil
	case bad[1] || bad[2]:
		return endsInSound, nil
	case len(bytes.Trim(p[before*toc.SectorSize:], "\x00")) == 0:
		return endsInSilence, nil
	}
	return endsInSound, nil
}
