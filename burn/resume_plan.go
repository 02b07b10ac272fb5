package burn

import "github.com/redbook-audio/redbook/toc"

// ResumePlan describes how an interrupted album will be finished, before anything is written.
type ResumePlan struct {
	// Plan covers what is still to be written. Its Tracks are empty if everything is
	// on the disc.
	Plan
	Album     []Remnant  `json:"album"` // one for each track of the album
	Fragments []Fragment `json:"fragments,omitempty"`
}

// Complete reports whether the whole album is on the disc and the disc is closed, so that
// only the verification remains.
func (p *ResumePlan) Complete() bool {
	for _, t := range p.Album {
		if t.Fate != FateKept && t.Fate != FateDoubtful {
			return false
		}
	}
	closed, known := p.Disc.Closed()
	return known && closed
}

// Fate is what happens to a track of an interrupted album.
type Fate string

// The fates.
const (
	FateKept     Fate = "kept"     // whole on the disc
	FateDoubtful Fate = "doubtful" // of the right length, but its end was not confirmed: it is read back first
	FateContinue Fate = "continue" // a part is on the disc, and the drive can write the rest
	FateBurn     Fate = "burn"     // to be written
)

// Remnant is what the disc holds of a track of an interrupted album.
type Remnant struct {
	Fate    Fate        `json:"fate"`
	Number  int         `json:"number,omitzero"`  // on the disc; 0 for FateBurn
	Start   toc.LBA     `json:"start,omitzero"`   // index 1
	Sectors toc.Sectors `json:"sectors,omitzero"` // that are on the disc
	Open    bool        `json:"open,omitzero"`    // not ended yet
}

// Fragment is what remains of a track that was cut short and can't be continued. On a
// CD-R it permanently stays on the disc as a separate track.
type Fragment struct {
	Row     int         `json:"row"` // index in the album, from 0
	Number  int         `json:"number"`
	Start   toc.LBA     `json:"start"`
	Sectors toc.Sectors `json:"sectors"`
	Open    bool        `json:"open,omitzero"` // not ended yet
}
