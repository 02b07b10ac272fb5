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

// id3At reads an ID3v2 tag at byte at, which has at most size bytes. A tag that cannot be
// read is ignored: the track matters more.
func id3At(in input, at, size int64) tagValues {
	size = min(size, in.size-at)
	if size < 10 {
		return tagValues{}
	}
	return id3Values(id3Text(io.NewSectionReader(in.r, at, size)))
}

// id3v1 reads the 128 bytes at the end of an MP3 file that older programs write.
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
	if p[125] == 0 && p[126] != 0 { // ID3v1.1: the last byte of the comment
		t.add("track", strconv.Itoa(int(p[126])))
	}
	return t
}

// id3Values lets the library read a tag and renames what it found.
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
		// User-defined frames; the library adds numbers to all but the first.
		if c, ok := raw[key].(*tag.Comm); ok && strings.HasPrefix(key, "TX") {
			t.add(oneLine(c.Description), windows(c.Text))
		}
	}
	t.add("genre", m.Genre())
	return t
}

// id3Names are the frames of ID3v2.2 to 2.4 by the names of Vorbis comments.
var id3Names = map[string]string{
	"TIT2": "title", "TPE1": "artist", "TALB": "album", "TPE2": "albumartist", "TRCK": "track", "TPOS": "disc",
	"TSRC": "isrc", "TDRC": "date", "TYER": "year",
	"TT2": "title", "TP1": "artist", "TAL": "album", "TP2": "albumartist", "TRK": "track", "TPA": "disc",
	"TRC": "isrc", "TYE": "year",
}
