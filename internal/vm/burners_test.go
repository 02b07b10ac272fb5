//go:build linux

package vm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// order is a request to a burner, in neutral terms.
type order struct {
	songs  []song
	mcn    string
	isrcs  []string
	multi  bool // another session may follow
	append bool // the disc has tracks already
	dummy  bool // with the laser off
	plain  bool // without reading back, which only redbook does
}

// burner is a program that burns audio by track-at-once.
type burner struct {
	name  string
	burn  func(dev string, b order) string
	blank func(dev string, full bool) string
}

// peers are other burning programs. Their arguments follow their manuals.
var peers = []burner{wodim, cdrskin}

var wodim = burner{
	name: "wodim",
	burn: func(dev string, b order) string {
		// The shortest wait before a burn that it allows is 2 seconds. -pad: without it a
		// source that ends within a sector is an error.
		return "wodim -v gracetime=2 dev=" + dev + " -tao" + likeCdrecord(b, " -pad -audio")
	},
	blank: func(dev string, full bool) string {
		return "wodim -v gracetime=2 dev=" + dev + " blank=" + map[bool]string{false: "fast", true: "all"}[full]
	},
}

var cdrskin = burner{
	name: "cdrskin",
	burn: func(dev string, b order) string {
		return "cdrskin -v dev=" + dev + " -tao" + likeCdrecord(b, " -audio")
	},
	blank: func(dev string, full bool) string {
		return "cdrskin -v dev=" + dev + " blank=" + map[bool]string{false: "fast", true: "all"}[full]
	},
}

// ours is the program of this module.
var ours = burner{
	name: "redbook",
	burn: func(dev string, b order) string {
		var w strings.Builder
		w.WriteString("redbook burn --yes --device " + dev)
		for flag, on := range map[string]bool{"--multisession": b.multi, "--append": b.append, "--test-write": b.dummy, "--verify none": b.plain} {
			if on {
				w.WriteString(" " + flag)
			}
		}
		if b.mcn != "" {
			w.WriteString(" --mcn " + b.mcn)
		}
		for i, isrc := range b.isrcs {
			w.WriteString(fmt.Sprintf(" --isrc %d=%s", i+1, isrc))
		}
		return w.String() + " " + files(b.songs)
	},
	blank: func(dev string, full bool) string {
		return "redbook blank --yes --device " + dev + map[bool]string{true: " --full"}[full]
	},
}

// likeCdrecord are the options shared by all descendants of cdrecord.
func likeCdrecord(b order, audio string) string {
	var w strings.Builder
	if b.multi {
		w.WriteString(" -multi")
	}
	if b.dummy {
		w.WriteString(" -dummy")
	}
	if b.mcn != "" {
		w.WriteString(" mcn=" + b.mcn)
	}
	w.WriteString(audio)
	for i, s := range b.songs {
		if b.isrcs != nil {
			w.WriteString(" isrc=" + b.isrcs[i])
		}
		w.WriteString(" " + s.file)
	}
	return w.String()
}

// Codes that a disc may have besides its audio.
const mcn = "0123456789012"

var isrcs = []string{"USABC1234567", "GBXYZ0900001", "DE1230012345"}

// burnRows are the rows that every burner has; with full also one that takes minutes.
func burnRows(t *testing.T, g *guest, b burner, songs []song, full bool) {
	t.Run("album", func(t *testing.T) { t.Parallel(); albumRow(t, g, b, songs) })
	t.Run("append", func(t *testing.T) { t.Parallel(); appendRow(t, g, b, songs) })
	t.Run("dummy", func(t *testing.T) { t.Parallel(); dummyRow(t, g, b, songs) })
	t.Run("rewritable", func(t *testing.T) { t.Parallel(); rewritableRow(t, g, b, songs) })
	if full {
		t.Run("full disc", func(t *testing.T) { t.Parallel(); fullRow(t, g, b) })
	}
}

// albumRow burns three tracks with all codes, and lets every reader read them.
func albumRow(t *testing.T, g *guest, b burner, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := g.run(t, b.burn(s.device, order{songs: songs, mcn: mcn, isrcs: isrcs}))
	readers(t, s, songs)
	s.stop(t)
	d := truth(t, s.disc)
	holds(t, d, songs)
	assert.True(t, d.Summary().Finalized, r.both())
	assert.Equal(t, mcn, string(d.Summary().MCN))
	for i, tr := range d.Tracks() {
		assert.Equal(t, isrcs[i], string(tr.ISRC), "track %d", i+1)
		assert.Zero(t, tr.Control, "track %d", i+1)
	}
}

// appendRow leaves a disc open and adds a session to it.
func appendRow(t *testing.T, g *guest, b burner, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	g.run(t, b.burn(s.device, order{songs: songs[:2], multi: true}))
	second := g.run(t, b.burn(s.device, order{songs: songs[2:], append: true}))
	s.stop(t)
	d := truth(t, s.disc)
	holds(t, d, songs)
	sessions, tracks := d.Sessions(), d.Tracks()
	require.Len(t, sessions, 2, second.both())
	// 353 = 351 and two of run-out; 6750 of lead-out, 4500 of lead-in, 150 of pause:
	// G33 of docs/internals/golden.md.
	assert.Equal(t, toc.LBA(552+353+11400), tracks[2].Start)
	assert.Equal(t, []int{1, 1, 2}, []int{tracks[0].Session, tracks[1].Session, tracks[2].Session})
}

// dummyRow leaves the disc unchanged.
func dummyRow(t *testing.T, g *guest, b burner, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := g.run(t, b.burn(s.device, order{songs: songs, dummy: true}))
	s.stop(t)
	assert.True(t, truth(t, s.disc).Summary().Blank, r.both())
	assert.Contains(t, commands(t, s), "2A WRITE(10)", "it was a real test")
}

// rewritableRow burns a CD-RW, blanks it in each way, and burns it again.
func rewritableRow(t *testing.T, g *guest, b burner, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDRW80)).attach(t)
	g.run(t, b.burn(s.device, order{songs: songs[:1]}))
	g.run(t, b.blank(s.device, false))
	g.run(t, b.burn(s.device, order{songs: songs[1:2]}))
	g.run(t, b.blank(s.device, true))
	g.run(t, b.burn(s.device, order{songs: songs[2:]}))
	s.stop(t)
	holds(t, truth(t, s.disc), songs[2:])
	sent := commands(t, s)
	assert.Equal(t, 1, sent["A1 BLANK minimal"], fmt.Sprint(sent))
	assert.Equal(t, 1, sent["A1 BLANK disc"], fmt.Sprint(sent))
}

// capacity is the free room of a blank CD-R of 80 minutes: G6 of docs/internals/golden.md.
const capacity = 359844

// fullRow fills a disc to its last sector.
func fullRow(t *testing.T, g *guest, b burner) {
	const first = 200000
	songs := g.album(t, "full-"+b.name, first*588, (capacity-first-152)*588)
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := g.start(t, script{text: b.burn(s.device, order{songs: songs}), limit: 30 * time.Minute}).wait(t)
	require.Zero(t, r.Exit, r.both())
	s.stop(t)
	d := truth(t, s.disc)
	holds(t, d, songs)
	assert.True(t, d.Summary().Finalized)
}
