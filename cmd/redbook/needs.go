package main

import (
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/toc"
)

// choosesAtOnce reports whether --mode auto may take session-at-once for what the album
// has. Whoever asks for something that only tracks written one by one can give gets that.
func (b *burnFlags) choosesAtOnce() bool {
	oneByOne := b.noClose || b.closeOnCancel || b.reserve == "always" || b.sources.gaps == "drop"
	return b.record.mode == modeAuto && !oneByOne
}

// needs is what the sheet of the album has and track-at-once would lose, for people.
func (m *material) needs() (list []string) {
	joined, pauses, marks := false, false, false
	for i := range m.songs {
		s := &m.songs[i]
		marks = marks || len(s.marks) > 0
		if i == 0 {
			continue
		}
		usual := s.pause >= toc.PregapSectors && s.pause <= toc.PregapSectors+toc.RunOutSectors
		pauses = pauses || s.pregap > 0 || s.pause > toc.RunOutSectors && !usual
		joined = joined || s.follows && s.pregap == 0 && s.pause == 0
	}
	if joined {
		list = append(list, "tracks that run on")
	}
	if pauses {
		list = append(list, "recorded pauses")
	}
	if marks {
		list = append(list, "index marks")
	}
	if len(m.songs) > 0 && m.songs[0].pregap > 0 {
		list = append(list, "a hidden track")
	}
	return list
}

// follows reports whether track i begins in its file where the one before ends.
func follows(tracks []album.Track, i int) bool {
	if i == 0 || len(tracks[i-1].Parts) == 0 || len(tracks[i].Parts) == 0 {
		return false
	}
	last, first := tracks[i-1].Parts[len(tracks[i-1].Parts)-1], tracks[i].Parts[0]
	return last.File == first.File && !last.ToEnd && last.To == first.From
}
