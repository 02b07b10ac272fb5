package decode

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/audio"
)

// Bytes before a file are skipped, and noted. oggdec, opusdec, wvunpack and ffmpeg each
// play some such files too.
func TestBytesBefore(t *testing.T) {
	without(t)
	junk := make([]byte, 70_000)
	junk[7] = 1
	for _, name := range []string{"signal.wav", "signal.aiff", "signal.ogg", "signal.opus", "signal.flac", "short.w64", "short.caf"} {
		want := readAll(t, open(t, testdata(name)))
		for _, n := range []int{1, 100, 70_000} {
			f := open(t, write(t, name, append(junk[:n:n], fixture(t, name)...)))
			assert.Equal(t, want, readAll(t, f), name)
			assert.Contains(t, f.Note(), "before the beginning of its audio are left out", name)
		}
	}
	err := check(write(t, "x.m4a", append(junk[:100:100], fixture(t, "signal.m4a")...)))
	assert.ErrorContains(t, err, "M4A (MP4): redbook needs ffmpeg")
	data := fixture(t, "signal.opus")
	assert.ErrorIs(t, check(write(t, "cut.opus", append(junk[:100:100], data[:len(data)/2]...))), audio.ErrTruncated)
}

// A tag before the audio does not count as foreign bytes.
func TestAPETagBefore(t *testing.T) {
	tag := append([]byte("APETAGEX\xD0\x07\x00\x00\x2F\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\xA0"), make([]byte, 8)...)
	tag = append(tag, "\x03\x00\x00\x00\x00\x00\x00\x00ab\x00xyz\x00"...)
	tag = append(tag, tag[:32]...)
	f := open(t, write(t, "x.opus", append(tag, fixture(t, "signal.opus")...)))
	assert.Empty(t, f.Note())
}
