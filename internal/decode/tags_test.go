package decode

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
)

// The tags written by the programs that made the fixtures: see testdata/README.md.
func TestTagsOfFixtures(t *testing.T) {
	assert.Equal(t, Tags{Title: "Signal é", Performer: "One; Two", Album: "Fixtures", Track: 3, Tracks: 12, ISRC: "USABC1234567", MCN: "4006381333931"},
		open(t, testdata("signal.flac")).Tags())
	assert.Equal(t, Tags{Title: "Sîgnal", Performer: "One", Album: "Fixtures", Track: 3}, open(t, testdata("signal.ogg")).Tags())
	assert.Equal(t, Tags{Title: "Sïgnal", Performer: "One"}, open(t, testdata("signal.opus")).Tags())
	assert.Equal(t, Tags{Title: "Signal é", Performer: "One", Album: "Fixtures", Track: 3, Tracks: 12}, open(t, testdata("signal.mp3")).Tags())
	assert.Equal(t, Tags{}, open(t, testdata("signal.wav")).Tags())
}

// id3 makes an ID3v2 tag of frames (id3.org, 2.3.0 and 2.4.0: 10 bytes of header).
func id3(version byte, frames ...[]byte) []byte {
	body := bytes.Join(frames, nil)
	n := len(body)
	return append([]byte{'I', 'D', '3', version, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}, body...)
}

func id3Frame(name string, data string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(name), uint32(len(data))), append([]byte{0, 0}, data...)...)
}

// Latin-1 by the standard, Windows' letters as programs write them, UTF-16 of both orders,
// UTF-8; user-defined frames; the names of the same fields in other versions.
func TestID3(t *testing.T) {
	v3 := id3(3,
		id3Frame("TIT2", "\x01\xFF\xFE\x20\x26 \x00x\x00"), // U+2620, blank, x; little-endian
		id3Frame("TPE1", "\x00Mot\xF6rhead\x92s"),
		id3Frame("TPE2", "\x01\xFE\xFF\x30\x42"), // U+3042, big-endian
		id3Frame("TALB", "\x00Album\x00"),
		id3Frame("TRCK", "\x0007/11"), id3Frame("TPOS", "\x002"), id3Frame("TSRC", "\x00us-abc-12-34567"),
		id3Frame("TYER", "\x001979"), id3Frame("TCON", "\x00(17)"),
		id3Frame("TXXX", "\x00BARCODE\x004006381333931"), id3Frame("TXXX", "\x00CUESHEET\x00FILE x\nTRACK 01"),
		id3Frame("APIC", "\x00image/png\x00\x03\x00\x89PNG"))
	want := Tags{
		Title: "\u2620 x", Performer: "Motörhead’s", AlbumPerformer: "\u3042", Album: "Album", Track: 7, Tracks: 11, Disc: 2,
		ISRC: "USABC1234567", Date: "1979", Genre: "Rock", MCN: "4006381333931", CueSheet: "FILE x\nTRACK 01",
	}
	values := id3Values(v3)
	assert.Equal(t, want, values.tags())
	values = id3Values(id3(4, id3Frame("TIT2", "\x03Gr\xC3\xB6\xC3\x9Fe"), id3Frame("TDRC", "\x032001-02-03")))
	assert.Equal(t, Tags{Title: "Größe", Date: "2001-02-03"}, values.tags())

	// In an AIFF and a WAV chunk, and before MP3.
	aiff := form("AIFF", comm(1, 16, 1, ""), ssnd([]byte{1, 2}), chunk("ID3 ", v3))
	assert.Equal(t, want, open(t, write(t, "x", aiff)).Tags())
	wave := append(fixture(t, "signal.wav"), riffChunk("id3 ", v3)...)
	assert.Equal(t, want, open(t, write(t, "x", fixRIFF(wave))).Tags())

	// Damaged tags are lost, never the track.
	for _, broken := range [][]byte{v3[:40], id3(3, id3Frame("APIC", "\x00")), id3(9), id3(3, []byte("TIT2\xFF\xFF\xFF\xFF\x00\x00"))} {
		assert.NotPanics(t, func() { id3Values(broken) })
		aiff := form("AIFF", comm(1, 16, 1, ""), ssnd([]byte{1, 2}), chunk("ID3 ", broken))
		assert.NoError(t, check(write(t, "x", aiff)))
	}
}

func TestID3v1(t *testing.T) {
	tag := make([]byte, 128)
	copy(tag, "TAG")
	copy(tag[3:], "Caf\xE9")
	copy(tag[33:], "Band   ")
	copy(tag[63:], "Thirty characters of an album!")
	copy(tag[93:], "1999")
	tag[126] = 7
	in := func(p []byte) input { return input{r: bytes.NewReader(p), size: int64(len(p))} }
	values := id3v1(in(append(make([]byte, 50), tag...)))
	assert.Equal(t, Tags{Title: "Café", Performer: "Band", Album: "Thirty characters of an album!", Date: "1999", Track: 7}, values.tags())
	tag[125] = 'x' // a long comment, no number
	values = id3v1(in(tag))
	assert.Zero(t, values.tags().Track)
	values = id3v1(in(tag[1:]))
	assert.Equal(t, Tags{}, values.tags())
	values = id3v1(in(make([]byte, 128)))
	assert.Equal(t, Tags{}, values.tags())
}

func riffChunk(name string, data []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// fixRIFF prepends the correct size.
func fixRIFF(p []byte) []byte {
	binary.LittleEndian.PutUint32(p[4:], uint32(len(p)-8))
	return p
}

func TestRIFFInfo(t *testing.T) {
	info := []byte("INFO")
	for _, e := range [][2]string{{"INAM", "Caf\xE9\x00"}, {"IART", "B\xC3\xA4nd\x00\x00"}, {"IPRD", "Album"}, {"ITRK", "4/9"}, {"ICRD", "2020"}, {"ISRC", "a record shop"}, {"ICMT", "no"}, {"IGNR", "Jazz"}} {
		info = append(info, riffChunk(e[0], []byte(e[1]))...)
	}
	want := Tags{Title: "Café", Performer: "Bänd", Album: "Album", Track: 4, Tracks: 9, Date: "2020", Genre: "Jazz"}
	list := riffChunk("LIST", info)
	data := fixture(t, "signal.wav")
	behind := fixRIFF(append(bytes.Clone(data), list...))
	assert.Equal(t, want, open(t, write(t, "x.wav", behind)).Tags())
	before := fixRIFF(append(append(bytes.Clone(data[:12]), list...), data[12:]...))
	assert.Equal(t, want, open(t, write(t, "x.wav", before)).Tags())
	for n := len(data); n < len(behind); n++ { // cut and claimed sizes
		in := input{r: bytes.NewReader(behind[:n]), size: int64(n)}
		assert.NotPanics(t, func() { wavTags(in) })
	}
	assert.Equal(t, Tags{}, wavTags(input{r: bytes.NewReader(nil)}))
	isrc := riffChunk("LIST", append([]byte("INFO"), riffChunk("ISRC", []byte("US-ABC-12-34567"))...))
	assert.Equal(t, "USABC1234567", open(t, write(t, "x.wav", fixRIFF(append(bytes.Clone(data), isrc...)))).Tags().ISRC)
	// RF64: the size of the audio is in ds64. RIFX: all numbers are big-endian.
	ds64 := make([]byte, 28)
	binary.LittleEndian.PutUint64(ds64[8:], 6)
	rf64 := append([]byte("RF64\xFF\xFF\xFF\xFFWAVE"), riffChunk("ds64", ds64)...)
	rf64 = append(rf64, "data\xFF\xFF\xFF\xFFaaaaaa"...)
	rf64 = append(rf64, list...)
	assert.Equal(t, "Café", wavTags(input{r: bytes.NewReader(rf64), size: int64(len(rf64))}).Title)
	rifx := append([]byte("RIFX\x00\x00\x00\x00WAVE"), chunk("LIST", append([]byte("INFO"), chunk("INAM", []byte("Big"))...))...)
	assert.Equal(t, "Big", wavTags(input{r: bytes.NewReader(rifx), size: int64(len(rifx))}).Title)
}

// vorbisComments writes a comment block as the standard has it.
func vorbisComments(list ...string) []byte {
	le := binary.LittleEndian
	p := append(le.AppendUint32(nil, 3), "enc"...)
	p = le.AppendUint32(p, uint32(len(list)))
	for _, c := range list {
		p = append(le.AppendUint32(p, uint32(len(c))), c...)
	}
	return p
}

func TestVorbisComments(t *testing.T) {
	got := commentTags(vorbisComments("title=A=B", "Artist=One", "ARTIST=one", "artist=One", "PERFORMER=x", "ALBUM ARTIST=Band", "DATE=1977-05", "genre=Pop",
		"TRACKNUMBER=02", "TOTALTRACKS=20", "DISCNUMBER=1/2", "MCN=0", "UPC=036000291452", "nonsense", "TITLE=second", "ISRC=too long to be an ISRC", "CUESHEET=FILE \"a\" WAVE\r\n TRACK 01 AUDIO"))
	assert.Equal(t, Tags{
		Title: "A=B", Performer: "One; one", AlbumPerformer: "Band", Date: "1977-05", Genre: "Pop", Track: 2, Tracks: 20, Disc: 1, Discs: 2,
		MCN: "036000291452", CueSheet: "FILE \"a\" WAVE\r\n TRACK 01 AUDIO",
	}, got)
	assert.Equal(t, Tags{Performer: "P"}, commentTags(vorbisComments("PERFORMER=P")))
	assert.Equal(t, Tags{Title: "Café"}, commentTags(vorbisComments("TITLE=Caf\xE9")), "not UTF-8, though the standard says so")
	assert.Equal(t, Tags{Title: "a b c"}, commentTags(vorbisComments("TITLE= a\nb\x07\tc\x00junk ")))
	assert.Equal(t, Tags{}, commentTags(vorbisComments("TITLE="+strings.Repeat("x", 5000))), "nobody's title")

	all := vorbisComments("TITLE=A", "ARTIST=B")
	for n := range all {
		got := commentTags(all[:n])
		assert.Contains(t, []string{"", "A"}, got.Title)
	}
	// Claims of 4 billion comments and of 4 GB for one.
	assert.Equal(t, Tags{}, commentTags([]byte("\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")))
	assert.Equal(t, Tags{}, commentTags([]byte("\xFF\xFF\xFF\xFF")))
	var many tagValues
	for range 2 * maxTags {
		many.add("x", "y")
	}
	assert.Len(t, many.names, maxTags)
}

// A CUESHEET block (RFC 9639 8.7) of two tracks, of which the second has a pause.
func TestFLACCueSheetBlock(t *testing.T) {
	be := binary.BigEndian
	p := make([]byte, 396)
	copy(p, "4006381333931")
	be.PutUint64(p[128:], 88200)
	p[136], p[395] = 0x80, 3
	track := func(offset uint64, number byte, isrc string, flags byte, indexes ...[2]uint64) {
		q := be.AppendUint64(nil, offset)
		q = append(q, number)
		q = append(q, append([]byte(isrc), make([]byte, 12-len(isrc))...)...)
		q = append(q, flags)
		q = append(q, make([]byte, 13)...)
		q = append(q, byte(len(indexes)))
		for _, i := range indexes {
			q = be.AppendUint64(q, i[1])
			q = append(q, byte(i[0]), 0, 0, 0)
		}
		p = append(p, q...)
	}
	track(0, 1, "USABC1234567", 0, [2]uint64{1, 0})
	track(588*750, 2, "", 0x40, [2]uint64{0, 0}, [2]uint64{1, 588 * 150})
	track(588*2000, 170, "", 0)
	values := cueBlock(p, 44100)
	assert.Equal(t, "CATALOG 4006381333931\nFILE \"\" FLAC\n  TRACK 01 AUDIO\n    ISRC USABC1234567\n    INDEX 01 00:00:00\n"+
		"  TRACK 02 AUDIO\n    FLAGS PRE\n    INDEX 00 00:10:00\n    INDEX 01 00:12:00\n", values.tags().CueSheet)
	assert.Equal(t, "4006381333931", values.tags().MCN)
	for n := range p {
		assert.NotPanics(t, func() { cueBlock(p[:n], 44100) })
	}
	values = cueBlock(p, 0)
	assert.Empty(t, values.names)
	p[396+21] |= 0x80
	values = cueBlock(p, 44100)
	assert.Contains(t, values.tags().CueSheet, "TRACK 01 MODE1/2352")

	// In a file; the text of a comment takes precedence.
	data := fixture(t, "signal.flac")
	blocks := func(list ...[]byte) []byte {
		out := bytes.Clone(data[:42])
		out[4] &^= 0x80
		for i, b := range list {
			kind := []byte{flac.BlockCueSheet, flac.BlockVorbisComment}[i]
			if i == len(list)-1 {
				kind |= 0x80
			}
			out = append(out, kind, byte(len(b)>>16), byte(len(b)>>8), byte(len(b)))
			out = append(out, b...)
		}
		return append(out, data[bytes.Index(data, []byte{0xFF, 0xF8}):]...)
	}
	f := open(t, write(t, "x", blocks(p)))
	assert.Contains(t, f.Tags().CueSheet, "MODE1/2352")
	assert.Empty(t, f.Note())
	same(t, open(t, testdata("signal.wav")), f)
	f = open(t, write(t, "x", blocks(p, vorbisComments("cuesheet=mine"))))
	assert.Equal(t, "mine", f.Tags().CueSheet)
}

func TestFFMetadata(t *testing.T) {
	values := ffmetadata(";FFMETADATA1\ntitle=a\\=b\\;c\\#d\\\\e\\\nf\nartist=X\n[STREAM]\nalbum=Y\n[CHAPTER]\nTIMEBASE=1/1\ntitle=no\nalbum=no\n")
	assert.Equal(t, Tags{Title: "a=b;c#d\\e f", Performer: "X", Album: "Y"}, values.tags())
	values = ffmetadata("no end=")
	assert.Empty(t, values.names)
}

func TestFFmpegCodec(t *testing.T) {
	line := "  Stream #0:1[0x2](eng): Audio: %s, 96000 Hz, 5.1(side), %s, 3074 kb/s (default)\n"
	for format, want := range map[string]string{
		"s16": "pcm_s16le", "s16p": "pcm_s16le", "u8": "pcm_s16le", "s32 (24 bit)": "pcm_s24le", "s32p (24 bit)": "pcm_s24le",
		"s32p (20 bit)": "pcm_s24le", "s32": "pcm_s32le", "s64": "pcm_s32le", "fltp": "pcm_f32le", "flt": "pcm_f32le", "dblp": "pcm_f32le",
	} {
		coding, got, err := ffmpegCodec("Input #0\n"+strings.Replace(strings.Replace(line, "%s", "aac (LC) (mp4a / 0x6134706D)", 1), "%s", format, 1)+"Output #0\n", true)
		require.NoError(t, err, format)
		assert.Equal(t, want, got, format)
		assert.Equal(t, "aac", coding)
	}
	_, _, err := ffmpegCodec("  Stream #0:0: Video: h264\n", true)
	assert.ErrorContains(t, err, "no audio stream")
	_, _, err = ffmpegCodec("file:/a/b: c.m4a: Invalid data found\n", false)
	assert.EqualError(t, err, "Invalid data found")
	_, _, err = ffmpegCodec("", false)
	assert.Error(t, err)
}

func TestSniff(t *testing.T) {
	for _, m := range magics {
		p := append(make([]byte, m.at), m.text...)
		p = append(p, make([]byte, 40)...)
		kind, silent := sniff(input{r: bytes.NewReader(p), size: int64(len(p))}, 0)
		assert.Equal(t, m.kind, kind)
		assert.Equal(t, m.silent, silent)
	}
	for text, want := range map[string]Kind{
		"plain text in a file, with an end": "text file", "d\xE9j\xE0 vu, the same in another code page": "text file",
		"\xFF\xFB\x90\x64\x00\x00\x00\x00": MP3, "\xFF\xFD\x84\x00\x00\x00": MP2, "\xFF\xF1\x50\x80\x00": "AAC",
		"\x00\x01\x02\x03\x04\x05\x06\x07": unknown, "OggS": "Ogg", "": unknown,
	} {
		kind, _ := sniff(input{r: strings.NewReader(text), size: int64(len(text))}, 0)
		assert.Equal(t, want, kind, text)
	}
	ogg := func(packet string) string {
		return "OggS" + string(make([]byte, 22)) + "\x01\x20" + packet + string(make([]byte, 40))
	}
	for packet, want := range map[string]Kind{"\x01vorbis": Vorbis, "OpusHead": Opus, "\x7FFLAC\x01": "Ogg FLAC", "Speex   ": "Ogg Speex", "fishead\x00": "Ogg"} {
		text := ogg(packet)
		kind, _ := sniff(input{r: strings.NewReader(text), size: int64(len(text))}, 0)
		assert.Equal(t, want, kind)
	}
	assert.False(t, Known(t.TempDir()))
	assert.False(t, Known(write(t, "x", []byte("a cue sheet or something like that"))))
	assert.True(t, Known(write(t, "x", append(id3(3), 0, 0, 0))))
	many := bytes.Repeat(id3(3), 100)
	assert.Equal(t, int64(maxTagsBefore*10), behindTags(input{r: bytes.NewReader(many), size: int64(len(many))}))
}

func TestReplayGain(t *testing.T) {
	for _, tc := range []struct {
		tags        []string
		track, disc Gain
	}{
		{[]string{"REPLAYGAIN_TRACK_GAIN", "-7.89 dB", "REPLAYGAIN_TRACK_PEAK", "0.988553", "REPLAYGAIN_ALBUM_GAIN", "+1.5 dB"}, Gain{true, -7.89, 0.988553}, Gain{true, 1.5, 0}},
		{[]string{"replaygain_track_gain", "-7,5", "replaygain_album_gain", "none"}, Gain{true, -7.5, 0}, Gain{}},
		{[]string{"R128_TRACK_GAIN", "-1280", "R128_ALBUM_GAIN", "256"}, Gain{true, 0, 0}, Gain{true, 6, 0}},
		{[]string{"REPLAYGAIN_TRACK_GAIN", "NaN", "REPLAYGAIN_ALBUM_GAIN", "900 dB"}, Gain{}, Gain{}},
	} {
		var v tagValues
		for i := 0; i < len(tc.tags); i += 2 {
			v.add(tc.tags[i], tc.tags[i+1])
		}
		tags := v.tags()
		assert.Equal(t, tc.track, tags.TrackGain, tc.tags)
		assert.Equal(t, tc.disc, tags.AlbumGain, tc.tags)
	}
}

// Tracks of records are numbered by side.
func TestTrackOnSide(t *testing.T) {
	for text, want := range map[string]int{"A1": 101, "b12": 212, "B2": 202, "1": 1, "3/12": 3, "A": 0, "A0": 0, "AA1": 0, "A123": 0, "1A": 0, "": 0} {
		values := tagValues{}
		values.add("tracknumber", text)
		assert.Equal(t, want, values.tags().Track, text)
	}
}
