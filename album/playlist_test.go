package album

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A playlist with more entries than a disc has tracks is refused before it is resolved:
// with other code pages and a large folder that took minutes.
func TestPlaylistTooLong(t *testing.T) {
	_, err := parsePlaylist("x.m3u", []byte(strings.Repeat("\xC3\xF0\xF3\xEF\xEF\xE0.wav\n", 100)))
	assert.ErrorIs(t, err, ErrTooMany)
	_, err = parsePlaylist("x.m3u", []byte(strings.Repeat("#1 Hit.wav\n", 1001)))
	assert.ErrorIs(t, err, ErrTooMany)
	list, err := parsePlaylist("x.m3u", []byte(strings.Repeat("# a comment\n", 5000)+strings.Repeat("a.wav\n", 99)))
	require.NoError(t, err)
	assert.Len(t, list, 99)
}

// A number that occurs twice in a PLS playlist loses no track.
func TestPLSNumberTwice(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.wav": second(1, 4), "b.wav": second(2, 4), "c.wav": second(3, 4),
		"x.pls": "[playlist]\nFile2=c.wav\nTitle1=A\nFile1=a.wav\nFile1=b.wav\nTitle1=B\n",
	})
	a, err := Open(context.Background(), []string{filepath.Join(dir, "x.pls")}, nil)
	require.NoError(t, err)
	var titles []string
	for _, track := range a.Tracks {
		titles = append(titles, fmt.Sprint(filepath.Base(track.Name), " ", track.Title))
	}
	assert.Equal(t, []string{"a.wav A", "b.wav B", "c.wav c"}, titles)
}

// XSPF playlists name files by URLs.
func TestXSPF(t *testing.T) {
	dir := folder(t, map[string]string{
		"a b.wav": second(1, 4), "\u00e9.wav": second(2, 4),
		"x.xspf": `<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>All</title><trackList>
<track><location>a%20b.wav</location><title>First</title><creator>Band</creator></track>
<track><location>file:///music/%C3%A9.wav</location></track>
</trackList></playlist>`,
		"broken.xspf": `<playlist><trackList><track><location>a%20b.wav</loc`,
	})
	a, err := Open(context.Background(), []string{filepath.Join(dir, "x.xspf")}, nil)
	require.NoError(t, err)
	require.Len(t, a.Tracks, 2)
	assert.Equal(t, []string{"Band", "First"}, []string{a.Tracks[0].Performer, a.Tracks[0].Title})
	assert.Equal(t, "\u00e9.wav", filepath.Base(a.Tracks[1].Name))
	_, err = Open(context.Background(), []string{filepath.Join(dir, "broken.xspf")}, nil)
	assert.ErrorIs(t, err, ErrNothing)
}

// A name in a playlist may look like a command of M3U, and one in a sheet like a URL or
// have other quotation marks.
func TestNamesInOtherForms(t *testing.T) {
	dir := folder(t, map[string]string{
		"#HIT.wav": second(1, 4), "a b.wav": second(2, 4),
		"x.m3u":    "#EXTM3U\n#HIT.wav\n#EXTINF:1,Not.wav\na b.wav\n",
		"url.cue":  "FILE \"a%20b.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
		"mark.cue": "FILE \u201ca b.wav\u201d WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
		"one.cue":  "FILE 'a b.wav' WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
	})
	for name, tracks := range map[string]int{"x.m3u": 2, "url.cue": 1, "mark.cue": 1, "one.cue": 1} {
		a, err := Open(context.Background(), []string{filepath.Join(dir, name)}, nil)
		require.NoError(t, err, name)
		assert.Len(t, a.Tracks, tracks, name)
	}
}
