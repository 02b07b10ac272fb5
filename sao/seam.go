package sao

import (
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Seamless moves the boundaries of tracks that follow each other without silence to whole
// sectors: a track begins with the sector that holds its first sample, and so with the last
// samples of the previous track. Otherwise the rest of that sector would be silence, heard
// as a click between two tracks of a concert. A recorded pause (Pregap) counts as audio.
// No sample is added or lost, except for the silence that fills the last sector of a track
// followed by a Pause. Tracks of whole sectors are not changed.
//
// Sources must be CD audio. A source that is cut is opened twice for each reading. The error
// matches burn.ErrStream for a track without a source, and pcm.ErrUnsupportedFormat for
// sources that differ in their format.
func Seamless(tracks []burn.Track) ([]burn.Track, error) {
	out := make([]burn.Track, len(tracks))
	var carried pcm.Source // the rest of the previous track
	for i, t := range tracks {
		var list []pcm.Source
		if carried != nil {
			list = append(list, carried)
		}
		if t.Source == nil {
			return nil, fmt.Errorf("track %d: %w: it has no source", i+1, burn.ErrStream)
		}
		src, all := t.Source, t.Source.Frames()
		ahead := int64(0)
		if carried != nil {
			ahead = carried.Frames()
		}
		carried = nil
		rest := (ahead + all) % toc.SamplesPerSector
		runsOn := i+1 < len(tracks) && tracks[i+1].Pause == 0
		if runsOn && rest > 0 && rest < all && ahead+all-rest >= int64(placing.MinTrack+outside(tracks, i))*toc.SamplesPerSector {
			var err error
			if carried, err = pcm.Section(src.Name(), src, all-rest, rest); err != nil {
				return nil, err
			}
			if src, err = pcm.Section(src.Name(), src, 0, all-rest); err != nil {
				return nil, err
			}
		}
		joined, err := pcm.Join(t.Source.Name(), append(list, src)...)
		if err != nil {
			return nil, err
		}
		out[i] = t
		out[i].Source = joined
	}
	return out, nil
}

// outside returns how much of the source of track i is not in the track itself: hidden
// audio, and the recorded pause before the next.
func outside(tracks []burn.Track, i int) (n toc.Sectors) {
	if i == 0 {
		n = tracks[0].Pregap
	}
	if i+1 < len(tracks) {
		n += tracks[i+1].Pregap
	}
	return n
}
