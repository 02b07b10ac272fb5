package decode

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
)

// Streams of frames that begin after junk, or in the middle of a frame, are found, and
// what stands before them is reported.
func TestStreamsAfterJunk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	junk := []byte("\x01\xFF\x00rests of something else\xFF")
	for name, want := range map[string]Kind{"a.aac": "AAC", "a.mp2": MP2, "a.ac3": "AC-3", "a.dts": "DTS"} {
		data, err := os.ReadFile(filepath.Join("internal", "whole", "testdata", name))
		require.NoError(t, err)
		file := append(bytes.Clone(junk), data...)
		begin, kind, ok := hidden(input{r: bytes.NewReader(file), size: int64(len(file))}, 0)
		require.True(t, ok, name)
		assert.Equal(t, want, kind, name)
		assert.Equal(t, int64(len(junk)), begin, name)
		if !tools(t, "ffmpeg") {
			continue
		}
		f := open(t, write(t, name, file))
		assert.Equal(t, want, f.Kind())
		assert.Contains(t, f.Note(), "27 bytes before the beginning of its audio are left out")
		assert.Equal(t, open(t, write(t, "whole"+name, data)).Frames(), f.Frames(), name)
	}
}

// SoX counts the pad byte of a GSM chunk, which no decoder of GSM takes.
func TestGSMWithPadByte(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	const block = 65
	file := func(more int) []byte {
		le := binary.LittleEndian
		body := make([]byte, 4*block+more)
		for i := 0; i < 4*block; i += block {
			copy(body[i:], "\x2D\x55\x05") // silence begins so
		}
		p := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x14\x00\x00\x00\x31\x00\x01\x00\x40\x1F\x00\x00\x59\x06\x00\x00\x41\x00\x00\x00\x02\x00\x40\x01data"), le.AppendUint32(nil, uint32(len(body)))...)
		p = append(p, body...)
		return append(p, make([]byte, len(body)%2)...)
	}
	for more, note := range map[int]string{0: unsummed, 1: unsummed, 33: "33 bytes after the last whole block are left out; " + unsummed} {
		f := open(t, write(t, "gsm.wav", file(more)))
		assert.Equal(t, int64(4*320), f.Frames(), more)
		assert.Equal(t, note, f.Note(), more)
		require.NoError(t, check(f.Name()))
	}
}

// A sample rate that can't be is the reason that is reported.
func TestImpossibleRate(t *testing.T) {
	data := fixture(t, "short.caf")
	for _, v := range []byte{0x01, 0x43, 0x7F} {
		_, err := Open(write(t, "rate.caf", at(data, 20, v)))
		assert.ErrorIs(t, err, audio.ErrCorrupt)
		assert.ErrorContains(t, err, "a sample rate of")
	}
}

// Bytes after the last frame of MPEG audio in a WAV file are left out, whether its data
// chunk counts them or not.
func TestFramesInWAVWithMore(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	frames, err := os.ReadFile(filepath.Join("internal", "whole", "testdata", "a.mp2"))
	require.NoError(t, err)
	le := binary.LittleEndian
	rate := map[byte]uint32{0: 44100, 1: 48000, 2: 32000}[frames[2]>>2&3]
	head := le.AppendUint32([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x12\x00\x00\x00\x50\x00\x01\x00"), rate)
	head = append(head, "\x00\x10\x00\x00\x01\x00\x00\x00\x00\x00data"...)
	for more, note := range map[int]string{0: "", 3: "3 bytes after the end of the audio are left out"} {
		body := append(bytes.Clone(frames), "\x01\x02\x03"[:more]...)
		file := append(le.AppendUint32(bytes.Clone(head), uint32(len(body))), body...)
		f := open(t, write(t, "mp2.wav", file))
		assert.Contains(t, f.Note(), note, more)
		require.NoError(t, check(f.Name()), more)
	}
	_, err = Open(write(t, "gsm.wav", []byte("RIFF\x00\x00\x00\x00WAVEfmt \x14\x00\x00\x00\x31\x00\x01\x00\x40\x1F\x00\x00\x59\x06\x00\x00\x41\x00\x00\x00\x02\x00\x40\x01data\x02\x00\x00\x00ab")))
	assert.ErrorContains(t, err, "less than one block of 65")
}

// A mu-law file whose data chunk declares more than there is, although the file has the
// size that its header states, is played as PCM is.
func TestMuLawDeclaresTooMuch(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	head := "RIFF\xF6\x07\x00\x00WAVEfmt \x12\x00\x00\x00\x07\x00\x01\x00\x40\x1F\x00\x00\x40\x1F\x00\x00\x01\x00\x08\x00\x00\x00data"
	for size, note := range map[uint32]string{2000: "", 2100: "declares 2100 bytes of audio", 0xFFFFFFFE: "declares 4294967294 bytes"} {
		file := append(binary.LittleEndian.AppendUint32([]byte(head), size), bytes.Repeat([]byte{0x80, 0x7F}, 1000)...)
		f := open(t, write(t, "mulaw.wav", file))
		assert.Equal(t, int64(2000), f.Frames(), size)
		assert.Contains(t, f.Note(), note, size)
		require.NoError(t, check(f.Name()), size)
	}
}

// What ffmpeg prints may hold brackets itself.
func TestComplaintKeepsBrackets(t *testing.T) {
	d := &ffmpegDecoder{in: input{name: "x"}, said: &head{}}
	_, err := d.said.Write([]byte("[aist#0:0 @ 0x1] [adpcm_ms @ 0x55] block_predictor[0] = 12\nmore"))
	require.NoError(t, err)
	assert.ErrorContains(t, d.complaint(nil), "ffmpeg says: block_predictor[0] = 12")
}
