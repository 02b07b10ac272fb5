package toc

// Capacity is the room on a disc from its next writable address on.
type Capacity struct {
	NWA  LBA     // next writable address
	Free Sectors // free blocks as the drive reports them
	ATIP Sectors // what the disc's own last possible lead-out leaves; 0 if unknown
}

// NewCapacity puts together what the drive reports as free and, where the disc's
// ATIP is known (lastLeadOut above 0), what that would leave. Discs sold as 90 or
// 99 minutes code 79:59:74 in their ATIP, so the two may differ.
func NewCapacity(nwa LBA, free Sectors, lastLeadOut LBA) Capacity {
	c := Capacity{NWA: max(nwa, 0), Free: max(free, 0)}
	if lastLeadOut > 0 {
		c.ATIP = UsableSectors(c.NWA, lastLeadOut)
	}
	return c
}

// UsableSectors is the number of sectors that can be written from nwa on to a disc
// whose lead-out may start at lastLeadOut at the latest: two are kept for the
// run-out. A blank disc with 79:59:71 has 359844, as drives report it.
func UsableSectors(nwa, lastLeadOut LBA) Sectors {
	return max(Sectors(lastLeadOut-max(nwa, 0))-RunOutSectors, 0)
}

// Usable is the room that counts: what the drive reports, or the ATIP's figure if
// it reports nothing.
func (c Capacity) Usable() Sectors {
	if c.Free > 0 {
		return c.Free
	}
	return c.ATIP
}

// AudioRoom is how much audio fits in the given number of track-at-once tracks:
// the pauses between them are taken off. It is never below 0.
func (c Capacity) AudioRoom(tracks int) Sectors {
	pauses := Sectors(max(tracks-1, 0)) * PauseSectors
	return max(c.Usable()-pauses, 0)
}

// Fit is how a layout and a disc go together.
type Fit struct {
	Need Sectors // tracks and pauses
	Room Sectors // what is there
}

// Fit compares a layout with the room on the disc.
func (c Capacity) Fit(l Layout) Fit { return Fit{Need: l.Used(), Room: c.Usable()} }

// OK reports whether it fits.
func (f Fit) OK() bool { return f.Need <= f.Room }

// Over is how much is too much; 0 if it fits.
func (f Fit) Over() Sectors { return max(f.Need-f.Room, 0) }

// Left is what stays free; 0 if it doesn't fit.
func (f Fit) Left() Sectors { return max(f.Room-f.Need, 0) }
