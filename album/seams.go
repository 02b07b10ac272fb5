package album

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Music that plays up to the end of a track and from the first sample of the next was
// once one piece: a concert, a mix, a symphony.
const (
	edgeFrames = toc.SamplesPerSector * 2 // 27 ms
	edgeLevel  = 0.003                    // root mean square, of full scale: -50 dB
)

// Seams returns the tracks, counted from 1, at whose start the music seems to run on from
// the previous track. It decodes tracks that aren't Ready.
func (a *Album) Seams() []int {
	sources := make([]pcm.Source, len(a.Tracks))
	for i := range a.Tracks {
		sources[i], _ = a.Tracks[i].Source() // its error is reported elsewhere
	}
	return seams(sources)
}

func seams(sources []pcm.Source) (list []int) {
	for i := 1; i < len(sources); i++ {
		before, after := sources[i-1], sources[i]
		if before == nil || after == nil {
			continue
		}
		if level(before, before.Frames()-edgeFrames) > edgeLevel && level(after, 0) > edgeLevel {
			list = append(list, i+1)
		}
	}
	return list
}

// level returns the loudness of a source from a frame on. Unreadable audio counts as
// silent: the check before the burn reports it.
func level(src pcm.Source, from int64) float64 {
	from = max(from, 0)
	part, err := pcm.Section(src.Name(), src, from, min(edgeFrames, src.Frames()-from))
	if err != nil {
		return 0
	}
	r, err := part.Open()
	if err != nil {
		return 0
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil || len(data) < 4 {
		return 0
	}
	var sum float64
	for i := 0; i+1 < len(data); i += 2 {
		v := float64(int16(binary.LittleEndian.Uint16(data[i:]))) / 32768
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(data)/2))
}
