package decode

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/sine"
	"github.com/redbook-audio/redbook/internal/speaker"
	"github.com/redbook-audio/redbook/pcm"
)

// chanChunk makes a CHAN chunk; labels become descriptions.
func chanChunk(tag, bitmap uint32, labels ...uint32) []byte {
	p := be32(tag)
	p = append(p, be32(bitmap)...)
	p = append(p, be32(uint32(len(labels)))...)
	for _, l := range labels {
		p = append(append(p, be32(l)...), make([]byte, 16)...)
	}
	return chunk("CHAN", p)
}

const surround51 = speaker.FrontLeft | speaker.FrontRight | speaker.FrontCenter | speaker.LowFrequency | speaker.BackLeft | speaker.BackRight

// Whatever the order of the channels in the file, they are delivered in that of the layout.
// Channel n of the file holds n.
func TestAIFFChannelOrder(t *testing.T) {
	for _, tc := range []struct {
		name   string
		chunk  []byte
		n      int
		layout uint32
		want   []byte
	}{
		{"no CHAN", nil, 6, 0, []byte{1, 2, 3, 4, 5, 6}},
		{"L R C LFE Ls Rs", chanChunk(121<<16|6, 0), 6, surround51, []byte{1, 2, 3, 4, 5, 6}},
		{"L R Ls Rs C LFE", chanChunk(122<<16|6, 0), 6, surround51, []byte{1, 2, 5, 6, 3, 4}},
		{"L C R Ls Rs LFE", chanChunk(123<<16|6, 0), 6, surround51, []byte{1, 3, 2, 6, 4, 5}},
		{"C L R Ls Rs LFE", chanChunk(124<<16|6, 0), 6, surround51, []byte{2, 3, 1, 6, 4, 5}},
		{"C L R", chanChunk(114<<16|3, 0), 3, surround51 & 7, []byte{2, 3, 1}},
		{"L R C LFE Ls Rs and rear", chanChunk(128<<16|8, 0), 8, surround51 | speaker.SideLeft | speaker.SideRight, []byte{1, 2, 3, 4, 5, 6, 7, 8}},
		{"bitmap", chanChunk(1<<16, uint32(surround51)), 6, surround51, []byte{1, 2, 3, 4, 5, 6}},
		{"described", chanChunk(0, 0, 4, 3, 2, 1, 6, 5), 6, surround51, []byte{4, 3, 2, 1, 6, 5}},
		{"twice the same", chanChunk(0, 0, 1, 1), 2, 0, []byte{1, 2}},
		{"unknown label", chanChunk(0, 0, 1, 99), 2, 0, []byte{1, 2}},
		{"unknown tag", chanChunk(999<<16|2, 0), 2, 0, []byte{1, 2}},
		{"of another number", chanChunk(121<<16|6, 0), 2, 0, []byte{1, 2}},
		{"short", chunk("CHAN", []byte{0, 121, 0, 6}), 6, 0, []byte{1, 2, 3, 4, 5, 6}},
		{"promises more", chunk("CHAN", append(make([]byte, 8), be32(0xFFFFFFFF)...)), 2, 0, []byte{1, 2}},
	} {
		var frames []byte
		for frame := range 3 {
			for c := range tc.n {
				frames = append(frames, byte(c+1), byte(frame))
			}
		}
		f := open(t, write(t, "x.aiff", form("AIFF", comm(uint16(tc.n), 16, 3, ""), tc.chunk, ssnd(frames))))
		assert.Equal(t, tc.layout, f.Format().Layout, tc.name)
		assert.Equal(t, tc.chunk != nil && tc.layout == 0 && tc.n > 2, f.Note() != "", tc.name)
		got := readAll(t, f)
		for frame := range 3 {
			for c, want := range tc.want {
				at := (frame*tc.n + c) * 2
				assert.Equal(t, []byte{byte(frame), want}, got[at:at+2], "%s: frame %d, place %d", tc.name, frame, c)
			}
		}
	}
}

// Surround as other programs write it: each of the six channels has its own tone, which
// must be where a WAV file has it, and so on the right side of the downmix.
func TestSurroundOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg", "sox") {
		return
	}
	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	tones := []float64{440, 660, 880, 60, 1100, 1320} // left, right, center, low frequency, surround left, right
	args := []string{"-R", "-D", "-n", "-r", "48000", "-c", "6", "-b", "24", p("six.wav"), "synth", "1"}
	for _, hertz := range tones {
		args = append(args, "sine", fmt.Sprint(hertz))
	}
	run(t, "sox", append(args, "vol", "0.5")...)
	run(t, "ffmpeg", "-v", "error", "-i", p("six.wav"), "-c:a", "libopus", "-b:a", "512k", "-mapping_family", "1", p("six.opus"),
		"-c:a", "libvorbis", "-q:a", "8", p("six.ogg"), p("six.flac"), "-c:a", "pcm_s24be", p("six.aiff"), "-c:a", "alac", p("six.m4a"))
	for _, name := range []string{"six.wav", "six.flac", "six.aiff", "six.ogg", "six.opus", "six.m4a"} {
		f := open(t, p(name))
		require.Equal(t, 6, f.Format().Channels, name)
		samples := floats(t, f)
		for c, hertz := range tones {
			var one []float64
			for i := 6*4800 + c; i < 6*43200; i += 6 {
				one = append(one, samples[i])
			}
			// libvorbis makes the low frequency channel louder by a fifth; others are close.
			assert.InDelta(t, 0.5, sine.Find(one, hertz/48000).Amplitude, 0.15, "%s: channel %d", name, c)
		}
		disc, err := convert.ToCDDA(f)
		require.NoError(t, err)
		left, right := sides(t, disc)
		for c, share := range [][2]float64{{1, 0}, {0, 1}, {0.7071, 0.7071}, {0, 0}, {0.7071, 0}, {0, 0.7071}} {
			const sum = 1 + 2*0.7071
			assert.InDelta(t, 0.5*share[0]/sum, sine.Find(left, tones[c]/44100).Amplitude, 0.02, "%s: channel %d to the left", name, c)
			assert.InDelta(t, 0.5*share[1]/sum, sine.Find(right, tones[c]/44100).Amplitude, 0.02, "%s: channel %d to the right", name, c)
		}
	}
}

// sides returns the middle of both channels of a disc.
func sides(t *testing.T, disc pcm.Source) (left, right []float64) {
	data := readAll(t, disc)
	for at := 4 * 4410; at < 4*39690; at += 4 {
		left = append(left, float64(int16(binary.LittleEndian.Uint16(data[at:])))/32768)
		right = append(right, float64(int16(binary.LittleEndian.Uint16(data[at+2:])))/32768)
	}
	return left, right
}
