package toc

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
)

// FreedbID returns the disc id of freedb and gnudb (CDDB): eight hexadecimal digits in
// lower case. It holds the digit sum of the tracks' start seconds modulo 255, the
// playing time in seconds and the number of tracks. It is "" for an empty TOC.
func (t TOC) FreedbID() string {
	if len(t.Entries) == 0 {
		return ""
	}
	sum := 0
	for _, e := range t.Entries {
		for s := seconds(e.Start); s > 0; s /= 10 {
			sum += s % 10
		}
	}
	length := seconds(t.LeadOut) - seconds(t.Entries[0].Start)
	return fmt.Sprintf("%02x%04x%02x", sum%255, length&0xFFFF, len(t.Entries)&0xFF)
}

// seconds is the whole seconds of an address on the MSF scale.
func seconds(l LBA) int { return max(int(l)+PregapSectors, 0) / SectorsPerSecond }

// enhancedGap is the distance from the lead-out of the first session to the data
// track of a second one, as on a CD-Extra: lead-out (90 seconds), lead-in (60) and pregap.
const enhancedGap = (90+60)*SectorsPerSecond + PregapSectors

// MusicBrainzID returns the disc id of MusicBrainz: 28 characters, the SHA-1 of the
// first session's audio tracks in a variant of base64 (musicbrainz.org, "Disc ID
// Calculation"). It ignores the data track in the second session of a CD-Extra. It is ""
// for an empty TOC.
func (t TOC) MusicBrainzID() string {
	entries, leadOut := t.Entries, t.LeadOut
	if n := len(entries); n > 1 && !entries[n-1].Control.Audio() && entries[n-2].Control.Audio() {
		leadOut = entries[n-1].Start - enhancedGap
		entries = entries[:n-1]
	}
	if len(entries) == 0 {
		return ""
	}
	var offsets [MaxTracks + 1]LBA // [0] is the lead-out
	offsets[0] = leadOut + PregapSectors
	for _, e := range entries {
		if e.Number >= 1 && e.Number <= MaxTracks {
			offsets[e.Number] = e.Start + PregapSectors
		}
	}
	h := sha1.New()
	fmt.Fprintf(h, "%02X%02X", entries[0].Number, entries[len(entries)-1].Number)
	for _, o := range offsets {
		fmt.Fprintf(h, "%08X", uint32(o))
	}
	return musicBrainzEncoding.EncodeToString(h.Sum(nil))
}

// musicBrainzEncoding is base64 with the three characters that mean something in
// a URL replaced: + by dot, / by underscore, = by dash.
var musicBrainzEncoding = base64.NewEncoding(
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._").WithPadding('-')
