package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// The pause after a track with unknown index marks is listed only if it is unknown too.
func TestUnknownFacts(t *testing.T) {
	why := errors.New("unreadable")
	l := rip.Layout{MCN: disc.Fact[toc.MCN]{Origin: disc.Reported}, Text: disc.Fact[[]byte]{Origin: disc.Reported}}
	for n := range 3 {
		l.Tracks = append(l.Tracks, rip.Track{
			Track: disc.Track{Number: n + 1, Session: 1}, ISRC: disc.Fact[toc.ISRC]{Origin: disc.Reported},
			Pause: disc.Fact[toc.Sectors]{Origin: disc.Reported}, Indexes: disc.Fact[[]toc.IndexMark]{Err: why},
		})
	}
	l.Tracks[2].Pause = disc.Fact[toc.Sectors]{Err: why}
	assert.Equal(t, []string{
		"index marks of track 1: the Q sub-channel can't be read there",
		"index marks of track 2 and the pause after it: the Q sub-channel can't be read there",
		"index marks of track 3: the Q sub-channel can't be read there",
	}, unknownFacts(&l))
	l.NoQ = why
	assert.Equal(t, []string{"pauses and index marks: the drive does not return the Q sub-channel"}, unknownFacts(&l))
}
