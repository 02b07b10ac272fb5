package placing

import "github.com/redbook-audio/redbook/toc"

// Lengths of the Red Book (IEC 60908) and of track-at-once recording, in sectors.
const (
	RunOutSectors = 2   // written by the drive after every track-at-once track
	MinTrack      = 300 // shortest track: four seconds

	FirstLeadOutSectors = 6750 // lead-out of the first session, 90 seconds
	NextLeadInSectors   = 4500 // lead-in of the second and later sessions, one minute
)

// PauseSectors is what lies between the audio of one track-at-once track and that of the next:
// two run-out sectors and the pregap (MMC-6 4.2.3.4).
const PauseSectors = RunOutSectors + toc.PregapSectors
