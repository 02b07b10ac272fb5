package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Music that plays on right up to the end of a track, and from the first sample of
// the next, was one piece once: a concert, a mix, a symphony.
const (
	edgeFrames = toc.SamplesPerSector * 2 // 27 ms
	edgeLevel  = 0.003                    // root mean square, of full scale: -50 dB
)

// joins notes between which tracks the music goes on. Track-at-once can't do that,
// and nobody should learn it from the disc. remedy says that there is a flag against it.
// tracks are CD audio that can be read.
func (m *material) joins(tracks []burn.Track, remedy bool) {
	var list []string
	for i := 1; i < len(tracks); i++ {
		before, after := tracks[i-1].Source, tracks[i].Source
		if level(before, before.Frames()-edgeFrames) > edgeLevel && level(after, 0) > edgeLevel {
			list = append(list, fmt.Sprintf("%d and %d", i, i+1))
		}
	}
	if len(list) == 0 {
		return
	}
	note := album.Note{Text: "the music seems to go on from track to track (" + strings.Join(list, ", ") +
		"): track-at-once can't join them, two seconds of silence come in between"}
	if remedy {
		note.Text += "; --gapless joins them"
	}
	if !slices.Contains(m.notes, note) {
		m.notes = append(m.notes, note)
	}
}

// level is how loud a source is from a frame on. What can't be read is silent here:
// the check before the burn says what is wrong with it.
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
