package mp3

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// corpus finds the folder of MP3 files with their reference decodes: REDBOOK_CORPUS, or
// corpus in a folder "shared" next to the project.
func corpus() string {
	root := os.Getenv("REDBOOK_CORPUS")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			return ""
		}
		for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
		}
		root = filepath.Join(filepath.Dir(dir), "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(root, "mp3")); err != nil {
		return ""
	}
	return filepath.Join(root, "mp3")
}

// known has the peculiarities of files in the conformance set.
var known = map[string]struct {
	err     error // Scan's
	surplus int64 // MPEG frames at the end that we have and the .pcm lacks
	severed int64 // and at the start, where data of earlier frames are missing
	trimmed bool  // delay and padding are known
}{
	// 41,472 bytes of frames, and then 23 of the 192 of one more. The piece was cut out of
	// a longer stream: 342 bytes at its end belong to frames that are missing. The .pcm
	// ends with the last whole frame; mpg123 stops there, ffmpeg invents the last one. We
	// decode it like them, but report that it is cut off: an interrupted download looks the
	// same.
	"l3-compl": {err: ErrTruncated},
	// The same with 412 bytes; and the file starts in a frame, so the first two whole ones
	// can't be decoded. We mute them, like mpg123; the .pcm leaves them out.
	"l3-sin1k0db": {err: ErrTruncated, severed: 2},
	// The decoder that made these .pcm returned a frame only after the header of the next
	// one: the last frame is missing in them. mpg123 and ffmpeg return it, and so do we.
	"l3-he_32khz": {surplus: 1},
	"l3-he_44khz": {surplus: 1},
	"l3-he_48khz": {surplus: 1},
	"l3-he_free":  {surplus: 1},
	"l3-hecommon": {surplus: 1},
	"l3-si":       {surplus: 1},
	"l3-si_block": {surplus: 1},
	"l3-si_huff":  {surplus: 1},
	// An ID3v2 tag of 1,856 bytes before a single frame of 192: no further frame
	// distinguishes it from bytes that only look like a frame. At the end of a tag it is
	// accepted, because the file ends exactly where the frame does.
	"l3-nonstandard-id3v2": {},
	// With a LAME tag: the .pcm holds the sound without delay and padding, like ours.
	"l3-nonstandard-sin1k0db_lame_vbrtag": {trimmed: true},
	// These change from mono to stereo, and from 44.1 to 48 kHz.
	"l3-he_mode":                 {err: ErrFormatChange},
	"l3-nonstandard-he_44_48khz": {err: ErrFormatChange},
}

// The conformance streams, rounded to 16 bits, equal their reference decodes with the
// accuracy that the standard (11172-4, 2.4.3) calls full.
func TestConformance(t *testing.T) {
	dir := corpus()
	if dir == "" {
		t.Skip("set REDBOOK_CORPUS to the folder of the corpus to run it")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.bit"))
	require.NoError(t, err)
	for _, path := range names {
		name := strings.TrimSuffix(filepath.Base(path), ".bit")
		want, err := os.ReadFile(strings.TrimSuffix(path, ".bit") + ".pcm")
		if err != nil || len(want) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) { conform(t, name, path, want) })
	}
}

func conform(t *testing.T, name, path string, want []byte) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	special, listed := known[name]
	info, err := Scan(bytes.NewReader(data), int64(len(data)))
	var e *Error
	if err != nil && !listed && errors.As(err, &e) {
		t.Log("refused: ", err)
		return
	}
	require.ErrorIs(t, err, special.err)
	if special.err == ErrFormatChange {
		return
	}
	d := NewDecoder(bytes.NewReader(data), info)
	got := readAll(t, d)
	if d.ConcealedFrames() > 0 && !listed {
		t.Log("damaged: ", d.Concealed())
		return
	}
	assert.Equal(t, special.severed, d.ConcealedFrames())
	assert.Equal(t, special.trimmed, info.Gapless != NoSource)
	per := info.head.samples() * info.Channels
	got = got[int(special.severed)*per:]
	assert.Equal(t, int(special.surplus)*per, len(got)-len(want)/2, "more than the .pcm")
	sum, worst := 0.0, 0.0
	n := min(len(got), len(want)/2)
	for i := range n {
		v := math.RoundToEven(float64(got[i]) * 32768)
		v = min(max(v, math.MinInt16), math.MaxInt16)
		diff := math.Abs(v - float64(int16(binary.LittleEndian.Uint16(want[2*i:]))))
		sum += diff * diff
		worst = max(worst, diff)
	}
	// In units of 16-bit steps: 2^-15 of full scale.
	rms := math.Sqrt(sum / float64(n))
	t.Logf("%s %d Hz, %d samples: rms %.4f, worst %.0f of 2^-15", info.Version, info.SampleRate, n, rms, worst)
	assert.Less(t, rms, 1/math.Sqrt(12))
	assert.LessOrEqual(t, worst, 2.0)
}

// The rest of a file whose end is missing can still be decoded.
func TestTruncatedInfo(t *testing.T) {
	data := fixture(t, "mono32.mp3")
	cut := int64(len(data) - 40)
	info, err := Scan(bytes.NewReader(data), cut)
	require.ErrorIs(t, err, ErrTruncated)
	d := NewDecoder(io.NewSectionReader(bytes.NewReader(data), 0, cut), info)
	assert.Equal(t, int(info.Frames)*info.Channels, len(readAll(t, d)))
	assert.Positive(t, info.Frames)
}
