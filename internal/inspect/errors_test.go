package inspect_test

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
)

func TestErrorOfASector(t *testing.T) {
	assert.EqualError(t, &inspect.SectorError{LBA: 7, Err: errors.New("no audio track lies there")}, "sector at LBA 7: the audio can't be read back: no audio track lies there")
	err := error(&inspect.SectorError{LBA: 7, Err: io.ErrUnexpectedEOF})
	assert.ErrorIs(t, err, inspect.ErrUnreadable)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestEndsOfADisc(t *testing.T) {
	d := disc.Disc{
		Tracks:   []disc.Track{{Number: 3, Start: 100, Sectors: 400}, {Number: 4, Start: 652, Sectors: 300}},
		LeadOuts: disc.Fact[[]disc.LeadOut]{Value: []disc.LeadOut{{Session: 2, Start: 954}}, Origin: disc.Reported},
	}
	assert.Equal(t, 4, inspect.Last(d.Tracks))
	assert.Zero(t, inspect.Last(nil))
	at, ok := inspect.LeadOut(&d, 2)
	assert.True(t, ok)
	assert.EqualValues(t, 954, at)
	_, ok = inspect.LeadOut(&d, 1)
	assert.False(t, ok)
}
