package placing

import "github.com/redbook-audio/redbook/toc"

// UsableSectors is the number of sectors that can be written from nwa on to a disc
// whose lead-out may start at lastLeadOut at the latest: two are kept for the
// run-out. A blank disc with 79:59:71 has 359844, as drives report it.
func UsableSectors(nwa, lastLeadOut toc.LBA) toc.Sectors {
	return max(toc.Sectors(lastLeadOut-max(nwa, 0))-RunOutSectors, 0)
}

// Fit is how tracks and a disc go together.
type Fit struct {
	Need toc.Sectors // tracks and pauses: Layout.Used
	Room toc.Sectors // free blocks, as the drive reports them or UsableSectors
}

// OK reports whether it fits.
func (f Fit) OK() bool { return f.Need <= f.Room }

// Over is how much is too much; 0 if it fits.
func (f Fit) Over() toc.Sectors { return max(f.Need-f.Room, 0) }

// Left is what stays free; 0 if it doesn't fit.
func (f Fit) Left() toc.Sectors { return max(f.Room-f.Need, 0) }
