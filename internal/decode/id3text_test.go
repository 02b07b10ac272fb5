package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func id3TextOf(t *testing.T, tag []byte) Tags {
	t.Helper()
	values := id3At(input{r: bytes.NewReader(tag), size: int64(len(tag))}, 0, int64(len(tag)))
	return values.tags()
}

// Unsynchronization puts a zero after each FFh: version 2.3 counts the bytes without it,
// version 2.4 with it (ID3v2.4.0-structure, 6.1). An extended header comes first.
func TestID3Unsynchronized(t *testing.T) {
	title := "\x01\xFF\xFEA\x00B\x00"
	frame := id3Frame("TIT2", title)
	pic := id3Frame("APIC", "\x00image/jpeg\x00\x03\x00\xFF\xD8\xFF\x00\xFF\xE0")
	stuffed := func(p []byte) []byte {
		return bytes.ReplaceAll(p, []byte{0xFF}, []byte{0xFF, 0})
	}
	v3 := id3(3, stuffed(pic), stuffed(frame))
	v3[5] |= 0x80
	assert.Equal(t, "AB", id3TextOf(t, v3).Title)

	body := stuffed([]byte(title))
	v4 := id3(4, id3Frame("TIT2", string(body)), id3Frame("TALB", "\x00C"))
	v4[5] |= 0x80
	assert.Equal(t, Tags{Title: "AB", Album: "C"}, id3TextOf(t, v4))

	extended := id3(3, []byte{0, 0, 0, 6, 0, 0, 0, 0, 0, 0}, frame)
	extended[5] |= 0x40
	assert.Equal(t, "AB", id3TextOf(t, extended).Title)
	extended = id3(4, []byte{0, 0, 0, 6, 1, 0}, frame)
	extended[5] |= 0x40
	assert.Equal(t, "AB", id3TextOf(t, extended).Title)
}

// An unreadable or absurdly long field costs only itself.
func TestID3Skips(t *testing.T) {
	packed := id3Frame("TPE1", "\x00zip")
	packed[9] = 0x80
	long := id3Frame("TCOM", "\x00"+strings.Repeat("x", maxID3Frame))
	tag := id3(3, packed, long, id3Frame("TEXT", ""), id3Frame("TIT2", "\x00A"), make([]byte, 100))
	assert.Equal(t, Tags{Title: "A"}, id3TextOf(t, tag))
	// A frame that claims more than the tag has ends the tag.
	lie := id3Frame("TALB", "\x00B")
	binary.BigEndian.PutUint32(lie[4:], 1<<31)
	assert.Equal(t, Tags{Title: "A"}, id3TextOf(t, id3(3, id3Frame("TIT2", "\x00A"), lie)))
	// iTunes wrote plain sizes into version 2.4.
	cover := id3Frame("APIC", strings.Repeat("x", 200))
	assert.Equal(t, Tags{Title: "A"}, id3TextOf(t, id3(4, cover, id3Frame("TIT2", "\x00A"))))
}

// A tag of any length takes little memory: pictures are skipped, and of many frames only
// the first ones are read.
func TestID3Memory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.mp3")
	const size = 100 << 20
	head := id3Frame("APIC", "")
	binary.BigEndian.PutUint32(head[4:], size)
	tag := id3(3, id3Frame("TIT2", "\x00A"), head)
	title := id3Frame("TALB", "\x00B")
	putSyncSafe(tag[6:], len(tag)-10+size+len(title))
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = f.Write(tag)
	require.NoError(t, err)
	_, err = f.WriteAt(append(title, fixture(t, "signal.mp3")...), int64(len(tag)+size))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file := open(t, path)
	runtime.ReadMemStats(&after)
	assert.Equal(t, "A", file.Tags().Title)
	assert.Equal(t, "B", file.Tags().Album)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))

	many := id3(3, bytes.Repeat(id3Frame("TXXX", "\x00a\x00b"), 200_000))
	values := id3Text(sectionOf(many))
	assert.Less(t, len(values), 32<<10)
}

func sectionOf(p []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(p), 0, int64(len(p)))
}

// countingReader counts what is read of a file.
type countingReader struct {
	*bytes.Reader
	calls, bytes int
}

func (c *countingReader) ReadAt(p []byte, at int64) (int, error) {
	c.calls++
	n, err := c.Reader.ReadAt(p, at)
	c.bytes += n
	return n, err
}

// Frames are read many at a time, and after too many of them the rest is left alone.
func TestID3TinyFrames(t *testing.T) {
	tiny := bytes.Repeat(id3Frame("ABCD", ""), 1<<20)
	tag := id3(3, id3Frame("TIT2", "\x00A"), tiny, id3Frame("TALB", "\x00B"))
	r := &countingReader{Reader: bytes.NewReader(tag)}
	values := id3At(input{r: r, size: int64(len(tag))}, 0, int64(len(tag)))
	assert.Equal(t, Tags{Title: "A"}, values.tags())
	assert.Less(t, r.calls, 100)
	assert.Less(t, r.bytes, 1<<20)
}

// A long comment is stepped over, and what is kept of many long ones is limited.
func TestLongComments(t *testing.T) {
	picture := "METADATA_BLOCK_PICTURE=" + strings.Repeat("x", 8<<20)
	block := vorbisComments(picture, "TITLE=A")
	r := &countingReader{Reader: bytes.NewReader(block)}
	values := comments(newSkipper(io.NewSectionReader(r, 0, int64(len(block)))))
	assert.Equal(t, Tags{Title: "A"}, values.tags())
	assert.Less(t, r.bytes, 64<<10)

	sheet := "CUESHEET=" + strings.Repeat("x", maxCueText)
	values = comments(newSkipper(sectionOf(vorbisComments("TITLE=A", sheet, sheet, sheet, sheet, sheet, sheet, "ALBUM=B"))))
	assert.Equal(t, 5, len(values.names))
	assert.Equal(t, "B", values.tags().Album)
}
