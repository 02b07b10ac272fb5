package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// The discs of the captured logs, and the codes whose attribution is special.
func TestManufacturer(t *testing.T) {
	for _, tt := range []struct {
		s, f uint8
		want string
	}{
		{26, 66, "reported as CMC Magnetics"},                          // G6
		{15, 17, "reported as Ritek"},                                  // G7
		{26, 54, "reported as Lead Data"},                              // G4
		{17, 6, "reported as Moser Baer India"},                        // G11
		{28, 24, "reported as Multi Media Masters & Machinery"},        // G12, sold as Traxdata
		{27, 66, "reported as Ricoh"},                                  // G29
		{24, 1, "reported as Taiyo Yuden"},                             //
		{34, 25, "reported as Mitsubishi Chemical"},                    //
		{25, 0, "reported as MPO, France, or by an old code TDK"},      // both tables have it
		{45, 36, "reported as Kodak Photo CD (an old code)"},           //
		{57, 0, "reported as an unknown maker (an old code)"},          //
		{49, 0, "reported as TDK, or by an old code an unknown maker"}, //
		{59, 59, "reported as an unknown maker"},                       // in no table
		{30, 15, "reported as CDA Datentraeger Albrechts"},             //
		{27, 0, "reported as Digital Storage Technology / Ricoh, or by an old code Ritek"},
	} {
		a := mmc.ATIP{LeadIn: toc.MSF{M: 97, S: tt.s, F: tt.f}}
		assert.Equal(t, tt.want, a.Manufacturer(), "97:%d:%d", tt.s, tt.f)
	}
	assert.Equal(t, mmc.Permanent, mmc.ATIP{LeadIn: toc.MSF{M: 97, S: 24, F: 1}}.Maker().Certainty)
	assert.Equal(t, mmc.Tentative, mmc.ATIP{LeadIn: toc.MSF{M: 97, S: 15, F: 17}}.Maker().Certainty)
	assert.Equal(t, mmc.Guessed, mmc.ATIP{LeadIn: toc.MSF{M: 97, S: 17, F: 6}}.Maker().Certainty)
	assert.Equal(t, mmc.Listed, mmc.ATIP{LeadIn: toc.MSF{M: 96, S: 43, F: 37}}.Maker().Certainty)
	assert.Equal(t, mmc.NotKnown, mmc.ATIP{}.Maker().Certainty)
}

// The whole table: 117 codes, each found by its first and last product digit.
func TestManufacturerTable(t *testing.T) {
	known := 0
	for m := uint8(96); m <= 97; m++ {
		for s := range uint8(60) {
			for f := uint8(0); f < 75; f += 10 {
				first := mmc.ATIP{LeadIn: toc.MSF{M: m, S: s, F: f}}.Maker()
				last := mmc.ATIP{LeadIn: toc.MSF{M: m, S: s, F: f + 9}}.Maker()
				assert.Equal(t, first.Name, last.Name)
				if first.Name != "" {
					known++
				}
			}
		}
	}
	assert.Equal(t, 117, known)
}

func TestDye(t *testing.T) {
	assert.Equal(t, "long strategy (cyanine or azo)", mmc.ATIP{LeadIn: toc.MSF{F: 1}}.Dye())
	assert.Equal(t, "short strategy (phthalocyanine)", mmc.ATIP{LeadIn: toc.MSF{F: 66}}.Dye())
	assert.Equal(t, "phase change", mmc.ATIP{Rewritable: true}.Dye())
}
