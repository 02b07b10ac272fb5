//go:build linux

package vm_test

import (
	"testing"
)

// lengths are those of the burn in most rows, in sample frames: 400 sectors, 351
// whose last is not full, 600.
var lengths = []int{400 * 588, 351*588 - 100, 600 * 588}

// TestVM is the matrix of docs/testing.md. One guest does all of it, several rows at a
// time: they wait more than they work.
func TestVM(t *testing.T) {
	if !wanted(t) {
		return
	}
	g := boot(t)
	songs := g.album(t, "album", lengths...)
	t.Run("traces", func(t *testing.T) { traceRow(t, g, songs) })
	for _, b := range append([]burner{ours}, peers...) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			burnRows(t, g, b, songs)
			if b.name == ours.name {
				cliRows(t, g, songs)
			}
		})
	}
	t.Run("personalities", func(t *testing.T) { t.Parallel(); personalityRows(t, g, songs) })
	t.Run("bad days", func(t *testing.T) { t.Parallel(); badDays(t, g, songs) })
	t.Run("backend", func(t *testing.T) { t.Parallel(); backendRow(t, g) })
}
