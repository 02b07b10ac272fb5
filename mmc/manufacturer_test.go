package mmc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// The discs of the captured logs, and the codes with a special attribution.
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
}

// The whole table: 117 codes, each found with any last digit, which is the product.
func TestManufacturerTable(t *testing.T) {
	known := 0
	for m := uint8(96); m <= 97; m++ {
		for s := range uint8(60) {
			for f := uint8(0); f < 75; f += 10 {
				one := mmc.ATIP{LeadIn: toc.MSF{M: m, S: s, F: f + 3}}.Manufacturer()
				last := mmc.ATIP{LeadIn: toc.MSF{M: m, S: s, F: f + 9}}.Manufacturer()
				if strings.Contains(one+last, "old code") {
					one, last = "an old code", "an old code" // those count only digit by digit
				}
				assert.Equal(t, one, last)
				if one != "reported as an unknown maker" {
					known++
				}
			}
		}
	}
	assert.Equal(t, 117, known)
}
