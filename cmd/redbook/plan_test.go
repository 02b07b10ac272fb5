package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A note common to many files is one line.
func TestRemarksAreSummed(t *testing.T) {
	list := summed([]remark{
		{File: "a/1.m4a", Kind: "file", Text: "x"}, {Text: "about the album"}, {File: "a/2.m4a", Kind: "file", Text: "x"},
		{File: "a/2.m4a", Kind: "file", Text: "y"}, {File: "a/3.m4a", Kind: "file", Text: "x"},
		{File: "a.cue", Line: 3, Text: "z"}, {File: "a.cue", Line: 4, Text: "z"},
	})
	assert.Equal(t, []remark{
		{Kind: "file", Text: "x (1.m4a and 2 more files)"}, {Text: "about the album"},
		{File: "a/2.m4a", Kind: "file", Text: "y"}, {File: "a.cue", Line: 3, Text: "z"}, {File: "a.cue", Line: 4, Text: "z"},
	}, list)
}
