package mmc

import "fmt"

// Profile is a set of features that belong to a kind of disc (MMC-5 chapter 5).
type Profile uint16

// The profiles that this package tells apart.
const (
	ProfileNone          Profile = 0x0000 // no disc, or one that can't be used
	ProfileRemovable     Profile = 0x0002
	ProfileCDROM         Profile = 0x0008 // on many drives also a closed CD-R
	ProfileCDR           Profile = 0x0009
	ProfileCDRW          Profile = 0x000A
	ProfileDVDROM        Profile = 0x0010
	ProfileDVDR          Profile = 0x0011
	ProfileDVDRAM        Profile = 0x0012
	ProfileDVDRWOverw    Profile = 0x0013 // restricted overwrite
	ProfileDVDRW         Profile = 0x0014 // sequential
	ProfileDVDRDL        Profile = 0x0015
	ProfileDVDRDLJump    Profile = 0x0016
	ProfileDVDPlusRW     Profile = 0x001A
	ProfileDVDPlusR      Profile = 0x001B
	ProfileDVDPlusRWDL   Profile = 0x002A
	ProfileDVDPlusRDL    Profile = 0x002B
	ProfileBDROM         Profile = 0x0040
	ProfileBDR           Profile = 0x0041 // sequential
	ProfileBDRRandom     Profile = 0x0042
	ProfileBDRE          Profile = 0x0043
	ProfileHDDVDROM      Profile = 0x0050
	ProfileHDDVDR        Profile = 0x0051
	ProfileHDDVDRAM      Profile = 0x0052
	ProfileNonconforming Profile = 0xFFFF
)

// profiles gives each profile its name and the medium it stands for.
var profiles = map[Profile]struct {
	name  string
	media MediaType
}{
	ProfileNone:          {"none", MediaUnknown},
	ProfileRemovable:     {"removable disc", MediaDisk},
	ProfileCDROM:         {"CD-ROM", MediaCDROM},
	ProfileCDR:           {"CD-R", MediaCDR},
	ProfileCDRW:          {"CD-RW", MediaCDRW},
	ProfileDVDROM:        {"DVD-ROM", MediaDVDROM},
	ProfileDVDR:          {"DVD-R", MediaDVDDashR},
	ProfileDVDRAM:        {"DVD-RAM", MediaDVDRAM},
	ProfileDVDRWOverw:    {"DVD-RW (restricted overwrite)", MediaDVDDashRW},
	ProfileDVDRW:         {"DVD-RW", MediaDVDDashRW},
	ProfileDVDRDL:        {"DVD-R DL", MediaDVDDashRDL},
	ProfileDVDRDLJump:    {"DVD-R DL (layer jump)", MediaDVDDashRDL},
	ProfileDVDPlusRW:     {"DVD+RW", MediaDVDPlusRW},
	ProfileDVDPlusR:      {"DVD+R", MediaDVDPlusR},
	ProfileDVDPlusRWDL:   {"DVD+RW DL", MediaDVDPlusRWDL},
	ProfileDVDPlusRDL:    {"DVD+R DL", MediaDVDPlusRDL},
	ProfileBDROM:         {"BD-ROM", MediaBDROM},
	ProfileBDR:           {"BD-R", MediaBDR},
	ProfileBDRRandom:     {"BD-R (random)", MediaBDR},
	ProfileBDRE:          {"BD-RE", MediaBDRE},
	ProfileHDDVDROM:      {"HD DVD-ROM", MediaHDDVDROM},
	ProfileHDDVDR:        {"HD DVD-R", MediaHDDVDR},
	ProfileHDDVDRAM:      {"HD DVD-RAM", MediaHDDVDRAM},
	ProfileNonconforming: {"non-conforming", MediaUnknown},
}

// String gives the profile's name, or its number.
func (p Profile) String() string {
	if known, ok := profiles[p]; ok {
		return known.name
	}
	return fmt.Sprintf("profile %04Xh", uint16(p))
}

// MediaType gives the kind of disc that the profile stands for; MediaUnknown for
// none and for profiles that aren't known.
func (p Profile) MediaType() MediaType { return profiles[p].media }
