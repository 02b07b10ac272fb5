package main

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
)

// loudness makes a second of sound that begins and ends as told.
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

func TestJoins(t *testing.T) {
	track := func(begin, end byte) burn.Track { return burn.Track{Source: loudness(begin, end)} }
	m := &material{}
	m.joins([]burn.Track{track(9, 0), track(9, 9), track(0, 9), {Source: &deaf{loudness(9, 9)}}, track(0, 0)}, false)
	assert.Empty(t, m.notes, "a silent edge on either side, or one that can't be read, is no join")

	tracks := []burn.Track{track(0, 9), track(9, 9), track(9, 0), track(9, 9)}
	m.joins(tracks, true)
	m.joins(tracks, true)
	if assert.Len(t, m.notes, 1) {
		assert.Contains(t, m.notes[0].Text, "(1 and 2, 2 and 3)")
		assert.Contains(t, m.notes[0].Text, "; --gapless joins them")
	}
}

type deaf struct{ pcm.Source }

func (*deaf) Open() (io.ReadCloser, error) { return nil, errors.New("gone") }
