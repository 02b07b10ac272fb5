package sim

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// The golden bytes are those that public programs printed for real discs.
func TestATIPSpecialInformation(t *testing.T) {
	for _, c := range []struct {
		media Media
		want  [3]byte
		from  string
	}{
		{CDR80, [3]byte{0xD0, 0x00, 0x98}, "docs/internals/golden.md, constructed reply for CMC 97:26/66 (G29: power 5, sub-type 3)"},
		{CDRW80, [3]byte{0xA3, 0x00, 0xCE}, "G29: power 2, reference speed 3, URU 0, CD-RW sub-type 1, A1 and A2 valid"},
		{cdrwUltra, [3]byte{0x80, 0x00, 0xDF}, "G29: power 0, reference 0, sub-type 3, A1, A2 and A3 valid"},
		{Media{Power: 4, SubType: 2}, [3]byte{0xC0, 0x00, 0x90}, "G7: power 4, sub-type 2 (A-), not unrestricted, not erasable"},
		{Media{URU: true}, [3]byte{0x80, 0x40, 0x80}, "section 9: byte 5 bit 6 is URU"},
	} {
		assert.Equal(t, c.want, c.media.special(), c.from)
	}
}

func TestMediaLimits(t *testing.T) {
	for _, c := range []struct {
		media Media
		last  toc.LBA
		from  string
	}{
		{CDR80, 359846, "G6: last start of lead out 359846"},
		{CDR74, 336076, "D43: ATIP 74:43:01"},
		{cdr90, 359849, "G12: lead out 359849"},
		{cdr99, 359849, "cdrkit's list: coded 359849"},
		{CDRW74, 333750, "section 1: 74:12:00 is 333750"},
		{CDRW80, 359849, "G29: 79:59:74"},
	} {
		assert.Equal(t, c.last, c.media.LeadOut.LBA(), c.from)
	}
	assert.EqualValues(t, -11634, CDR80.LeadIn.LBA(), "G6: last start of lead in")
	assert.EqualValues(t, -11526, cdr90.LeadIn.LBA(), "G12: lead in")
}

func TestCatalogueIsConsistent(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Catalog() {
		assert.False(t, seen[m.Name], "%s occurs twice", m.Name)
		seen[m.Name] = true
		assert.True(t, m.LeadIn.Valid() && m.LeadOut.Valid(), m.Name)
		assert.Less(t, m.LeadIn.LBA(), toc.LBA(-toc.PregapSectors), m.Name)
		assert.GreaterOrEqual(t, m.Groove, m.LeadOut.LBA()+toc.LBA(firstLeadOutSectors), "%s: its lead-out must fit", m.Name)
		assert.LessOrEqual(t, m.Groove, storeEnd, m.Name)
		assert.NotEmpty(t, m.Source, m.Name)
		assert.Positive(t, m.MaxSpeed, m.Name)

		b, err := json.Marshal(m)
		require.NoError(t, err)
		var back Media
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, m, back)
	}
}

func TestMediaByName(t *testing.T) {
	for name, want := range map[string]Media{
		"80": CDR80, "cdr80": CDR80, "CD-R": CDR80, "74": CDR74, "90": cdr90, " 99 ": cdr99,
		"cdrw": CDRW80, "CD-RW": CDRW80, "CDRW74": CDRW74, "cdrw-ultra": cdrwUltra,
	} {
		m, err := MediaByName(name)
		require.NoError(t, err, name)
		assert.Equal(t, want, m, name)
	}
	_, err := MediaByName("dvd")
	assert.EqualError(t, err, `no medium "dvd"; the media are 80, 74, 90, 99, cdrw, cdrw74, cdrw-ultra`)
}

// 24 tracks that make 79:10 fit on the default disc, and 79:50 are too long by 0:39, with
// 23 pauses of 152 sectors.
func TestDefaultMediumTakesWhatItShould(t *testing.T) {
	free := int(CDR80.LeadOut.LBA()) - runOutSectors
	pauses := 23 * (runOutSectors + toc.PregapSectors)
	assert.LessOrEqual(t, (79*60+10)*75+24+pauses, free, "even when each track is rounded up to a whole sector")
	over := toc.Sectors((79*60+50)*75 + pauses - free)
	assert.Equal(t, "0:39", over.String())
}
