package toc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Beyond what MSF can name the minutes wrap around, on both sides.
func TestMSFWraps(t *testing.T) {
	for lba, want := range map[LBA]string{
		449849: "99:59:74", 449850: "00:00:00", 899849: "99:59:74", 899850: "00:00:00",
		-450149: "00:00:01", -450150: "00:00:00", -450151: "99:59:74", -151: "99:59:74", -150: "00:00:00",
	} {
		assert.Equal(t, want, lba.MSF().String(), "LBA %d", lba)
	}
}

// The digit sum is taken modulo 255: twenty tracks at 1999 s have one of 560.
func TestFreedbIDModulo(t *testing.T) {
	disc := TOC{LeadOut: 1999*75 - 150}
	for n := range 20 {
		disc.Entries = append(disc.Entries, Entry{Number: n + 1, Start: 1999*75 - 150})
	}
	assert.Equal(t, "32000014", disc.FreedbID())
}

// A CD-Extra of the shortest kind, and a disc with one data track only; the last track
// that there can be.
func TestMusicBrainzIDEdges(t *testing.T) {
	audio := TOC{First: 1, Last: 1, LeadOut: 20000, Entries: []Entry{{Number: 1}}}
	extra := TOC{First: 1, Last: 2, LeadOut: 90000, Entries: []Entry{
		{Number: 1}, {Number: 2, Control: DataTrack, Start: 20000 + 6750 + 4500 + 150},
	}}
	assert.Equal(t, audio.MusicBrainzID(), extra.MusicBrainzID(), "the audio session alone counts")
	data := TOC{First: 1, Last: 1, LeadOut: 20000, Entries: []Entry{{Number: 1, Control: DataTrack}}}
	assert.Equal(t, audio.MusicBrainzID(), data.MusicBrainzID())

	last := func(start LBA) string {
		return TOC{First: 99, Last: 99, LeadOut: 20000, Entries: []Entry{{Number: 99, Start: start}}}.MusicBrainzID()
	}
	assert.NotEqual(t, last(0), last(75))
}

// Each place of a code at the limits of what it may hold.
func TestCodeEdges(t *testing.T) {
	for _, good := range []string{"AZ0Z91234567", "ZAA9Z0000000"} {
		got, err := ParseISRC(good)
		assert.NoError(t, err)
		assert.Equal(t, ISRC(good), got)
	}
	for bad, text := range map[string]string{
		"A[0Z91234567": "two letters", "@A0Z91234567": "two letters", "AA/ZZ1234567": "characters 3 to 5", "AAZZ:1234567": "characters 3 to 5",
		"AAZZZA234567": "seven digits", "AAZZZ:234567": "seven digits", "AAZZZ/234567": "seven digits",
	} {
		_, err := ParseISRC(bad)
		assert.ErrorIs(t, err, ErrISRC)
		assert.ErrorContains(t, err, text, bad)
	}
	_, err := ParseMCN("0000000000001")
	assert.ErrorContains(t, err, "check digit 0")
	_, err = ParseMCN("4006381333930")
	assert.ErrorContains(t, err, "check digit 1")
}
