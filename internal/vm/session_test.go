//go:build linux

package vm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// live is an album that only session-at-once can record: one piece of music of 20 seconds
// in three tracks. The second begins without a gap and has index marks; the third is
// preceded by a pause in which the music continues. Each burner gets it in its own form.
type live struct {
	dir    string // in the guest
	music  []byte // whole sectors
	tracks []liveTrack
	packs  []byte // of text.cdt: titles for three tracks; text.v07 has the same as text
}

type liveTrack struct {
	pause, start int   // LBA of INDEX 00 and INDEX 01
	marks        []int // of INDEX 02 and up
	control      toc.Control
	isrc         string
	title, by    string
}

// The texts of the disc itself.
const (
	liveTitle = "Live at the Bench"
	liveBand  = "The Testers"
)

// liveLeadOut is where the music ends.
const liveLeadOut = 1500

// liveTracks are the tracks of the album.
func liveTracks() []liveTrack {
	return []liveTrack{
		{pause: 0, start: 0, control: toc.CopyPermitted, isrc: isrcs[0], title: "Opening", by: liveBand},
		{pause: 450, start: 450, marks: []int{600, 700}, isrc: isrcs[1], title: "Runs On", by: liveBand},
		{pause: 850, start: 925, isrc: isrcs[2], title: "After a Pause", by: "A Guest"},
	}
}

// live writes the album to a shared folder: music, cue sheet and cdrdao's TOC file.
func (g *guest) live(t *testing.T) *live {
	t.Helper()
	song := g.album(t, "live", liveLeadOut*588)[0]
	l := &live{dir: "/vm/live", music: song.samples, tracks: liveTracks()}
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{titles(3)}})
	require.NoError(t, err)
	l.packs = packs
	sheet, _, err := cdtext.FormatSheet(cdtext.Disc{Blocks: []cdtext.Block{titles(3)}})
	require.NoError(t, err)
	for name, text := range map[string]string{"live.cue": l.cue(), "live.toc": l.cdrdao(), "text.cdt": string(packs), "text.v07": string(sheet)} {
		require.NoError(t, os.WriteFile(filepath.Join(g.shared, "live", name), []byte(text), 0o644))
	}
	return l
}

// cue is the album as a cue sheet with one file.
func (l *live) cue() string {
	var w strings.Builder
	fmt.Fprintf(&w, "CATALOG %s\nPERFORMER %q\nTITLE %q\nFILE \"01.wav\" WAVE\n", mcn, liveBand, liveTitle)
	for i, tr := range l.tracks {
		fmt.Fprintf(&w, "  TRACK %02d AUDIO\n    TITLE %q\n    PERFORMER %q\n", i+1, tr.title, tr.by)
		if tr.control == toc.CopyPermitted {
			w.WriteString("    FLAGS DCP\n")
		}
		fmt.Fprintf(&w, "    ISRC %s\n", tr.isrc)
		if tr.pause < tr.start {
			fmt.Fprintf(&w, "    INDEX 00 %s\n", length(tr.pause))
		}
		for j, at := range append([]int{tr.start}, tr.marks...) {
			fmt.Fprintf(&w, "    INDEX %02d %s\n", j+1, length(at))
		}
	}
	return w.String()
}

// cdrdao is the album as a TOC file.
func (l *live) cdrdao() string {
	text := func(title, by string) string { return fmt.Sprintf("TITLE %q PERFORMER %q", title, by) }
	var w strings.Builder
	fmt.Fprintf(&w, "CD_DA\nCATALOG %q\nCD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { %s } }\n", mcn, text(liveTitle, liveBand))
	for i, tr := range l.tracks {
		end := liveLeadOut
		if i+1 < len(l.tracks) {
			end = l.tracks[i+1].pause
		}
		fmt.Fprintf(&w, "TRACK AUDIO\n%sCOPY\nISRC %q\nCD_TEXT { LANGUAGE 0 { %s } }\n",
			map[bool]string{false: "NO "}[tr.control == toc.CopyPermitted], tr.isrc, text(tr.title, tr.by))
		fmt.Fprintf(&w, "FILE \"01.wav\" %s %s\n", length(tr.pause), length(end-tr.pause))
		if tr.pause < tr.start {
			fmt.Fprintf(&w, "START %s\n", length(tr.start-tr.pause))
		}
		for _, at := range tr.marks {
			fmt.Fprintf(&w, "INDEX %s\n", length(at-tr.start))
		}
	}
	return w.String()
}

// length is a time within a file, or between two positions.
func length(sectors int) string {
	return fmt.Sprintf("%02d:%02d:%02d", sectors/75/60, sectors/75%60, sectors%75)
}

// sessionBurner is a program that burns by session-at-once: an album with every feature,
// and plain files.
type sessionBurner struct {
	name  string
	marks int                              // sectors that it marks as the pause before a track without one
	live  string                           // with $dev, in the folder of the album
	files func(dev string, b order) string // nil if it accepts no files
}

var sessionOurs = sessionBurner{
	"redbook", 0, "redbook burn --yes --cd-text --device $dev live.cue",
	func(dev string, b order) string { return ours.burn(dev, b) + " --mode sao --pause 2" },
}

// sessionPeers are other programs, used by their manuals. cdrdao's driver option 10h writes
// CD-TEXT. wodim marks the last two seconds before a track without INDEX 00 as its pause,
// and writes no silence there.
var sessionPeers = []sessionBurner{
	{
		"wodim", 150, "wodim -v gracetime=2 dev=$dev -dao -text cuefile=live.cue",
		func(dev string, b order) string {
			return "wodim -v gracetime=2 dev=" + dev + " -dao" + likeCdrecord(b, " -pad -audio")
		},
	},
	{
		"cdrskin", 0, "cdrskin -v dev=$dev -sao -text cuefile=live.cue",
		func(dev string, b order) string {
			return "cdrskin -v dev=" + dev + " -sao" + likeCdrecord(b, " -audio")
		},
	},
	{"cdrdao", 0, "cdrdao write --device $dev --driver generic-mmc:0x10 -n live.toc", nil},
}

// sessionRows are the rows of session-at-once that every burner has.
func sessionRows(t *testing.T, g *guest, b sessionBurner, l *live) {
	t.Run("live", func(t *testing.T) { t.Parallel(); liveRow(t, g, b, l) })
	if b.files == nil {
		return
	}
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		// With wodim's pauses, a shorter track would have less than four seconds.
		filesRow(t, g, b, g.album(t, "files-"+b.name, 500*588, 551*588-100, 600*588))
	})
}

// burnLive burns the album.
func burnLive(t *testing.T, s *target, b sessionBurner, l *live) result {
	t.Helper()
	return s.g.run(t, "export CDR_NODMATEST=1; dev="+s.device+"; cd "+l.dir+" && "+b.live)
}

// liveRow burns the album and lets every reader read it.
func liveRow(t *testing.T, g *guest, b sessionBurner, l *live) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := burnLive(t, s, b, l)
	sent := commands(t, s)
	assert.Equal(t, 1, sent["5D SEND CUE SHEET"], "session-at-once: %v", sent)
	t.Logf("%s", sheets(t, s))
	l = l.by(b)
	l.readers(t, s)
	s.stop(t)
	l.holds(t, truth(t, s.disc), r)
}

// by is the album as this burner records it.
func (l *live) by(b sessionBurner) *live {
	own := *l
	own.tracks = slices.Clone(l.tracks)
	own.tracks[1].pause -= b.marks
	return &own
}

// holds checks that a disc has exactly this album, as the simulator sees it.
func (l *live) holds(t *testing.T, d *sim.Disc, r result) {
	t.Helper()
	assert.True(t, d.Summary().Finalized, r.both())
	assert.Equal(t, mcn, string(d.Summary().MCN))
	tracks := d.Tracks()
	require.Len(t, tracks, len(l.tracks), r.both())
	for i, want := range l.tracks {
		tr := tracks[i]
		assert.True(t, tr.AtOnce)
		assert.Equal(t, want.start, int(tr.Start), "track %d", i+1)
		if i > 0 { // the first has the pregap of the disc
			assert.Equal(t, want.start-want.pause, int(tr.Pregap), "track %d", i+1)
		}
		assert.Equal(t, want.control, tr.Control, "track %d", i+1)
		assert.Equal(t, want.isrc, string(tr.ISRC), "track %d", i+1)
		assert.Len(t, tr.Indexes, len(want.marks), "track %d", i+1)
		for j, at := range tr.Indexes {
			assert.Equal(t, want.marks[j], int(at), "track %d, index %d", i+1, j+2)
		}
	}
	assert.Equal(t, liveLeadOut, int(d.Sessions()[0].LeadOut))
	got := make([]byte, liveLeadOut*sector)
	require.NoError(t, d.ReadSectors(0, got))
	same(t, l.music, got, "the whole disc")
	l.titled(t, d.Sessions()[0].Text)
}

// textRows give burners CD-TEXT as files: packs, and Sony's text file, which redbook writes
// and cdrskin reads.
func textRows(t *testing.T, g *guest, l *live, burners map[string]string) {
	songs := g.album(t, "text", 500*588, 551*588-100, 600*588)
	for name, burn := range burners {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
			r := g.run(t, "export CDR_NODMATEST=1; dev="+s.device+"; cd "+l.dir+"; "+burn+" "+files(songs))
			s.stop(t)
			text, notes := cdtext.Decode(truth(t, s.disc).Sessions()[0].Text)
			assert.Empty(t, notes, r.both())
			want, _ := cdtext.Decode(l.packs)
			require.Len(t, text.Blocks, 1)
			text.Blocks[0].Language = cdtext.English
			assert.Equal(t, want, text)
		})
	}
}

// Burners that read texts from files.
var (
	ourTexts = map[string]string{
		"packs": "redbook burn --yes --device $dev --cd-text=text.cdt",
		"sheet": "redbook burn --yes --device $dev --cd-text=text.v07",
	}
	theirTexts = map[string]string{
		"wodim packs":   "wodim -v gracetime=2 dev=$dev -dao -text textfile=text.cdt -pad -audio",
		"cdrskin packs": "cdrskin -v dev=$dev -sao textfile=text.cdt -audio",
		"cdrskin sheet": "cdrskin -v dev=$dev -sao input_sheet_v07t=text.v07 -audio",
	}
)

// titled checks the CD-TEXT of the disc.
func (l *live) titled(t *testing.T, packs []byte) {
	t.Helper()
	text, notes := cdtext.Decode(packs)
	require.Len(t, text.Blocks, 1, "%d packs, %v", len(packs)/cdtext.PackSize, notes)
	assert.Empty(t, notes)
	block := text.Blocks[0]
	assert.Equal(t, cdtext.Text{Title: liveTitle, Performer: liveBand}, block.Album)
	require.Len(t, block.Tracks, len(l.tracks))
	for i, want := range l.tracks {
		assert.Equal(t, want.title, block.Tracks[i].Title)
		assert.Equal(t, want.by, block.Tracks[i].Performer)
	}
}

// filesRow burns three files with codes: one after the other, or with two seconds of
// silence before each. The tracks have no run-out.
func filesRow(t *testing.T, g *guest, b sessionBurner, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := g.run(t, "export CDR_NODMATEST=1; "+b.files(s.device, order{songs: songs, mcn: mcn, isrcs: isrcs}))
	g.run(t, "redbook verify --device "+s.device+" "+files(songs))
	s.stop(t)
	d := truth(t, s.disc)
	assert.True(t, d.Summary().Finalized, r.both())
	assert.Equal(t, mcn, string(d.Summary().MCN))
	tracks := d.Tracks()
	require.Len(t, tracks, len(songs))
	end := toc.LBA(0)
	for i, tr := range tracks {
		assert.True(t, tr.AtOnce)
		assert.Equal(t, isrcs[i], string(tr.ISRC), "track %d", i+1)
		assert.GreaterOrEqual(t, tr.Start, end, "track %d", i+1)
		assert.Contains(t, []toc.LBA{end, end + 150}, tr.Start, "track %d: no gap, or two seconds", i+1)
		got := make([]byte, len(songs[i].samples))
		require.NoError(t, d.ReadSectors(tr.Start, got))
		same(t, songs[i].samples, got, "track %d", i+1)
		end = tr.Start + toc.LBA(len(got)/sector)
	}
}
