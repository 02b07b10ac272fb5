package audio

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Bytes before a file that is none are why it can't be read, and that is said.
func TestBytesBefore(t *testing.T) {
	without(t)
	junk := make([]byte, 100)
	junk[7] = 1
	for name, text := range map[string]string{
		"signal.wav":  "(WAV): remove them",
		"signal.aiff": "(AIFF)",
		"signal.ogg":  "(Ogg Vorbis)",
		"signal.m4a":  "(M4A (MP4))",
	} {
		err := check(write(t, name, append(junk[:100:100], fixture(t, name)...)))
		assert.ErrorIs(t, err, ErrNotAudio, name)
		assert.ErrorContains(t, err, text, name)
	}
}
