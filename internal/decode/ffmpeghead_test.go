package decode

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ffmpeg writes a line in pieces: only complete lines are quoted.
func TestFirstLineOfFFmpeg(t *testing.T) {
	h := &head{limit: 20}
	assert.False(t, h.hasLine())
	for _, piece := range []string{"[alac @ 0x55] ", "bad"} {
		_, err := io.WriteString(h, piece)
		assert.NoError(t, err)
		assert.False(t, h.hasLine(), "%q", h)
	}
	n, err := io.WriteString(h, "\nmore than fits")
	assert.NoError(t, err)
	assert.Equal(t, len("\nmore than fits"), n)
	assert.True(t, h.hasLine())
	assert.Equal(t, "[alac @ 0x55] bad\nmo", h.String())
}
