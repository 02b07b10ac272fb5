package decode

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

// fuzzFrames limits endless readings: silence compresses well.
const fuzzFrames = 1 << 20

// tryAll opens bytes as a file of a kind and decodes them. It must return, with the
// promised audio or with an error that contains the position.
func tryAll(t *testing.T, kind Kind, data []byte) {
	in := input{name: "x", r: bytes.NewReader(data), size: int64(len(data))}
	o, err := lookUnguarded(context.Background(), in, behindTags(in), kind)
	f := &File{name: "x", kind: kind, opened: o}
	if err == nil {
		err = f.validate()
	}
	if err != nil {
		var e *audio.Error
		if !errors.As(err, &e) || e.Name != "x" {
			t.Fatalf("%v: doesn't say which file", err)
		}
		return
	}
	if o.start == nil || o.frames > fuzzFrames {
		return
	}
	d, err := start(o.start, in)
	if err != nil {
		return
	}
	n, err := io.Copy(io.Discard, newReader(f, d, io.NopCloser(nil)))
	if err == nil && n != o.frames*int64(o.format.FrameBytes()) {
		t.Fatalf("%d bytes, not %d frames, without an error", n, o.frames)
	}
	var re *pcm.ReadError
	if err != nil && !errors.As(err, &re) {
		t.Fatalf("%v: doesn't say where", err)
	}
}

func FuzzFLAC(f *testing.F) {
	for _, name := range []string{"signal.flac", "s24.flac"} {
		data := fixture(f, name)
		f.Add(data[:2000])
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { tryAll(t, FLAC, data) })
}

// With valid checksums: otherwise no input would reach the codec.
func FuzzVorbis(f *testing.F) {
	f.Add(fixture(f, "signal.ogg"))
	f.Add(fixture(f, "mono.ogg"))
	f.Fuzz(func(t *testing.T, data []byte) { tryAll(t, Vorbis, oggFix(data)) })
}

func FuzzOpus(f *testing.F) {
	f.Add(fixture(f, "signal.opus"))
	f.Fuzz(func(t *testing.T, data []byte) { tryAll(t, Opus, oggFix(data)) })
}

func FuzzMP3(f *testing.F) {
	f.Add(fixture(f, "signal.mp3"))
	f.Fuzz(func(t *testing.T, data []byte) { tryAll(t, MP3, data) })
}

func FuzzAIFF(f *testing.F) {
	f.Add(fixture(f, "signal.aiff")[:200])
	f.Add(aifc("sowt", 2, 16, 2, make([]byte, 8)))
	f.Add(form("AIFF", comm(1, 24, 1, ""), ssnd([]byte{1, 2, 3}), chunk("ID3 ", id3(3, id3Frame("TIT2", "\x00x")))))
	f.Fuzz(func(t *testing.T, data []byte) {
		tryAll(t, AIFF, data)
		in := input{name: "x", r: bytes.NewReader(data), size: int64(len(data))}
		if o, err := openAIFF(in); err == nil && o.frames < fuzzFrames {
			path := write(t, "x", data)
			kind, _ := sniff(in, behindTags(in))
			if err := check(path); err != nil && o.frames > 0 && kind == AIFF {
				t.Fatalf("opened, but: %v", err)
			}
		}
	})
}

// Any bytes can be examined for their format.
func FuzzSniff(f *testing.F) {
	f.Add([]byte("fLaC"))
	f.Add(append(id3(4), 0xFF, 0xFB, 0x90, 0x64))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input{name: "x", r: bytes.NewReader(data), size: int64(len(data))}
		sniff(in, behindTags(in))
	})
}

func FuzzTags(f *testing.F) {
	f.Add(id3(3, id3Frame("TIT2", "\x01\xFF\xFEx\x00"), id3Frame("TXXX", "\x00a\x00b")))
	f.Add(id3(4, id3Frame("TRCK", "\x033/4")))
	f.Add(vorbisComments("TITLE=x", "CUESHEET=FILE"))
	f.Add([]byte(";FFMETADATA1\ntitle=a\\=b\n[CHAPTER]\n"))
	f.Add(fixRIFF(append([]byte("RIFF\x00\x00\x00\x00WAVE"), riffChunk("LIST", append([]byte("INFO"), riffChunk("INAM", []byte("x"))...))...)))
	f.Add(make([]byte, 500))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input{name: "x", r: bytes.NewReader(data), size: int64(len(data))}
		for _, values := range []tagValues{id3Values(data), id3At(in, 0, in.size), id3v1(in), comments(newSkipper(io.NewSectionReader(in.r, 0, in.size))), ffmetadata(string(data)), cueBlock(data, 44100)} {
			tags := values.tags()
			if len(tags.ISRC) > 12 || len(tags.MCN) > 13 || len(tags.Title) > maxTagText || tags.Track < 0 {
				t.Fatalf("%+v", tags)
			}
		}
		wavTags(in)
	})
}
