package toc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// discOf makes a TOC of the frame numbers that databases use, which count the
// first two seconds.
func discOf(leadOut LBA, offsets ...LBA) TOC {
	t := TOC{First: 1, Last: len(offsets), LeadOut: leadOut - PregapSectors}
	for i, o := range offsets {
		t.Entries = append(t.Entries, Entry{Number: i + 1, Session: 1, Start: o - PregapSectors})
	}
	return t
}

// Published ids: the worked example of musicbrainz.org/doc/Disc_ID_Calculation, a
// second disc from the same place, and discs that are in the database.
func TestMusicBrainzIDGolden(t *testing.T) {
	disc := discOf(95462, 150, 15363, 32314, 46592, 63414, 80489)
	assert.Equal(t, "49HHV7Eb8UKF3aQiNmu1GR8vKTY-", disc.MusicBrainzID())
	disc = discOf(114574, 150, 14109, 33586, 53077, 65781, 77892, 99174)
	assert.Equal(t, "BPnh1KU.hea1C.KMYWLGZkHJr0w-", disc.MusicBrainzID())
}

// The same second disc is a CD-Extra: the id doesn't count the data track in its
// second session, 11400 sectors past the lead-out of the first.
func TestMusicBrainzIDOfCDExtra(t *testing.T) {
	disc := discOf(200000, 150, 14109, 33586, 53077, 65781, 77892, 99174, 114574+11400)
	disc.Entries[7].Control, disc.Entries[7].Session = DataTrack, 2
	assert.Equal(t, "BPnh1KU.hea1C.KMYWLGZkHJr0w-", disc.MusicBrainzID())

	disc.Entries[7].Control = 0
	assert.NotEqual(t, "BPnh1KU.hea1C.KMYWLGZkHJr0w-", disc.MusicBrainzID(), "an eighth audio track counts")
}

// Published ids: the README of cd-discid, an entry of the freedb (Halsey,
// Badlands), and the description of the algorithm at corsaro.biz.
func TestFreedbIDGolden(t *testing.T) {
	disc := discOf(3053*75, 15037, 33615, 47637, 64202, 80665, 99150, 112272, 129287, 150072, 167990, 187560, 199785, 218482)
	assert.Equal(t, "a20b250d", disc.FreedbID())
	disc = discOf(3342*75, 150, 20972, 36331, 50117, 69524, 86255, 101371, 112896, 131608, 138844, 157390,
		174137, 193697, 208667, 224774, 238280)
	assert.Equal(t, "f00d0c10", disc.FreedbID())
	disc = discOf(2260*75, 150, 15095, 28530, 40556, 60479, 81952, 100762, 112675, 128656, 145954)
	assert.Equal(t, "6808d20a", disc.FreedbID())
}

func TestIDsOfNothing(t *testing.T) {
	assert.Empty(t, TOC{}.FreedbID())
	assert.Empty(t, TOC{}.MusicBrainzID())
	// Numbers that no disc has don't panic.
	bad := TOC{Entries: []Entry{{Number: -1, Start: MinLBA}, {Number: 170, Start: MaxLBA}}}
	assert.Len(t, bad.MusicBrainzID(), 28)
	assert.Len(t, bad.FreedbID(), 8)
}

func TestTrack(t *testing.T) {
	// G30: the end of a Plextor's table of contents.
	disc := TOC{First: 11, Last: 12, LeadOut: 157935, Entries: []Entry{{11, 1, 0, 130156}, {12, 1, 0, 145109}}}
	e, ok := disc.Track(12)
	assert.True(t, ok)
	assert.Equal(t, LBA(145109), e.Start)
	_, ok = disc.Track(1)
	assert.False(t, ok)
}
