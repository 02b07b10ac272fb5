//go:build linux

package vm_test

import (
	"os"
	"testing"
)

// lengths are those of the burn in most rows, in sample frames: 400 sectors, 351 of which
// the last is not full, 600.
var lengths = []int{400 * 588, 351*588 - 100, 600 * 588}

// TestVM is the matrix of docs/internals/vm.md. Two guests run it in parallel, each with
// one emulated processor; in each several rows run at a time, because they mostly wait.
func TestVM(t *testing.T) {
	if !wanted(t) {
		return
	}
	full := os.Getenv("REDBOOK_VM") == "full"
	t.Run("ours", func(t *testing.T) {
		t.Parallel()
		g := boot(t)
		songs := g.album(t, "album", lengths...)
		burnRows(t, g, ours, songs, full)
		album := g.live(t)
		t.Run("session", func(t *testing.T) { t.Parallel(); sessionRows(t, g, sessionOurs, album) })
		t.Run("text", func(t *testing.T) { t.Parallel(); textRows(t, g, album, ourTexts) })
		t.Run("gapless", func(t *testing.T) { t.Parallel(); gaplessRow(t, g) })
		cliRows(t, g, songs)
		t.Run("personalities", func(t *testing.T) { t.Parallel(); personalityRows(t, g, songs, ours) })
		t.Run("bad days", func(t *testing.T) { t.Parallel(); badDays(t, g, songs) })
		t.Run("backend", func(t *testing.T) { t.Parallel(); backendRow(t, g) })
	})
	t.Run("theirs", func(t *testing.T) {
		t.Parallel()
		g := boot(t)
		songs := g.album(t, "album", lengths...)
		t.Run("traces", func(t *testing.T) { traceRow(t, g, songs) })
		for _, b := range peers {
			t.Run(b.name, func(t *testing.T) { t.Parallel(); burnRows(t, g, b, songs, full) })
		}
		album := g.live(t)
		for _, b := range sessionPeers {
			t.Run("session "+b.name, func(t *testing.T) { t.Parallel(); sessionRows(t, g, b, album) })
		}
		t.Run("text", func(t *testing.T) { t.Parallel(); textRows(t, g, album, theirTexts) })
		t.Run("personalities", func(t *testing.T) { t.Parallel(); personalityRows(t, g, songs, peers...) })
	})
}
