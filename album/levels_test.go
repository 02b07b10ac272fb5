package album

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A loudness that no audio has is an error, not a gain.
func TestLoudnessRange(t *testing.T) {
	for _, lufs := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0.1, -60.5} {
		for _, level := range []Level{LoudAlbum, LoudTracks} {
			a, err := OpenStream(t.Context(), "stream", strings.NewReader(""), &Options{Raw: true, Level: level, LUFS: lufs})
			assert.ErrorContains(t, err, "is not between -60 and 0", "%v", lufs)
			assert.Nil(t, a)
		}
	}
	_, err := OpenStream(t.Context(), "stream", strings.NewReader(""), &Options{Raw: true, Level: GainAlbum, LUFS: math.NaN()})
	assert.NoError(t, err)
}
