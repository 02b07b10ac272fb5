package inspect

import (
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// isBad reports whether the result means that the disc is wrong.
func isBad(r disc.VerifyResult) bool { return r == disc.VerifyUnreadable || r == disc.VerifyDiffers }

// Written is a track as it was sent to the drive.
type Written struct {
	Number  int
	Start   toc.LBA
	Sectors toc.Sectors // on the disc, padding included
	Audio   toc.Sectors // the part from the source
	Source  pcm.Source  // read again for the comparison
}

func (w *Written) samples() int { return int(w.Sectors) * toc.SamplesPerSector }

func (w *Written) end() toc.LBA { return w.Start + toc.LBA(w.Sectors) }

// VerifyOptions are the options of Verify. The zero value and nil are valid.
type VerifyOptions struct {
	// Disc is the disc from a Look immediately before; if nil, Verify looks itself.
	Disc *disc.Disc
	// Closely lists ranges of addresses, from the first to the one past the last, of which
	// disc.VerifyQuick compares every sector that lies in a track. An equal track holds all
	// of them.
	Closely [][2]toc.LBA
	// OnProgress is called between commands.
	OnProgress func(VerifyProgress)

	Patience    time.Duration    // as in Asker
	OnWait      func()           // as in Asker
	OnAttention func(scsi.Sense) // as in Asker
}

// VerifyProgress is the progress of a verification.
type VerifyProgress struct {
	Track       int         // being read
	Start       toc.LBA     // of the track
	Sectors     toc.Sectors // of the track
	Done, Total toc.Sectors // of all tracks
}

// sessionOpen reports whether the last session has tracks and is not closed, or may be
// open.
func sessionOpen(d *disc.Disc) bool {
	if d.Status.Known() && d.Status.Value == mmc.DiscFinalized {
		return false
	}
	return !d.LastSession.Known() || d.LastSession.Value == mmc.SessionIncomplete || d.LastSession.Value == mmc.SessionDamaged
}
