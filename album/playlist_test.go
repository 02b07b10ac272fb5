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
