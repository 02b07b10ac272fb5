package album

import (
	"io"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Music that plays up to the last sample of a track and from the first of the next was
// either cut from one piece, such as a concert, or is two pieces with hard edges.
const (
	edgeFrames = toc.SamplesPerSector * 2 // 27 ms
	edgeLevel  = 0.003                    // root mean square as a fraction of full scale: -50 dB
)

// Seam is a boundary between two tracks with no silence on either side.
type Seam struct {
	Track int // the second of the two tracks, counted from 1
	// Continues means that the waveform continues from one track into the next, as if they
	// were cut from one recording, and that almost no other place of the two fits as well.
	Continues bool
}

// Seams returns the boundaries across which the music seems to continue. It decodes the
// edges of tracks that aren't Ready. Unreadable audio counts as silence; the check before
// the burn reports it.
func (a *Album) Seams() []Seam {
	sources := make([]pcm.Source, len(a.Tracks))
	for i := range a.Tracks {
		sources[i], _ = a.Tracks[i].Source() // its error is reported elsewhere
	}
	return seams(sources)
}

func seams(sources []pcm.Source) (list []Seam) {
	for i := 1; i < len(sources); i++ {
		before, after := sources[i-1], sources[i]
		if before == nil || after == nil {
			continue
		}
		head, tail := edge(after, 0), edge(before, before.Frames()-contextFrames)
		if head.centered().level(0, edgeFrames) > edgeLevel && tail.reversed().centered().level(0, edgeFrames) > edgeLevel {
			list = append(list, Seam{Track: i + 1, Continues: continues(tail, head)})
		}
	}
	return list
}

// edge reads the samples of a source at its beginning or end.
func edge(src pcm.Source, from int64) sound {
	from = max(from, 0)
	part, err := pcm.Section(src.Name(), src, from, min(contextFrames, src.Frames()-from))
	if err != nil {
		return sound{}
	}
	r, err := part.Open()
	if err != nil {
		return sound{}
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return sound{}
	}
	return newSound(data)
}
