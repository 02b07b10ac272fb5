package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
)

// An album without gaps is reported as one run, not as 23 pairs.
func TestSeamRuns(t *testing.T) {
	var all []int
	for track := 2; track <= 24; track++ {
		all = append(all, track)
	}
	assert.Equal(t, "1-24", seamRuns(all))
	added := &redbook.Plan{Plan: burn.Plan{Tracks: []burn.PlannedTrack{{Number: 8}, {Number: 9}}}}
	assert.Equal(t, "8-9", seamRuns(onDisc(added, []int{2})))
	assert.Equal(t, "1-3, 7-8", seamRuns([]int{2, 3, 8}))
	assert.Equal(t, "1-2, 3-4, 5-6, 7-8 and 2 more", seamRuns([]int{2, 4, 6, 8, 10, 12}))
}
