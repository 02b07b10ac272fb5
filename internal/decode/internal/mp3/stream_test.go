package mp3

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// frameBytes is the length of the frames of plain.
const frameBytes = 1044

// plain makes frames of 44.1 kHz mono that don't depend on each other.
func plain(frames int) []byte {
	f := forge{Rand: rand.New(rand.NewPCG(5, 5)), head: header{mode: modeMono, bitrate: 14}, blocks: []int{0}}
	return f.stream(frames)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func scanOf(data []byte) (Info, error) { return Scan(bytes.NewReader(data), int64(len(data))) }

// id3 makes an ID3v2 tag.
func id3(content []byte, footer bool) []byte {
	n := len(content)
	size := []byte{byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	if !footer {
		return join([]byte{'I', 'D', '3', 4, 0, 0}, size, content)
	}
	return join([]byte{'I', 'D', '3', 4, 0, 0x10}, size, content, []byte{'3', 'D', 'I', 4, 0, 0x10}, size)
}

// ape makes an APEv2 tag with header and footer.
func ape(content []byte) []byte {
	end := make([]byte, 32)
	copy(end, "APETAGEX")
	binary.LittleEndian.PutUint32(end[8:], 2000)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(content)+32))
	binary.LittleEndian.PutUint32(end[20:], 1<<31)
	start := bytes.Clone(end)
	binary.LittleEndian.PutUint32(start[20:], 1<<31|1<<29)
	return join(start, content, end)
}

// Tags of all kinds before, between and after the frames have no effect.
func TestTags(t *testing.T) {
	audio := plain(6)
	_, want, _ := decode(t, audio)
	sync := bytes.Repeat(audio[:4], 20) // headers inside a tag are not frames
	v1 := append([]byte("TAG"), make([]byte, 125)...)
	plus := append([]byte("TAG+"), make([]byte, 223)...)
	lyrics2 := append([]byte("LYRICSBEGIN"), bytes.Repeat([]byte("x"), 50)...)
	lyrics2 = fmt.Appendf(lyrics2, "%06dLYRICS200", len(lyrics2))
	lyrics1 := []byte("LYRICSBEGINla la laLYRICSEND")
	for name, data := range map[string][]byte{
		"ID3v2":            join(id3(sync, false), audio),
		"ID3v2 twice":      join(id3(sync, false), id3(nil, false), audio),
		"ID3v2 footer":     join(id3(sync, true), audio),
		"ID3v2 padded":     join(id3(sync, false), make([]byte, 70000), audio),
		"ID3v2 appended":   join(audio, id3(sync, true)),
		"ID3v1":            join(audio, v1),
		"ID3v1 extended":   join(audio, plus, v1),
		"APE":              join(audio, ape(sync)),
		"APE first":        join(ape(sync), audio),
		"Lyrics3 2":        join(audio, lyrics2, v1),
		"Lyrics3 1":        join(audio, lyrics1, v1),
		"everything":       join(id3(sync, true), ape(sync), audio, id3(sync, true), lyrics2, ape(sync), v1),
		"between frames":   join(audio[:2*frameBytes], id3(sync, false), ape(sync), v1, audio[2*frameBytes:]),
		"large ID3v2":      join(id3(make([]byte, 3<<20), false), audio),
		"ID3v2 behind gap": join(audio, id3(sync, false)),
	} {
		info, out, d := decode(t, data)
		equal(t, want, out, name)
		assert.Empty(t, info.Problems, name)
		assert.Empty(t, d.Concealed(), name)
	}
}

// An unsupported file is refused, with the position.
func TestRefused(t *testing.T) {
	audio := plain(8)
	other := forge{Rand: rand.New(rand.NewPCG(1, 1)), head: header{mode: modeStereo, bitrate: 14}, blocks: []int{0}}
	stereo := other.stream(8)
	other.head = header{mode: modeMono, bitrate: 14, rate: 1}
	faster := other.stream(8)
	layer2 := append([]byte{0xFF, 0xFD, 0x90, 0}, make([]byte, 2000)...)
	for name, tc := range map[string]struct {
		data   []byte
		err    error
		offset int
	}{
		"nothing":           {nil, ErrNotMP3, 0},
		"text":              {[]byte(strings.Repeat("no music here. ", 500)), ErrNotMP3, 0},
		"zeros":             {make([]byte, 100000), ErrNotMP3, 100000},
		"a tag alone":       {id3(make([]byte, 500), false), ErrNotMP3, 510},
		"Layer II":          {layer2, ErrLayer, 0},
		"half a frame":      {audio[:500], ErrTruncated, 0},
		"last frame cut":    {audio[:len(audio)-1], ErrTruncated, 7 * frameBytes},
		"last header cut":   {audio[:7*frameBytes+3], ErrTruncated, 7 * frameBytes},
		"one byte of it":    {audio[:7*frameBytes+1], ErrTruncated, 7 * frameBytes},
		"cut before a tag":  {join(audio[:len(audio)-9], append([]byte("TAG"), make([]byte, 125)...)), ErrTruncated, 7 * frameBytes},
		"mono, then stereo": {join(audio, stereo), ErrFormatChange, 8 * frameBytes},
		"other sample rate": {join(audio, faster), ErrFormatChange, 8 * frameBytes},
		"behind a tag":      {join(audio, id3(nil, false), faster), ErrFormatChange, 8*frameBytes + 10},
		"behind junk":       {join(audio, make([]byte, 99), faster), ErrFormatChange, 8*frameBytes + 99},
	} {
		_, err := scanOf(tc.data)
		var e *Error
		require.ErrorAs(t, err, &e, name)
		assert.ErrorIs(t, err, tc.err, name)
		assert.Equal(t, int64(tc.offset), e.Offset, name)
		assert.Contains(t, err.Error(), fmt.Sprintf("byte %d: ", tc.offset), name)
	}
}

// Damage affects only the sound of the damaged frames: the length stays, and so does
// everything from the second frame after it on.
func TestDamage(t *testing.T) {
	audio := plain(20)
	_, want, _ := decode(t, audio)
	at := 7 * frameBytes
	damage := func(from, to int, fill byte) []byte {
		b := bytes.Clone(audio)
		for i := from; i < to; i++ {
			b[i] = fill
		}
		return b
	}
	for name, tc := range map[string]struct {
		data   []byte
		kind   Kind
		offset int64
		bytes  int64
		frames int64
	}{
		"header":           {damage(at, at+4, 0), Lost, int64(at), frameBytes, 1},
		"side information": {damage(at+4, at+21, 0xFF), Damaged, int64(at), frameBytes, 1},
		"block type":       {damage(at+9, at+21, 0xFF), Damaged, int64(at), frameBytes, 1},
		"three frames":     {damage(at, at+3*frameBytes, 0x55), Lost, int64(at), 3 * frameBytes, 3},
		"bytes missing":    {join(audio[:at+900], audio[at+1000:]), Lost, int64(at), 944, 1},
	} {
		info, out, d := decode(t, tc.data)
		require.Equal(t, len(want), len(out), name)
		list := d.Concealed()
		require.Len(t, list, 1, name)
		assert.Equal(t, Problem{tc.kind, tc.offset, tc.bytes, 7 * 1152, tc.frames}, list[0], name)
		assert.Equal(t, tc.frames, d.ConcealedFrames(), name)
		equal(t, want[:7*1152], out[:7*1152], name)
		after := (7 + int(tc.frames) + 1) * 1152
		equal(t, want[after:], out[after:], name)
		_, loud := difference(out, make([]float32, len(out)))
		assert.Less(t, loud, 1.0, name)
		assert.Equal(t, list, info.Problems, "%s: seen without decoding", name)
	}
}

// A wrong bit rate in one header does no harm: the position of the next frame shows how
// long this one is.
func TestWrongLength(t *testing.T) {
	audio := plain(20)
	_, want, _ := decode(t, audio)
	for _, bitrate := range []byte{0x10, 0xD0, 0xC2} { // 32, 256, 224 kbit/s
		data := bytes.Clone(audio)
		data[7*frameBytes+2] = bitrate
		info, out, d := decode(t, data)
		equal(t, want, out, "samples")
		assert.Empty(t, info.Problems)
		assert.Empty(t, d.Concealed())
	}
	// The opposite: 320 kbit/s instead of less.
	f := forge{Rand: rand.New(rand.NewPCG(5, 5)), head: header{mode: modeMono, bitrate: 12}, blocks: []int{0}}
	audio = f.stream(20)
	_, want, _ = decode(t, audio)
	audio[7*731+2] = 0xE0
	_, out, d := decode(t, audio)
	equal(t, want, out, "samples")
	assert.Empty(t, d.Concealed())
}

// Damage at the start doesn't move the start, and lost bytes are noted there.
func TestDamagedStart(t *testing.T) {
	audio := plain(20)
	_, want, _ := decode(t, audio)
	clear(audio[frameBytes : frameBytes+4])
	_, out, d := decode(t, audio)
	assert.Equal(t, len(want), len(out))
	equal(t, want[3*1152:], out[3*1152:], "samples")
	assert.Equal(t, int64(1), d.ConcealedFrames())

	audio[0] = 1
	info, out, _ := decode(t, audio)
	assert.Equal(t, len(want)-2*1152, len(out))
	assert.Equal(t, []Problem{{Kind: Lost, Bytes: 2 * frameBytes}}, info.Problems)
	assert.Equal(t, "byte 0: 2088 bytes hold no MPEG frames where there should be some", info.Problems[0].String())
}

// The rest of a file that was never downloaded is zeros.
func TestZeros(t *testing.T) {
	audio := plain(100)
	_, err := scanOf(join(audio, make([]byte, 60*frameBytes)))
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.ErrorIs(t, err, ErrTruncated)
	assert.Equal(t, int64(100*frameBytes), e.Offset)
	// They do no harm if a header shows that the sound is complete, or if they are few.
	for name, data := range map[string][]byte{
		"few":      join(audio, make([]byte, 5*frameBytes)),
		"complete": join(infoFrame("Xing", 100, 0, "", 0, 0), audio, make([]byte, 60*frameBytes)),
		"no zeros": join(audio, bytes.Repeat([]byte{1}, 60*frameBytes)),
	} {
		info, _, _ := decode(t, data)
		assert.Equal(t, int64(100*1152), info.Frames, name)
		require.Len(t, info.Problems, 1, name)
		kind := Unknown
		if name == "complete" {
			kind = Foreign
		}
		assert.Equal(t, kind, info.Problems[0].Kind, name)
	}
}

// A granule that can't be decoded affects neither the other one of its frame nor the other
// channel's position in the data.
func TestDamagedGranule(t *testing.T) {
	for _, mode := range []uint8{modeMono, modeStereo} {
		// short blocks: they don't share scale factors
		f := forge{Rand: rand.New(rand.NewPCG(5, 5)), head: header{mode: mode, bitrate: 14}, blocks: []int{2}}
		audio := f.stream(20)
		_, want, _ := decode(t, audio)
		// header, main_data_begin, private bits, scfsi, part2_3_length; then big_values
		at := 7*frameBytes*8 + 32 + 9 + 5 + 4 + 12
		if mode == modeStereo {
			at += -2 + 4
		}
		for i, bit := range "100100000" { // 288 pairs: more than there are bits for
			mask := byte(0x80) >> ((at + i) % 8)
			audio[(at+i)/8] &^= mask
			if bit == '1' {
				audio[(at+i)/8] |= mask
			}
		}
		_, out, d := decode(t, audio)
		require.Equal(t, int64(1), d.ConcealedFrames())
		channels := len(out) / (20 * 1152)
		// The filter bank remembers 15 slots of the granule before.
		from := (8*1152 + 480) * channels
		equal(t, want[from:], out[from:], "behind it")
		at = (7*1152 + 400) * channels
		assert.NotEqual(t, want[at], out[at])
	}
}

// Bytes too few for a frame don't extend the sound.
func TestForeign(t *testing.T) {
	audio := plain(20)
	_, want, _ := decode(t, audio)
	at := 7 * frameBytes
	for name, tc := range map[string]struct {
		data   []byte
		offset int
		bytes  int64
	}{
		"before":  {join([]byte("RIFFxxxxWAVEfmt "), audio), 0, 16},
		"between": {join(audio[:at], []byte("hello"), audio[at:]), at, 5},
		"behind":  {join(audio, bytes.Repeat([]byte("junk"), 1000)), len(audio), 4000},
	} {
		info, out, d := decode(t, tc.data)
		equal(t, want, out, name)
		require.Len(t, info.Problems, 1, name)
		p := info.Problems[0]
		kind := Foreign
		if name == "behind" {
			kind = Unknown
		}
		assert.Equal(t, kind, p.Kind, name)
		assert.Equal(t, int64(tc.offset), p.Offset, name)
		assert.Equal(t, tc.bytes, p.Bytes, name)
		assert.Zero(t, d.ConcealedFrames(), name)
	}
}

// A file cut at the start lacks the data that its first frames refer to.
func TestSevered(t *testing.T) {
	data := fixture(t, "joint128.mp3")
	_, want, _ := decode(t, data)
	var s sideInfo
	from, at := 0, 0
	for at < len(data) && from == 0 {
		h, ok := parseHeader(data[at:])
		require.True(t, ok)
		require.NoError(t, s.parse(h, data[at+4:]))
		if s.begin > 0 {
			from = at
		}
		at += h.size(0)
	}
	require.Positive(t, from)
	info, out, d := decode(t, data[from:])
	assert.Equal(t, NoSource, info.Gapless)
	require.Len(t, d.Concealed(), 1)
	assert.Equal(t, Severed, d.Concealed()[0].Kind)
	assert.Zero(t, d.Concealed()[0].Offset)
	for _, v := range out[:1152*2] {
		assert.Zero(t, v)
	}
	// The end is the same as that of the whole file, before its padding.
	whole, err := scanOf(data)
	require.NoError(t, err)
	end := len(out) - int(whole.Padding-decoderDelay)*2
	equal(t, want[len(want)-6000:], out[end-6000:end], "samples")
}

// A reader that fails, and a file that changes between Scan and decoding.
func TestReadErrors(t *testing.T) {
	audio := plain(100)
	broken := errors.New("bad sector")
	r := &failing{ReaderAt: bytes.NewReader(audio), at: 70000, err: broken}
	_, err := Scan(r, int64(len(audio)))
	assert.ErrorIs(t, err, broken)

	info, err := scanOf(audio)
	require.NoError(t, err)
	d := NewDecoder(bytes.NewReader(audio[:50000]), info)
	_, err = io.Copy(io.Discard, asBytes{d})
	assert.ErrorIs(t, err, ErrTruncated)
	again := bytes.Clone(audio)
	clear(again[50000:])
	d = NewDecoder(bytes.NewReader(again), info)
	_, err = io.Copy(io.Discard, asBytes{d})
	assert.ErrorIs(t, err, ErrTruncated)
	_, err = d.Read(make([]float32, 10))
	assert.ErrorIs(t, err, ErrTruncated, "errors stay")
}

type failing struct {
	io.ReaderAt
	at  int64
	err error
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.at {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, off)
}

// asBytes makes an io.Reader of a Decoder.
type asBytes struct{ d *Decoder }

func (a asBytes) Read(p []byte) (int, error) {
	n, err := a.d.Read(make([]float32, len(p)/4))
	return 4 * n, err
}

// Several decoders of one file, interrupted inside frames, agree; in steady state nothing
// is allocated.
func TestDecoder(t *testing.T) {
	data := fixture(t, "joint128.mp3")
	info, want, _ := decode(t, data)
	a, b := NewDecoder(bytes.NewReader(data), info), NewDecoder(bytes.NewReader(data), info)
	var got [2][]float32
	buf := make([]float32, 7)
	for i := 0; len(got[0]) < len(want) || len(got[1]) < len(want); i++ {
		d := []*Decoder{a, b}[i&1]
		n, err := d.Read(buf[:2+i%6])
		assert.Zero(t, n&1)
		if err == nil {
			got[i&1] = append(got[i&1], buf[:n]...)
		}
	}
	equal(t, want, got[0], "samples")
	equal(t, want, got[1], "samples")
	_, err := a.Read(buf)
	assert.Equal(t, io.EOF, err)

	long := plain(400)
	info, err = scanOf(long)
	require.NoError(t, err)
	clear(long[200*frameBytes : 230*frameBytes]) // concealing doesn't allocate either
	r := bytes.NewReader(long)
	d := NewDecoder(r, info)
	out := make([]float32, 1152)
	assert.Zero(t, testing.AllocsPerRun(350, func() {
		if _, err := d.Read(out); err != nil {
			t.Fatal(err)
		}
	}))
}

// The list of problems is limited; their number isn't.
func TestManyProblems(t *testing.T) {
	audio := plain(500)
	for i := 4; i < 497; i += 4 {
		clear(audio[i*frameBytes:][:4])
	}
	info, _, d := decode(t, audio)
	assert.Equal(t, int64(500*1152), info.Frames)
	assert.Len(t, d.Concealed(), maxProblems)
	assert.Len(t, info.Problems, maxProblems)
	assert.Equal(t, int64(124), d.ConcealedFrames())
}

// A frame that replaces lost ones fades away.
func TestFade(t *testing.T) {
	audio := plain(20)
	clear(audio[8*frameBytes : 18*frameBytes])
	_, out, _ := decode(t, audio)
	level := func(frame int) float64 {
		rms, _ := difference(out[frame*1152:][:1152], make([]float32, 1152))
		return rms
	}
	assert.Positive(t, level(8))
	assert.Less(t, level(9), level(7))
	assert.Zero(t, level(12))
	for _, v := range out {
		assert.False(t, math.IsNaN(float64(v)))
	}
}

func TestStrings(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"byte 5: 2 MPEG frames damaged":                        Problem{Kind: Damaged, Offset: 5, Frames: 2},
		"byte 5: 2 MPEG frames severed from the frames before": Problem{Kind: Severed, Offset: 5, Frames: 2},
		"byte 5: 2 MPEG frames lost":                           Problem{Kind: Lost, Offset: 5, Frames: 2},
		"byte 5: 9 bytes that are not audio":                   Problem{Kind: Foreign, Offset: 5, Bytes: 9},
		"byte 5: 3 MPEG frames more than the header says":      Problem{Kind: Extra, Offset: 5, Frames: 3},
		"foreign bytes":             Foreign,
		"more than the header says": Extra,
		"Kind(9)":                   Kind(9),
		"44100 Hz mono":             header{mode: modeMono},
		"8000 Hz stereo":            header{rate: 8},
	} {
		assert.Equal(t, want, got.String())
	}
	assert.Equal(t, os.ErrNotExist, (&Error{Err: os.ErrNotExist}).Unwrap())
}

// An APE tag with a false length removes no frames.
func TestLyingAPE(t *testing.T) {
	audio := fixture(t, "joint128.mp3")
	want, _, _ := decode(t, audio)
	item := []byte("\x05\x00\x00\x00\x00\x00\x00\x00Title\x00hello")
	for _, size := range []uint32{0, 10, 32, 32 + 19, 33 + 19, 600, 2000, 5000, 1 << 30, 1<<32 - 1} {
		for _, flags := range []byte{0, 0x80} {
			foot := make([]byte, apeBytes)
			copy(foot, "APETAGEX\xD0\x07")
			binary.LittleEndian.PutUint32(foot[12:], size)
			foot[16], foot[23] = 1, flags
			info, _, _ := decode(t, join(audio, item, foot))
			assert.Equal(t, want.Frames, info.Frames, "%d bytes, flags %X", size, flags)
			assert.True(t, info.Summed)
		}
	}
}
