package burn

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// What is said about a track survives the way there and back, all of it.
func TestTrackInfo(t *testing.T) {
	info := toc.TrackInfo{
		Title: "t", Performer: "p", ISRC: "USABC1234567", Control: toc.PreEmphasis, SCMS: true,
		Indexes: []toc.IndexMark{{Index: 2, Offset: 3}},
	}
	require.Equal(t, info, Track{}.WithInfo(info).Info())
}
