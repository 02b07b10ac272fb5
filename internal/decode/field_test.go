package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
)

// field returns a file of the corpus of problematic files, "" without it.
func field(t *testing.T, name string) string {
	dir := corpus(t, "field")
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// Files from the field, with the correct results in their README.
func TestFieldFiles(t *testing.T) {
	if field(t, "") == "" {
		return
	}
	for _, name := range []string{"cut-off/mp2-70.mp2", "cut-off/oggflac-70.oga", "cut-off/wav-mulaw-70.wav"} {
		if !strings.HasSuffix(name, ".oga") && !tools(t, "ffmpeg") {
			continue
		}
		err := check(field(t, name))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "byte", name)
	}
	if tools(t, "ffmpeg") {
		assert.ErrorIs(t, check(field(t, "damaged/wavpack-damaged.wv")), audio.ErrCorrupt)
	}
	f := open(t, field(t, "wav-partial-frame/one-byte-more.wav"))
	assert.Equal(t, int64(44100), f.Frames())
	assert.Contains(t, f.Note(), "after the last whole sample frame")
	readAll(t, f)

	f = open(t, field(t, "ogg-padding-between-pages/x.ogg"))
	assert.Equal(t, int64(5*44100), f.Frames())
	assert.Contains(t, f.Note(), "2049 bytes between its Ogg pages")
	if tools(t, "oggdec") {
		ref := filepath.Join(t.TempDir(), "ref.wav")
		run(t, "oggdec", "-Q", field(t, "ogg-padding-between-pages/x.ogg"), "-o", ref)
		near(t, wave(t, ref), f, 1.01, 0.6)
	}
}

// containers are what ffmpeg can write here, each with a coding that this package leaves to
// it or decodes in its own container.
var containers = []struct {
	name string
	args string
}{
	{"mulaw.wav", "-c:a pcm_mulaw"}, {"adpcm.wav", "-c:a adpcm_ms"}, {"mp3.wav", "-c:a libmp3lame"}, {"mp2.wav", "-c:a mp2"}, {"ac3.wav", "-c:a ac3"},
	{"alaw.aiff", "-c:a pcm_alaw"}, {"ima.aiff", "-c:a adpcm_ima_qt"},
	{"pcm.au", "-c:a pcm_s16be"}, {"pcm.w64", "-c:a pcm_s16le"}, {"alac.caf", "-c:a alac"}, {"mulaw.caf", "-c:a pcm_mulaw"},
	{"flac.oga", "-c:a flac"}, {"speex.spx", "-ar 16000 -ac 1 -c:a libspeex"}, {"six.opus", "-ac 6 -c:a libopus"}, {"six.ogg", "-ac 6 -c:a libvorbis"},
	{"a.mp2", ""}, {"a.ac3", ""}, {"a.eac3", ""}, {"a.dts", "-strict -2"}, {"a.aac", ""},
	{"a.tta", ""}, {"a.wv", ""}, {"a.wma", "-c:a wmav2"},
	{"aac.m4a", ""}, {"alac.m4a", "-c:a alac"}, {"fast.m4a", "-movflags +faststart"}, {"frag.m4a", "-movflags frag_keyframe+empty_moov -frag_duration 200000"}, {"a.3gp", "-c:a aac"}, {"pcm.mov", "-c:a pcm_s16le"},
	{"flac.mka", "-c:a flac"}, {"aac.mka", "-c:a aac"}, {"opus.webm", "-c:a libopus"}, {"a.flv", "-c:a aac"}, {"mp2.ts", "-c:a mp2"}, {"mp3.avi", "-c:a libmp3lame"},
}

// A file that ffmpeg decodes is refused if it is cut off, or the plan notes that cuts can't
// be detected. Two files in one are refused, or played one after the other.
func TestCutOffContainers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	dir := encodeContainers(t)
	for i, c := range containers {
		data, err := os.ReadFile(filepath.Join(dir, c.name))
		if err != nil {
			t.Logf("%s skipped: this ffmpeg can't write it", c.name)
			continue
		}
		f, err := Open(filepath.Join(dir, c.name))
		if err != nil {
			t.Logf("%s skipped: this ffmpeg can't read what it wrote: %v", c.name, err)
			continue
		}
		whole := f.Frames()
		percent := []int{30, 70, 97}[i%3] // whole's TestForeignFiles cuts at every byte
		cut := write(t, fmt.Sprintf("cut at %d %s", percent, c.name), data[:len(data)*percent/100])
		if f, err := Open(cut); err == nil && f.Frames() < whole {
			assert.Contains(t, f.Note(), "shows whether the file is complete", filepath.Base(cut))
		}
		f, err = Open(write(t, "twice "+c.name, append(data[:len(data):len(data)], data...)))
		if err == nil && f.Note() == "" {
			assert.Greater(t, f.Frames(), whole*3/2, "%s twice", c.name)
		}
	}
}

// A damaged byte in the middle of coded audio is an error, or the plan notes that damage
// can't be detected. In plain samples it is a click.
func TestDamageInside(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	dir := encodeContainers(t)
	for _, c := range containers {
		data, err := os.ReadFile(filepath.Join(dir, c.name))
		if err != nil || strings.Contains(c.args, "pcm_") || strings.HasSuffix(c.name, ".mp3") {
			continue
		}
		bad := write(t, "damaged "+c.name, flip(data, len(data)*61/100, 0x5A))
		if f, err := Open(bad); err == nil && f.Via() == "ffmpeg" && f.Note() == "" {
			assert.Error(t, checkFile(f), c.name)
		}
	}
}

// encodeContainers returns the folder of all containers, written on first use.
func encodeContainers(t *testing.T) string {
	dir, said := encodedContainers()
	require.NotEmpty(t, dir, "%s", said)
	t.Log(said)
	return dir
}

// containersDir is a folder for all tests of this package; TestMain removes it.
var containersDir string

// encodedContainers writes all containers with one ffmpeg, because starting it takes longer
// than its work. If that ffmpeg lacks an encoder, each container gets its own.
var encodedContainers = sync.OnceValues(func() (dir, said string) {
	dir, err := os.MkdirTemp("", "redbook-containers")
	if err != nil {
		return "", err.Error()
	}
	containersDir = dir
	input := []string{"-v", "error", "-y", "-i", testdata("signal.wav")}
	output := func(i int) []string {
		c := containers[i]
		return append(append([]string{"-af", "apad=pad_dur=0.5"}, strings.Fields(c.args)...), filepath.Join(dir, c.name))
	}
	all := slices.Clone(input)
	for i := range containers {
		all = append(all, output(i)...)
	}
	if exec.Command("ffmpeg", all...).Run() == nil {
		return dir, ""
	}
	for i, c := range containers {
		if out, err := exec.Command("ffmpeg", append(slices.Clone(input), output(i)...)...).CombinedOutput(); err != nil {
			os.Remove(filepath.Join(dir, c.name))
			said += c.name + ": " + lastLine(string(out)) + "\n"
		}
	}
	return dir, said
})

// Some programs put ID3v2 before any format.
func TestID3InFront(t *testing.T) {
	tag := append([]byte("ID3\x03\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...)
	for _, name := range []string{"signal.wav", "signal.aiff", "signal.ogg", "signal.opus", "signal.flac", "signal.mp3"} {
		plain := readAll(t, open(t, testdata(name)))
		f := open(t, write(t, name, append(tag[:len(tag):len(tag)], fixture(t, name)...)))
		assert.Equal(t, plain, readAll(t, f), name)
	}
	if tools(t, "ffmpeg") && !testing.Short() {
		path := filepath.Join(t.TempDir(), "mulaw.wav")
		run(t, "ffmpeg", "-v", "error", "-i", testdata("signal.wav"), "-c:a", "pcm_mulaw", path)
		plain := readAll(t, open(t, path))
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, plain, readAll(t, open(t, write(t, "tagged.wav", append(tag, data...)))))
	}
}

// MPEG Layer I starts like text in UTF-16, but frames follow.
func TestLayerI(t *testing.T) {
	// 32 kbit/s at 32 kHz, no CRC: frames of 48 bytes, in which no band has any bits.
	frame := append([]byte{0xFF, 0xFF, 0x18, 0xC0}, make([]byte, 44)...)
	data := bytes.Repeat(frame, 40)
	kind, silent := sniff(input{r: bytes.NewReader(data), size: int64(len(data))}, 0)
	assert.Equal(t, MP1, kind)
	assert.False(t, silent)
	withCRC := bytes.Repeat(append([]byte{0xFF, 0xFE, 0x18, 0xC0}, make([]byte, 44)...), 40)
	kind, _ = sniff(input{r: bytes.NewReader(withCRC), size: int64(len(withCRC))}, 0)
	assert.Equal(t, MP1, kind)
	text := []byte("\xFF\xFE")
	for range 500 {
		text = append(text, 'h', 0, 'e', 0, 'l', 0, 'l', 0, 'o', 0, ' ', 0)
	}
	kind, silent = sniff(input{r: bytes.NewReader(text), size: int64(len(text))}, 0)
	assert.Equal(t, textUTF16, kind)
	assert.True(t, silent)
	if tools(t, "ffmpeg") {
		path := write(t, "x.mp1", data)
		run(t, "ffmpeg", "-v", "error", "-i", path, "-f", "null", "-")
		f := open(t, path)
		assert.Equal(t, int64(40*384), f.Frames())
		assert.Error(t, check(write(t, "cut.mp1", data[:1000])))
	}
}

// AIFF written to a pipe has placeholder sizes.
func TestAIFFFromPipes(t *testing.T) {
	data := fixture(t, "signal.aiff")
	comm, ssnd := bytes.Index(data, []byte("COMM")), bytes.Index(data, []byte("SSND"))
	plain := readAll(t, open(t, testdata("signal.aiff")))
	for name, sizes := range map[string][3]uint32{ // of FORM, in frames, of SSND
		"sox":    {0x7F000050, 0x1FC00000, 0x7F000008},
		"ffmpeg": {0, 0, 0},
		"others": {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF},
	} {
		piped := at(at(at(data, 4, be32(sizes[0])...), comm+10, be32(sizes[1])...), ssnd+4, be32(sizes[2])...)
		f := open(t, write(t, name+".aiff", piped))
		assert.Equal(t, plain, readAll(t, f)[:len(plain)], name)
		assert.Contains(t, f.Note(), "states no length", name)
	}
	// Bytes after the last whole frame.
	more := append(at(data, ssnd+4, be32(uint32(len(plain)+8+3))...), 1, 2, 3, 0)
	f := open(t, write(t, "more.aiff", at(more, 4, be32(uint32(len(more)-8))...)))
	assert.Equal(t, plain, readAll(t, f))
	assert.Contains(t, f.Note(), "3 bytes after the last whole sample frame")
}

// If the two chunks of an AIFF file disagree, SoX, FFmpeg and all others use SSND.
func TestAIFFChunksDisagree(t *testing.T) {
	data := fixture(t, "signal.aiff")
	comm, ssnd := bytes.Index(data, []byte("COMM")), bytes.Index(data, []byte("SSND"))
	plain := readAll(t, open(t, testdata("signal.aiff")))
	whole := at(data, 4, be32(uint32(len(data)-8))...)
	frames := uint32(len(plain) / 4)
	for _, n := range []uint32{0, 100, frames - 1, frames + 1, 0xFFFFFFFF} {
		f := open(t, write(t, "x.aiff", at(whole, comm+10, be32(n)...)))
		assert.Equal(t, plain, readAll(t, f), n)
		assert.Contains(t, f.Note(), fmt.Sprintf("COMM chunk counts %d sample frames", n))
	}
	f := open(t, write(t, "x.aiff", at(whole, ssnd+4, 0, 0, 0, 0)))
	assert.Equal(t, plain, readAll(t, f))
	assert.Contains(t, f.Note(), "states no length")
	// Cut off, as the other chunks show.
	for _, n := range []uint32{0, frames} {
		cut := at(at(whole, ssnd+4, 0, 0, 0, 0), comm+10, be32(n)...)[:len(whole)-len(plain)/2]
		assert.ErrorIs(t, check(write(t, "x.aiff", cut)), audio.ErrTruncated, n)
	}
	f = open(t, write(t, "x.aiff", at(whole, ssnd+4, be32(uint32(len(plain)+8+60000))...)))
	assert.Equal(t, plain, readAll(t, f))
	assert.Contains(t, f.Note(), "bytes more than there are, but all frames")
	// Without a size of the file it may be cut off.
	assert.ErrorIs(t, check(write(t, "y.aiff", at(at(whole, 4, be32(uint32(len(data)))...), comm+10, be32(frames+1)...))), audio.ErrTruncated)
}

// Two streams of FLAC in one file: the second would be lost.
func TestTwoFLACs(t *testing.T) {
	data := fixture(t, "signal.flac")
	tag := []byte("ID3\x04\x00\x00\x00\x00\x00\x05hello")
	for name, twice := range map[string][]byte{
		"plain":     append(data[:len(data):len(data)], data...),
		"with tag":  append(append(data[:len(data):len(data)], tag...), data...),
		"uncounted": append(at(data, 8+13, data[8+13]&0xF0, 0, 0, 0, 0), data...),
	} {
		err := check(write(t, "two.flac", twice))
		require.Error(t, err, name)
		assert.ErrorContains(t, err, "another file begins here", name)
	}
	assert.NoError(t, check(write(t, "tail.flac", append(data[:len(data):len(data)], tag...))))
}

// APEv2 tags of MP3, before ID3v1, with a cue sheet.
func TestAPETags(t *testing.T) {
	item := func(name, value string) (p []byte) {
		p = binary.LittleEndian.AppendUint32(p, uint32(len(value)))
		return append(append(append(p, 0, 0, 0, 0), name+"\x00"...), value...)
	}
	body := append(append(append(item("Title", "Söng"), item("Artist", "One\x00Two")...), item("Track", "3/9")...), item("Cuesheet", "FILE x WAVE\r\nTRACK 01 AUDIO\r\n")...)
	foot := []byte("APETAGEX\xD0\x07\x00\x00")
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(body)+32))
	foot = binary.LittleEndian.AppendUint32(foot, 4)
	foot = append(foot, make([]byte, 12)...)
	v1 := append([]byte("TAGOther"), make([]byte, 120)...)
	song := bytes.TrimSuffix(fixture(t, "signal.mp3"), nil)
	for _, tail := range [][]byte{{}, v1} {
		f := open(t, write(t, "x.mp3", append(append(append(song[:len(song):len(song)], body...), foot...), tail...)))
		tags := f.Tags()
		assert.Equal(t, 3, tags.Track)
		assert.Contains(t, tags.CueSheet, "TRACK 01 AUDIO")
	}
	tags := apeTags(input{r: bytes.NewReader(append(body, foot...)), size: int64(len(body) + 32)})
	assert.Equal(t, "Söng", tags.first("title"))
	assert.Equal(t, "One; Two", tags.all("artist"))
}

// AU, Wave64 and CAF with plain samples, as FFmpeg 5.1.9 wrote them, are read without it.
func TestPlainContainers(t *testing.T) {
	without(t)
	want := wave(t, testdata("short.wav"))
	for _, name := range []string{"short.w64", "short.au", "short.caf"} {
		f := open(t, testdata(name))
		assert.True(t, f.Direct(), name)
		assert.Empty(t, f.Note(), name)
		same(t, want, f, name)
		data := fixture(t, name)
		assert.ErrorIs(t, check(write(t, name, data[:len(data)*2/3])), audio.ErrTruncated, name)
		assert.ErrorContains(t, check(write(t, name, append(data[:len(data):len(data)], data...))), "another file begins here", name)
	}
	// Pipes leave placeholder sizes.
	for name, data := range map[string][]byte{
		"x.au":  at(fixture(t, "short.au"), 8, 0xFF, 0xFF, 0xFF, 0xFF),
		"x.caf": at(fixture(t, "short.caf"), bytes.Index(fixture(t, "short.caf"), []byte("data"))+4, bytes.Repeat([]byte{0xFF}, 8)...),
		"x.w64": at(fixture(t, "short.w64"), bytes.Index(fixture(t, "short.w64"), []byte("data"))+16, bytes.Repeat([]byte{0xFF}, 8)...),
	} {
		f := open(t, write(t, name, data))
		assert.Equal(t, want.Frames(), f.Frames(), name)
		assert.Contains(t, f.Note(), "states no length", name)
	}
}

// Zeros at the end of samples may be silence, or a part that was never downloaded.
func TestZeroTail(t *testing.T) {
	samples := bytes.Repeat([]byte{1, 2, 3, 4}, 44100*6)
	wave := func(samples []byte) []byte {
		p := at(fixture(t, "signal.wav")[:44], 40, binary.LittleEndian.AppendUint32(nil, uint32(len(samples)))...)
		return append(at(p, 4, binary.LittleEndian.AppendUint32(nil, uint32(len(samples)+36))...), samples...)
	}
	assert.Empty(t, open(t, write(t, "a.wav", wave(samples))).Note())
	tail := bytes.Clone(samples)
	clear(tail[len(tail)/2:])
	assert.Contains(t, open(t, write(t, "b.wav", wave(tail))).Note(), "its last 0:03.000 are zeros")
	clear(tail)
	assert.Empty(t, open(t, write(t, "c.wav", wave(tail))).Note(), "all of it is silence")
	assert.Equal(t, int64(7), zeroTail(bytes.NewReader([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0}), 0, 9))
	assert.Equal(t, int64(3), zeroTail(bytes.NewReader([]byte{0, 0, 0, 0, 5}), 1, 4))
}

// FLAC written to a pipe by an encoder has neither a count nor a checksum.
func TestFLACFromPipe(t *testing.T) {
	data := fixture(t, "signal.flac")
	piped := at(at(data, 8+13, data[8+13]&0xF0, 0, 0, 0, 0), 8+18, make([]byte, 16)...)
	f := open(t, write(t, "x.flac", piped))
	assert.Equal(t, unproven, f.Note())
	assert.Equal(t, readAll(t, open(t, testdata("signal.flac"))), readAll(t, f))
	cut := open(t, write(t, "y.flac", piped[:frameEnd(t, data)]))
	assert.Equal(t, unproven, cut.Note())
	assert.Less(t, cut.Frames(), f.Frames())
	// With only the checksum, nothing is missing.
	assert.Empty(t, open(t, write(t, "z.flac", at(data, 8+13, data[8+13]&0xF0, 0, 0, 0, 0))).Note())
}

// Frame numbers reveal exchanged frames of FLAC without a checksum of all samples.
func TestFLACFramesExchanged(t *testing.T) {
	data := fixture(t, "signal.flac")
	second := frameEnd(t, data)
	first := bytes.Index(data, []byte{0xFF, 0xF8})
	plain := at(data, 8+18, make([]byte, 16)...)
	require.NoError(t, check(write(t, "x.flac", plain)))
	exchanged := slices.Concat(plain[:first], plain[second:], plain[first:second])
	assert.ErrorContains(t, check(write(t, "y.flac", exchanged)), "in the wrong order: number 0 stands where 2 should")
}

// Layer II and Layer III in one file: the second would be lost.
func TestLayersInARow(t *testing.T) {
	// 192 kbit/s at 44.1 kHz, frames of 626 bytes without any bits (11172-3, 2.4.1).
	two := bytes.Repeat(append([]byte{0xFF, 0xFD, 0xA0, 0xC0}, make([]byte, 622)...), 5)
	three := fixture(t, "signal.mp3")
	three = three[behindTags(input{r: bytes.NewReader(three), size: int64(len(three))}):]
	assert.ErrorContains(t, check(write(t, "a.mp3", slices.Concat(three, two))), "the coding changes from MPEG Layer III to another layer")
	if tools(t, "ffmpeg") {
		assert.ErrorContains(t, check(write(t, "b.mp2", slices.Concat(two, three))), "the layer, the sample rate or the coding of MPEG audio changes here")
	}
}
