package rip

// Sums are the checksums by which databases and other programs recognize a track. They
// cover the sectors from the track's start to that of the next one, or to the lead-out,
// including the pause, and are valid only with a correct read offset.
type Sums struct {
	// AccurateRip1 and AccurateRip2 are the two versions of AccurateRip's checksum.
	AccurateRip1 uint32
	AccurateRip2 uint32
	// CRC32 is the CRC of all samples (ISO 3309), which EAC calls Copy CRC and CUETools
	// CRC32.
	CRC32 uint32
	// CTDB is the CRC in the database of CUETools: that of all samples except the first
	// ten sectors of the first track and the last ten to twenty of the last one.
	CTDB uint32
}
