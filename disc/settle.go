package disc

import (
	"context"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Settle looks at the sectors where the replies leave open whether the last two of a
// track are run-out, and takes them off Sectors if they can't be music: if neither
// can be read although the one before them can. A sector that reads back is never
// taken off, silent or not: the next disc may end in silence.
//
// Look doesn't do this by itself, for reading audio takes time, and between two
// tracks of a recording it is in the way. Errors are those of Reader.Read that say
// nothing about the sectors; tracks not yet looked at are then as before.
func Settle(ctx context.Context, d *mmc.Drive, on *Disc, o *ReaderOptions) error {
	if d == nil {
		return ErrNoDrive
	}
	r := NewReader(d, *on, o)
	for i := range on.Tracks {
		t := &on.Tracks[i]
		if !t.doubtful {
			continue
		}
		const before = 1
		var p [(before + toc.RunOutSectors) * toc.SectorSize]byte
		var bad [before + toc.RunOutSectors]bool
		if err := r.Sectors(ctx, t.End()-toc.LBA(len(bad)), p[:], bad[:]); err != nil {
			return err
		}
		if t.doubtful = false; !bad[0] && bad[1] && bad[2] {
			t.Sectors -= toc.RunOutSectors
			t.RunOut = toc.RunOutSectors
		}
	}
	return nil
}
