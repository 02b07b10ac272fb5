package decode

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dhowden/tag"
)

// id3At reads an ID3v2 tag of at most size bytes at byte at. It ignores an unreadable tag:
// the audio may still be good.
func id3At(in input, at, size int64) tagValues {
	size = min(size, in.size-at)
	if size < 10 {
		return tagValues{}
	}
	return id3Values(id3Text(io.NewSectionReader(in.r, at, size)))
}

// id3v1 reads the ID3v1 tag, the last 128 bytes of an MP3 file.
func id3v1(in input) tagValues {
	var p [128]byte
	if in.size < 128 {
		return tagValues{}
	}
	if _, err := in.r.ReadAt(p[:], in.size-128); err != nil || string(p[:3]) != "TAG" {
		return tagValues{}
	}
	field := func(from, to int) string { return text(cString(p[from:to])) }
	var t tagValues
	t.add("title", field(3, 33))
	t.add("artist", field(33, 63))
	t.add("album", field(63, 93))
	t.add("date", field(93, 97))
	if p[125] == 0 && p[126] != 0 { // ID3v1.1 stores the track in the last byte of the comment
		t.add("track", strconv.Itoa(int(p[126])))
	}
	return t
}

// id3Values reads a tag with the library and renames its frames.
func id3Values(p []byte) (t tagValues) {
	defer func() {
		if recover() != nil {
			t = tagValues{}
		}
	}()
	m, err := tag.ReadID3v2Tags(bytes.NewReader(p))
	if err != nil {
		return t
	}
	raw := m.Raw()
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if v, ok := raw[key].(string); ok && id3Names[key] != "" {
			t.add(id3Names[key], windows(v))
		}
		// User-defined frames; the library appends numbers to the keys of all but the first.
		if c, ok := raw[key].(*tag.Comm); ok && strings.HasPrefix(key, "TX") {
			t.add(oneLine(c.Description), windows(c.Text))
		}
	}
	t.add("genre", m.Genre())
	return t
}

// id3Names maps the frames of ID3v2.2 to 2.4 to names of Vorbis comments.
var id3Names = map[string]string{
	"TIT2": "title", "TPE1": "artist", "TALB": "album", "TPE2": "albumartist", "TRCK": "track", "TPOS": "disc",
	"TSRC": "isrc", "TDRC": "date", "TYER": "year",
	"TT2": "title", "TP1": "artist", "TAL": "album", "TP2": "albumartist", "TRK": "track", "TPA": "disc",
	"TRC": "isrc", "TYE": "year",
}
