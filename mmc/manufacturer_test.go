package mmc_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// oldCodes are cdrkit's "illegal old codes", and their makers where cdrkit names one.
var oldCodes = map[toc.MSF]string{
	{M: 97, S: 25}: "TDK", {M: 97, S: 27}: "Ritek", {M: 97, S: 33}: "CDA Datentraeger Albrechts", {M: 97, S: 45, F: 36}: "Kodak Photo CD",
	{M: 97, S: 25, F: 15}: "", {M: 97, S: 27, F: 25}: "", {M: 97, S: 30}: "", {M: 97, S: 35, F: 44}: "", {M: 97, S: 39}: "", {M: 97, S: 47}: "",
	{M: 97, S: 47, F: 30}: "", {M: 97, S: 48, F: 14}: "", {M: 97, S: 48, F: 33}: "", {M: 97, S: 49}: "", {M: 97, S: 54}: "",
	{M: 97, S: 55, F: 6}: "", {M: 97, S: 57}: "",
}

// Every start of a lead-in between 96:00:00 and 97:59:74: a code is found with any last digit,
// which is the product; old codes count only digit by digit.
func TestManufacturerTable(t *testing.T) {
	text, err := os.ReadFile("testdata/manufacturers.txt")
	require.NoError(t, err)
	makers := map[toc.MSF]string{}
	for line := range strings.Lines(string(text)) {
		if code, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && code != "#" {
			var m toc.MSF
			err := m.UnmarshalText([]byte(code))
			require.NoError(t, err)
			makers[m] = name
		}
	}
	require.Len(t, makers, 117)
	for m := uint8(96); m <= 97; m++ {
		for s := range uint8(60) {
			for f := range uint8(75) {
				at := toc.MSF{M: m, S: s, F: f}
				name := makers[toc.MSF{M: m, S: s, F: f - f%10}]
				old, isOld := oldCodes[at]
				if old == "" {
					old = "an unknown maker"
				}
				want := "reported as " + name
				switch {
				case name == "" && !isOld:
					want += "an unknown maker"
				case name == "":
					want += old + " (an old code)"
				case isOld:
					want += ", or by an old code " + old
				}
				if got := (mmc.ATIP{LeadIn: at}).Manufacturer(); got != want {
					t.Errorf("%v: %q instead of %q", at, got, want)
				}
			}
		}
	}
}
