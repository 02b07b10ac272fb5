package inspect

import (
	"bytes"

	"github.com/redbook-audio/redbook/toc"
)

// Drives read audio with a constant offset: for LBA n they return samples that begin up
// to some hundreds before or after its start. Burning adds another offset. The comparison
// therefore allows for one offset, the same for the whole disc. In this file position 0
// is the first sample of a track, and an offset of o means that a drive returns sample p
// + o for position p.

// maxOffset is the largest offset tried, in samples. Known drives stay below 1800, and a
// disc may be read in another drive than it was written in.
const maxOffset = 3600

// sampleBytes is one stereo sample.
const sampleBytes = 4

// candidates are the offsets that are consistent with everything compared so far.
type candidates struct {
	list []int32 // ascending by distance from 0
}

// newCandidates allows every offset.
func newCandidates() *candidates {
	c := &candidates{list: make([]int32, 0, 2*maxOffset+1)}
	c.list = append(c.list, 0)
	for o := int32(1); o <= maxOffset; o++ {
		c.list = append(c.list, o, -o)
	}
	return c
}

// known reports whether only one is left.
func (c *candidates) known() bool { return len(c.list) == 1 }

// best returns the one closest to 0; ok is false if none is left.
func (c *candidates) best() (offset int, ok bool) {
	if len(c.list) == 0 {
		return 0, false
	}
	return int(c.list[0]), true
}

// narrow keeps the offsets for which got, read from position at on, equals the written
// audio. want holds the written samples from position from on; samples outside it can't
// be compared. narrow returns how many offsets remain.
func (c *candidates) narrow(got []byte, at int, want []byte, from int) int {
	if steady(got) && steady(want) && bytes.Equal(got[:sampleBytes], want[:sampleBytes]) {
		return len(c.list) // silence fits every offset
	}
	kept := c.list[:0]
	for _, o := range c.list {
		if equalAt(got, at+int(o), want, from) {
			kept = append(kept, o)
		}
	}
	c.list = kept
	return len(kept)
}

// steady reports whether all samples are the same.
func steady(p []byte) bool {
	return len(p) >= sampleBytes && bytes.Equal(p[sampleBytes:], p[:len(p)-sampleBytes])
}

// equalAt compares got, taken as the samples from position at on, with want, the samples
// from position from on, where they overlap.
func equalAt(got []byte, at int, want []byte, from int) bool {
	n, m := len(got)/sampleBytes, len(want)/sampleBytes
	lo, hi := max(at, from), min(at+n, from+m)
	if lo >= hi {
		return true
	}
	g := got[(lo-at)*sampleBytes : (hi-at)*sampleBytes]
	w := want[(lo-from)*sampleBytes : (hi-from)*sampleBytes]
	// Most offsets fail at once. The race detector marks all of both slices before they are
	// compared, thousands of times.
	return bytes.Equal(g[:sampleBytes], w[:sampleBytes]) && bytes.Equal(g, w)
}

// floorDiv returns the sector that holds a sample position, also before 0.
func floorDiv(position int) int {
	if position >= 0 {
		return position / toc.SamplesPerSector
	}
	return -((-position + toc.SamplesPerSector - 1) / toc.SamplesPerSector)
}
