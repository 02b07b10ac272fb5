package command

import (
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
)

// Profile is a set of features that belong to a kind of disc (MMC-5 chapter 5).
type Profile uint16

// The profiles of CDs. String and MediaType support those of other discs too.
const (
	ProfileNone  Profile = 0x0000 // no disc, or one that can't be used
	ProfileCDROM Profile = 0x0008 // on many drives also a closed CD-R
	ProfileCDR   Profile = 0x0009
	profileCDRW  Profile = 0x000A
)

// Other media types (IMAPI_MEDIA_TYPE_...).
const (
	mediaDVDROM      mmc.MediaType = 4
	mediaDVDRAM      mmc.MediaType = 5
	mediaDVDPlusR    mmc.MediaType = 6
	mediaDVDPlusRW   mmc.MediaType = 7
	mediaDVDPlusRDL  mmc.MediaType = 8
	mediaDVDDashR    mmc.MediaType = 9
	mediaDVDDashRW   mmc.MediaType = 10
	mediaDVDDashRDL  mmc.MediaType = 11
	mediaDisk        mmc.MediaType = 12 // randomly writable
	mediaDVDPlusRWDL mmc.MediaType = 13
	mediaHDDVDROM    mmc.MediaType = 14
	mediaHDDVDR      mmc.MediaType = 15
	mediaHDDVDRAM    mmc.MediaType = 16
	mediaBDROM       mmc.MediaType = 17
	mediaBDR         mmc.MediaType = 18
	mediaBDRE        mmc.MediaType = 19
)

// profiles maps each profile to its name and kind of disc.
var profiles = map[Profile]struct {
	name  string
	media mmc.MediaType
}{
	ProfileNone:  {"none", mmc.MediaUnknown},
	0x0002:       {"removable disc", mediaDisk},
	ProfileCDROM: {"CD-ROM", mmc.MediaCDROM},
	ProfileCDR:   {"CD-R", mmc.MediaCDR},
	profileCDRW:  {"CD-RW", mmc.MediaCDRW},
	0x0010:       {"DVD-ROM", mediaDVDROM},
	0x0011:       {"DVD-R", mediaDVDDashR},
	0x0012:       {"DVD-RAM", mediaDVDRAM},
	0x0013:       {"DVD-RW (restricted overwrite)", mediaDVDDashRW},
	0x0014:       {"DVD-RW", mediaDVDDashRW},
	0x0015:       {"DVD-R DL", mediaDVDDashRDL},
	0x0016:       {"DVD-R DL (layer jump)", mediaDVDDashRDL},
	0x001A:       {"DVD+RW", mediaDVDPlusRW},
	0x001B:       {"DVD+R", mediaDVDPlusR},
	0x002A:       {"DVD+RW DL", mediaDVDPlusRWDL},
	0x002B:       {"DVD+R DL", mediaDVDPlusRDL},
	0x0040:       {"BD-ROM", mediaBDROM},
	0x0041:       {"BD-R", mediaBDR},
	0x0042:       {"BD-R (random)", mediaBDR},
	0x0043:       {"BD-RE", mediaBDRE},
	0x0050:       {"HD DVD-ROM", mediaHDDVDROM},
	0x0051:       {"HD DVD-R", mediaHDDVDR},
	0x0052:       {"HD DVD-RAM", mediaHDDVDRAM},
	0xFFFF:       {"non-conforming", mmc.MediaUnknown},
}

// String returns the profile's name, or its number.
func (p Profile) String() string {
	if known, ok := profiles[p]; ok {
		return known.name
	}
	return fmt.Sprintf("profile %04Xh", uint16(p))
}

// MediaType returns the kind of disc of the profile, mmc.MediaUnknown for ProfileNone and
// unknown profiles.
func (p Profile) MediaType() mmc.MediaType { return profiles[p].media }
