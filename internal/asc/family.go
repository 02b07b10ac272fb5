package asc

import "github.com/redbook-audio/redbook/scsi"

// The families. A family is all codes of one ASC, because drives differ in the qualifier: 3A/00,
// 3A/01 and 3A/02 all mean that the drive has no disc.
const (
	FamilyNotReady           scsi.ASC = 0x04 // becoming ready, busy with a long operation
	FamilyCommunication      scsi.ASC = 0x08 // cable or bridge trouble
	FamilyServo              scsi.ASC = 0x09 // track following, focus, spindle
	FamilyWriteError         scsi.ASC = 0x0C
	FamilyInvalidParameter   scsi.ASC = 0x26 // a field of a parameter list
	FamilyWriteProtected     scsi.ASC = 0x27
	FamilyMediumChanged      scsi.ASC = 0x28
	FamilyReset              scsi.ASC = 0x29 // power on or reset
	FamilyIncompatibleMedium scsi.ASC = 0x30
	FamilyMediumNotPresent   scsi.ASC = 0x3A
	FamilyLoadOrEject        scsi.ASC = 0x53
	FamilyTOC                scsi.ASC = 0x57
	FamilyEndOfUserArea      scsi.ASC = 0x63
	FamilyIllegalTrackMode   scsi.ASC = 0x64
	FamilySessionFixation    scsi.ASC = 0x72
	FamilyCDControl          scsi.ASC = 0x73 // power calibration area, PMA
)
