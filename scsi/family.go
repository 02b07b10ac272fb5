package scsi

// The families that programs check. A family is all codes of one ASC, because drives
// differ in the qualifier.
const (
	FamilyNotReady           Family = 0x04 // becoming ready, busy with a long operation
	FamilyCommunication      Family = 0x08 // cable or bridge trouble
	FamilyServo              Family = 0x09 // track following, focus, spindle
	FamilyWriteError         Family = 0x0C
	FamilyInvalidParameter   Family = 0x26 // a field of a parameter list
	FamilyWriteProtected     Family = 0x27
	FamilyMediumChanged      Family = 0x28
	FamilyReset              Family = 0x29 // power on or reset
	FamilyIncompatibleMedium Family = 0x30
	FamilyMediumNotPresent   Family = 0x3A
	FamilyLoadOrEject        Family = 0x53
	FamilyTOC                Family = 0x57
	FamilyEndOfUserArea      Family = 0x63
	FamilyIllegalTrackMode   Family = 0x64
	FamilySessionFixation    Family = 0x72
	FamilyCDControl          Family = 0x73 // power calibration area, PMA
)
