package rip

import (
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// Layout is the contents of an audio disc besides its samples.
type Layout struct {
	Disc   disc.Disc
	MCN    disc.Fact[toc.MCN] // "" for none
	Text   disc.Fact[[]byte]  // packs of CD-TEXT, for Titles and cdtext.Decode; empty for none
	Tracks []Track            // complete audio tracks, ascending
	NoQ    error              // why the drive returns no Q sub-channel; nil if it does
}

// Track is one audio track.
type Track struct {
	disc.Track
	// Next is where the next track of the session starts, or its lead-out; the end of the
	// track if not reported.
	Next toc.LBA
	// Flags is the control nibble: that of the Q sub-channel, which players use, if it
	// can be read and checked. Contradicted if the table of contents has another.
	Flags disc.Fact[toc.Control]
	SCMS  disc.Fact[bool]     // alternating copy bit: a copy of protected material
	ISRC  disc.Fact[toc.ISRC] // "" for none
	// Pause is the part before the track with index 0. The first track's begins with the
	// 150 sectors below LBA 0.
	Pause   disc.Fact[toc.Sectors]
	Indexes disc.Fact[[]toc.IndexMark] // index 2 and up
}

// Hidden returns the length before track 1 from LBA 0 on, where a hidden track would be.
// Many discs have some 30 silent sectors there.
func (l *Layout) Hidden() toc.Sectors {
	if len(l.Tracks) == 0 || l.Tracks[0].Number != 1 || l.Tracks[0].Session > 1 {
		return 0
	}
	return max(0, toc.Sectors(l.Tracks[0].Start))
}

// Track returns track n.
func (l *Layout) Track(n int) (*Track, bool) {
	for i := range l.Tracks {
		if l.Tracks[i].Number == n {
			return &l.Tracks[i], true
		}
	}
	return nil, false
}

// AudioEnd returns where the audio of Tracks[i] ends: before the pause of the next track,
// if that is known. runOut is the number of sectors from there up to the lead-out or a track
// of another kind; before another audio track it is the RunOut of the track.
func (l *Layout) AudioEnd(i int) (end toc.LBA, runOut toc.Sectors) {
	t := &l.Tracks[i]
	end = t.End()
	if l.Joined(i) && l.Tracks[i+1].Pause.Known() {
		end = min(end, l.Tracks[i+1].Start-toc.LBA(l.Tracks[i+1].Pause.Value))
	}
	end = max(end, t.Start+1)
	if l.Joined(i) {
		return end, t.RunOut
	}
	return end, toc.Sectors(t.Next - end)
}

// Joined reports whether track i+1 follows track i on the disc, in the same session and
// without a data track between them.
func (l *Layout) Joined(i int) bool {
	return i+1 < len(l.Tracks) && l.Tracks[i+1].Number == l.Tracks[i].Number+1 && l.Tracks[i+1].Session == l.Tracks[i].Session
}
