package sim

// Lengths of the Red Book (IEC 60908), the Orange Book and MMC, in sectors.
const (
	runOutSectors = 2   // recorded after every track-at-once track (MMC-6 4.2.3.4)
	minTrack      = 300 // the shortest track: four seconds

	firstLeadOutSectors = 6750 // lead-out of the first session: 90 seconds
	nextLeadOutSectors  = 2250 // lead-out of later sessions: 30 seconds
	nextLeadInSectors   = 4500 // lead-in of later sessions: one minute
)

// leadOutTrack is the track number of the lead-out in a table of contents.
const leadOutTrack = 0xAA
