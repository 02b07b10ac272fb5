package mmctest

import (
	"github.com/redbook-audio/redbook/mmc"
)

// WithByte returns a reply with one byte changed.
func WithByte(text string, at int, value byte) []byte {
	b := Hex(text)
	b[at] = value
	return b
}

// ConfigurationNEC is a GET CONFIGURATION reply with the profile order of a _NEC
// CB1100B with a CD-R in it (G24), the track-at-once, mastering and streaming features
// of an HP GH40L RB12 (G24: BUF, CD-RW, test write, data types 0 and 8 to 13, cue
// sheets up to 3072 bytes), and one unknown feature.
const ConfigurationNEC = `00 00 00 90 00 00 00 09 |
	00 00 03 14 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 00 00 00 10 00 00 |
	00 01 0B 08 00 00 00 02 00 00 00 00 |
	00 02 07 04 02 00 00 00 |
	00 03 07 04 39 00 00 00 |
	00 10 00 08 00 00 08 00 00 01 01 00 |
	00 1D 00 00 |
	00 1E 09 04 03 00 00 00 |
	00 21 0D 08 3F 01 01 01 07 00 00 00 |
	00 2D 09 04 46 00 3F 01 |
	00 2E 05 04 7F 00 0C 00 |
	00 37 00 04 00 07 00 00 |
	01 07 11 04 1F 00 00 00 |
	01 08 03 08 4B 30 31 32 33 20 20 20 |
	12 34 00 04 DE AD BE EF`

// CDBs and replies for the tests of GET PERFORMANCE.
const (
	PerformanceCDB = "AC 00 00 00 00 00 00 00 00 40 03 00"
	// PerformanceLG is G20: HL-DT-ST GSA-T20N WR02 with a closed CD-R.
	PerformanceLG = `00 00 00 34 00 00 00 00 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 06 E4 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 0B 06 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 10 8A`
)

// InquiryTSST is G26: TSSTcorp SE-506CB, the first 36 bytes (coastermelt read-me).
const InquiryTSST = `05 80 00 32 1F 00 00 00 54 53 53 54 63 6F 72 70
	42 44 44 56 44 57 20 53 45 2D 35 30 36 43 42 20 54 53 30 31`

// InquiryCDB is INQUIRY as mmc.Open sends it.
const InquiryCDB = "12 00 00 00 24 00"

// The bytes that cdrskin 1.5.4 and wodim 1.1.11 sent for an audio track (recorded on
// Linux).
const (
	ModeSelectCDB  = "55 10 00 00 00 00 00 00 3C 00"
	ModeSelectList = "00*8 | 05 32 01 00 00 00*9 00 96 00*36"
)

// Page05Plextor is G19: the default write parameters of a PLEXTOR PX-716A 1.08.
const Page05Plextor = "05 32 41 04 08 10 00 00 00 00 00 00 00 00 00 96 00*36"

// CDBs and replies for the tests of MODE SENSE.
const (
	ModeReply05      = "00 3A 00 00 00 00 00 00" + Page05Plextor
	ModeReplyBlocked = "00 42 00 00 00 00 00 08 | 00 00 00 00 00 00 08 00 |" + Page05Plextor
)

// CDBs and replies for the tests of PAGE CAPABILITIES.
const (
	// Page2AUSBX is G23: 68 bytes from a public USB device-class firmware, with the
	// values of a 24x writer.
	Page2AUSBX = "2A 42 3F 37 F1 77 29 23 10 89 01 00 02 00 05 84 00 10 10 89 00 00 00 01 00*44"
	// Page2APlextor is G21, PLEXTOR PX-W4824A 1.04, encoded by hand: eight speeds,
	// current and maximum write 8467, buffer 4096 KiB.
	Page2APlextor = `2A 3E 07 07 F1 FF 29 23 1B 90 01 00 10 00 1B 90 00 00 21 13 21 13 00 01
		00 00 00 00 21 13 00 08 |
		00 00 21 13 00 00 1B 90 00 00 16 0D 00 00 10 8A 00 00 0D C8 00 00 0B 06 00 00 05 83 00 00 02 C2`
	// Page2ASony is G22, SONY CRX215E5, encoded by hand: an MMC-2 page of length 18h.
	Page2ASony = "2A 18 07 07 F1 EF 29 23 21 13 00 FF 08 00 21 13 00 00 21 13 21 13 00 00 00 00"
	// Page2AMMC1 ends with the maximum write speed, as in MMC-1: 4x, length 12h.
	Page2AMMC1 = "2A 12 07 07 71 63 29 03 0D C8 00 FF 04 00 0D C8 00 00 02 C2"
)

// SpeedsOf returns the kB/s of speeds.
func SpeedsOf(speeds []mmc.WriteSpeed) (kBps []int) {
	for _, s := range speeds {
		kBps = append(kBps, s.KBps)
	}
	return kBps
}

// CDBs and replies for the tests of READ ATIP.
const (
	ATIPCDB = "43 02 04 00 00 00 00 00 20 00"
	// ATIPCMC: constructed for CMC 97:26/66 - 79:59/71, power 5, sub-type 3 (G29).
	ATIPCMC = "00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00*13"
	// ATIPTDK is G29 encoded by hand: CD-RW 97:10/00 - 79:59/74, power 2, reference
	// speed 3, sub-type 1, A1 and A2.
	ATIPTDK = "00 1A 00 00 A3 00 CE 00 61 0A 00 00 4F 3B 4A 00 24 1A D8 00 26 B2 48 00 00*4"
)

// CDBs and replies for the tests of READ DISC INFORMATION.
const (
	DiscInformationCDB = "51 00 00 00 00 00 00 00 22 00"
	// DiscBlank: Constructed for a blank CMC 97:26/66 - 79:59/71 CD-R with the values of G6.
	DiscBlank = "00 20 00 01 01 01 01 00 FF 00 00 00 00 00 00 00 00 61 1A 42 00 4F 3B 47 00*10"
	// DiscClosed: The same disc closed with one track.
	DiscClosed = "00 20 0E 01 01 01 01 00 00 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00*10"
	// DiscXA: G31: a finalized XA disc, from public device-class firmware.
	DiscXA = "00 20 0E 01 01 01 01 00 20 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00*10"
	// DiscAppendable: udisks issue 836: a CD-R with two closed sessions and an empty third one.
	DiscAppendable = "00 20 01 01 03 03 03 00 00 00 00 00 00 00 00 00 00 05 19 4B 00 4F 3B 47 00*10"
)
