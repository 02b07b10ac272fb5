package album

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// Features that only session-at-once records are listed with their track-at-once
// replacement.
func TestWhatSessionAtOnceNeeds(t *testing.T) {
	sheet := `FILE "live.wav" WAVE
  TRACK 01 AUDIO
    INDEX 00 00:00:00
    INDEX 01 00:04:00
    INDEX 02 00:06:00
  TRACK 02 AUDIO
    INDEX 00 00:09:00
    INDEX 01 00:10:00
  TRACK 03 AUDIO
    PREGAP 00:03:00
    INDEX 01 00:16:00
`
	name := filepath.Join(folder(t, map[string]string{"live.wav": second(0, 22), "live.cue": sheet}), "live.cue")
	a := open(t, nil, name)
	require.Len(t, a.Tracks, 3)
	assert.Equal(t, []toc.Sectors{300, 75, 75}, []toc.Sectors{a.Tracks[0].Pregap, a.Tracks[1].Pregap, a.Tracks[2].Pregap},
		"hidden, recorded, and the second that track 2 has as silence")
	assert.Equal(t, []toc.Sectors{0, 0, 150}, []toc.Sectors{a.Tracks[0].Pause, a.Tracks[1].Pause, a.Tracks[2].Pause})
	assert.Equal(t, []toc.IndexMark{{Index: 2, Offset: 150}}, a.Tracks[0].Indexes, "from index 1 on")
	assert.Len(t, slices.DeleteFunc(slices.Clone(a.Notes), func(n Note) bool { return !n.TrackAtOnce() }), 5)

	a = open(t, &Options{DropGaps: true}, name)
	assert.Equal(t, []toc.Sectors{0, 0, 75}, []toc.Sectors{a.Tracks[0].Pregap, a.Tracks[1].Pregap, a.Tracks[2].Pregap})
}
