package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Media is a type of blank disc as manufactured: the contents of its groove (ATIP,
// "absolute time in pregroove") and how far it can really be recorded. Pressed discs are
// manufactured recorded and have no groove.
type Media struct {
	Name    string `json:"name"`    // short name for MediaByName: "80"
	Summary string `json:"summary"` // one line for users
	Source  string `json:"source"`  // source of the ATIP values

	Pressed  bool  `json:"pressed,omitempty"`  // pressed: no groove (see Disc.Press)
	Erasable bool  `json:"erasable,omitempty"` // CD-RW
	SubType  uint8 `json:"subType"`            // 0..7; CD-R: 3 is A+, 4 B-; CD-RW: 0 standard, 1 high, 2 ultra, 3 ultra+
	Power    uint8 `json:"power"`              // 0..7, indicative target writing power
	RefSpeed uint8 `json:"refSpeed,omitempty"` // 0..7, reference speed code; CD-RW only
	URU      bool  `json:"uru,omitempty"`      // for unrestricted use

	LeadIn  toc.MSF `json:"leadIn"`  // ATIP start time of lead-in, which is the maker's code too
	LeadOut toc.MSF `json:"leadOut"` // ATIP last possible start time of lead-out
	// A1, A2 and A3 are the additional information frames; the disc lacks a frame that is
	// all zeros.
	A1 [3]byte `json:"a1"`
	A2 [3]byte `json:"a2"`
	A3 [3]byte `json:"a3"`

	// Groove is the first LBA past the groove. Drives that exceed ATIP (overburn) can
	// record up to it; those that keep to ATIP never notice.
	Groove toc.LBA `json:"groove"`
	// MaxSpeed is the highest recording speed, in multiples of 176.4 kB/s. A CD-R doesn't
	// contain it; drives know it by the manufacturer's code.
	MaxSpeed int `json:"maxSpeed"`
}

// special returns the three bytes of ATIP special information 1: power and reference
// speed; unrestricted use; type, sub-type and which of A1..A3 are valid (MMC-6 table
// 490).
func (m Media) special() [3]byte {
	b := [3]byte{0x80 | m.Power&7<<4 | m.RefSpeed&7, 0, 0x80 | m.SubType&7<<3}
	if m.URU {
		b[1] |= 0x40
	}
	if m.Erasable {
		b[2] |= 0x40
	}
	for i, a := range [...][3]byte{m.A1, m.A2, m.A3} {
		if a != [3]byte{} {
			b[2] |= 0x04 >> i
		}
	}
	return b
}

// The usual media; MediaByName has others. If a groove was not measured, it ends where the
// lead-out of a completely recorded disc ends.
var (
	// CDR74 is a Taiyo Yuden disc. The groove is the one measured on its sister
	// 97:24:01 - 74:43:00 (cdrkit's list of true capacities).
	CDR74 = Media{
		Name: "74", Summary: "CD-R, 74 minutes", Source: "DiscImageCreator issue 43",
		SubType: 3, Power: 4,
		LeadIn: toc.MSF{M: 97, S: 24, F: 1}, LeadOut: toc.MSF{M: 74, S: 43, F: 1},
		Groove: 346856, MaxSpeed: 32,
	}
	// CDR80 is a CMC disc (G6, G29).
	CDR80 = Media{
		Name: "80", Summary: "CD-R, 80 minutes", Source: "G6, G29",
		SubType: 3, Power: 5,
		LeadIn: toc.MSF{M: 97, S: 26, F: 66}, LeadOut: toc.MSF{M: 79, S: 59, F: 71},
		Groove: 359846 + toc.LBA(firstLeadOutSectors), MaxSpeed: 52,
	}
	// CDRW74 is a multi-speed disc, 1x to 4x. Only the lead-out time comes from a real
	// disc; A1 contains 2x to 4x in the code of its sub-type.
	CDRW74 = Media{
		Name: "cdrw74", Summary: "CD-RW, 74 minutes, 4x", Source: "constructed; lead-out of a real disc",
		Erasable: true, SubType: 0, Power: 2, RefSpeed: 1,
		LeadIn: toc.MSF{M: 97, S: 27, F: 66}, LeadOut: toc.MSF{M: 74, S: 12, F: 0},
		A1:     [3]byte{0x12, 0x1A, 0xD8},
		Groove: 333750 + toc.LBA(firstLeadOutSectors), MaxSpeed: 4,
	}
	// CDRW80 is a high-speed disc, 4x to 10x (G29).
	CDRW80 = Media{
		Name: "cdrw", Summary: "CD-RW, 80 minutes, 4x to 10x", Source: "G29",
		Erasable: true, SubType: 1, Power: 2, RefSpeed: 3,
		LeadIn: toc.MSF{M: 97, S: 10, F: 0}, LeadOut: toc.MSF{M: 79, S: 59, F: 74},
		A1: [3]byte{0x24, 0x1A, 0xD8}, A2: [3]byte{0x26, 0xB2, 0x48},
		Groove: 359849 + toc.LBA(firstLeadOutSectors), MaxSpeed: 10,
	}
)

// The media that are only found by name.
var (
	// cdr90 codes 79:59:74 like every disc of its kind, since ATIP of a longer one
	// would clash with the lead-in's minutes (G12).
	cdr90 = Media{
		Name: "90", Summary: "CD-R, sold as 90 minutes", Source: "G12",
		SubType: 4, Power: 5,
		LeadIn: toc.MSF{M: 97, S: 28, F: 24}, LeadOut: toc.MSF{M: 79, S: 59, F: 74},
		Groove: 404850, MaxSpeed: 48,
	}
	// cdr99 has the longest groove ever measured (cdrkit's list of true capacities).
	cdr99 = Media{
		Name: "99", Summary: "CD-R, sold as 99 minutes", Source: "cdrkit diskid.c",
		SubType: 4, Power: 5,
		LeadIn: toc.MSF{M: 97, S: 35, F: 44}, LeadOut: toc.MSF{M: 79, S: 59, F: 74},
		Groove: 449700, MaxSpeed: 48,
	}
	// cdrwUltra is an ultra-speed disc, 8x to 24x (G29).
	cdrwUltra = Media{
		Name: "cdrw-ultra", Summary: "CD-RW, 80 minutes, 8x to 24x", Source: "G29",
		Erasable: true, SubType: 3,
		LeadIn: toc.MSF{M: 97, S: 34, F: 25}, LeadOut: toc.MSF{M: 79, S: 59, F: 74},
		A1: [3]byte{0x00, 0x00, 0x80}, A2: [3]byte{0x38, 0x80, 0x00}, A3: [3]byte{0x04, 0xC4, 0xB8},
		Groove: 359849 + toc.LBA(firstLeadOutSectors), MaxSpeed: 24,
	}
)

// Catalog returns all media that MediaByName finds, CD-R first.
func Catalog() []Media {
	return []Media{CDR80, CDR74, cdr90, cdr99, CDRW80, CDRW74, cdrwUltra}
}

// mediaAliases are other names for a medium.
var mediaAliases = map[string]string{
	"cdr": "80", "cd-r": "80", "cdr74": "74", "cdr80": "80", "cdr90": "90", "cdr99": "99",
	"cd-rw": "cdrw", "rw": "cdrw", "cdrw80": "cdrw",
}

// MediaByName returns a medium by its name, ignoring case: "74", "80", "90" or "99" for a
// CD-R, "cdrw", "cdrw74" or "cdrw-ultra" for a CD-RW, and aliases ("CDR80", "cd-rw"). The
// error for any other name lists them.
func MediaByName(name string) (Media, error) {
	key := strings.ToLower(strings.TrimSpace(name))
	if alias, ok := mediaAliases[key]; ok {
		key = alias
	}
	all := Catalog()
	if i := slices.IndexFunc(all, func(m Media) bool { return m.Name == key }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	return Media{}, fmt.Errorf("no medium %q; the media are %s", name, strings.Join(names, ", "))
}
