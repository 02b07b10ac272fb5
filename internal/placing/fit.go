package placing

import "github.com/redbook-audio/redbook/toc"

// UsableSectors returns the number of sectors that can be written from nwa on to a disc
// whose lead-out starts at lastLeadOut at the latest: two are kept for the run-out. A blank
// disc with 79:59:71 has 359844, as drives report it.
func UsableSectors(nwa, lastLeadOut toc.LBA) toc.Sectors {
	return max(toc.Sectors(lastLeadOut-max(nwa, 0))-RunOutSectors, 0)
}

// Fit compares the length of tracks with the room on a disc.
type Fit struct {
	Need toc.Sectors // tracks and pauses: Layout.Used
	Room toc.Sectors // free blocks, as the drive reports them or UsableSectors
}

// OK reports whether the tracks fit.
func (f Fit) OK() bool { return f.Need <= f.Room }

// Over returns by how much the tracks are too long; 0 if they fit.
func (f Fit) Over() toc.Sectors { return max(f.Need-f.Room, 0) }

// Left returns how much stays free; 0 if the tracks don't fit.
func (f Fit) Left() toc.Sectors { return max(f.Room-f.Need, 0) }
