package album

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/pcm"
)

// loudness makes a second of sound with the given beginning and end.
func loudness(begin, end byte) pcm.Source {
	b := make([]byte, 44100*4)
	for i := range len(b) / 4 {
		b[i*4+1], b[len(b)-4*i-1] = begin, end
		if i > 2*edgeFrames {
			break
		}
	}
	return pcm.FromBytes("x", pcm.CDDA, b)
}

func TestSeams(t *testing.T) {
	quiet := []pcm.Source{loudness(9, 0), loudness(9, 9), loudness(0, 9), &deaf{loudness(9, 9)}, loudness(0, 0), nil}
	assert.Empty(t, seams(quiet), "a silent edge on either side, or an unreadable one, is not a seam")
	assert.Equal(t, []Seam{{Track: 2}, {Track: 3}}, seams([]pcm.Source{loudness(0, 9), loudness(9, 9), loudness(9, 0), loudness(9, 9)}))
}

type deaf struct{ pcm.Source }

func (*deaf) Open() (io.ReadCloser, error) { return nil, errors.New("gone") }
