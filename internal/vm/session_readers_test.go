//go:build linux

package vm_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// liveReader is a program that reads the album. It runs in an empty folder, with dev set to
// the device.
type liveReader struct {
	name   string
	script string
	check  func(t *testing.T, r result, l *live)
}

// readers lets every reader look at the disc.
func (l *live) readers(t *testing.T, s *target) {
	t.Helper()
	for _, rd := range liveReaders {
		t.Run(rd.name, func(t *testing.T) {
			r := s.g.run(t, "dev="+s.device+"; dir=$(mktemp -d); cd $dir; "+rd.script+"; x=$?; rm -rf $dir; exit $x")
			rd.check(t, r, l)
		})
	}
}

var liveReaders = []liveReader{
	{"cdparanoia", "cdparanoia -q -r -B -d $dev && sha256sum *.raw && cdparanoia -q -r -d $dev 1- all && sha256sum all", liveRips},
	// -c: libcdio guesses the byte order from the audio, and wrongly for noise.
	{"cd-paranoia", "cd-paranoia -q -c -r -d $dev 1- all && sha256sum all", liveWhole},
	{"icedax", "icedax -D $dev -B -O raw -E little -v all && sha256sum *.raw && cat *.inf", liveIcedax},
	{"cd-info", "cd-info --no-header --no-device-info -C $dev", liveInfo},
	{"cd-read", "cd-read --no-header --no-hexdump -m audio -s 0 -e 1499 -C $dev -o all && sha256sum all", liveWhole},
	{"cdda-player", "cdda-player -l $dev; cdda-player -c $dev", liveTitles},
	{"cdrdao read-toc", "cdrdao read-toc --device $dev --driver generic-mmc:0x10 out.toc && cat out.toc", liveTOC},
	{"cdrdao read-cd", "cdrdao read-cd --device $dev --driver generic-mmc:0x10 --datafile out.bin out.toc && dd conv=swab <out.bin | sha256sum && cat out.toc", liveCopy},
	{"cdrskin", "cdrskin dev=$dev cdtext_to_v07t=- && cdrskin dev=$dev -toc && cdrskin dev=$dev cdtext_to_textfile=packs && od -An -v -tx1 packs | tr -d ' \\n'", liveSheet},
	{"wodim", "wodim -vv -toc dev=$dev && od -An -v -tx1 cdtext.dat | tr -d ' \\n'", livePacks},
	{"redbook read", "redbook read --device $dev --output out && for f in out/*.wav; do tail -c +45 $f | sha256sum; done", liveOurRips},
	{"redbook verify", "redbook verify --device $dev /vm/live/live.cue", liveVerified},
	{"redbook toc", "redbook toc --json --device $dev", liveOurTOC},
}

// liveWhole checks the sum of the whole disc.
func liveWhole(t *testing.T, r result, l *live) {
	t.Helper()
	assert.Contains(t, r.out, sum(l.music), r.both())
}

// liveRips checks the sum of each track, which includes the pause of the next at its end.
func liveRips(t *testing.T, r result, l *live) {
	t.Helper()
	var want, got []string
	for _, m := range sumLine.FindAllStringSubmatch(r.out, -1) {
		got = append(got, m[1])
	}
	for i, tr := range l.tracks {
		end := liveLeadOut
		if i+1 < len(l.tracks) {
			end = l.tracks[i+1].start
		}
		want = append(want, sum(l.music[tr.start*sector:end*sector]))
	}
	assert.Equal(t, append(want, sum(l.music)), got, r.both())
}

func liveIcedax(t *testing.T, r result, l *live) {
	t.Helper()
	files := strings.Split(r.out, "#created by icedax")
	require.Len(t, files, len(l.tracks)+1)
	for i, tr := range l.tracks {
		text := files[i+1]
		// From the Q sub-channel with hyphens, from CD-TEXT as written there.
		isrc := tr.isrc[:2] + "-?" + tr.isrc[2:5] + "-?" + tr.isrc[5:7] + "-?" + tr.isrc[7:]
		assert.Regexp(t, `ISRC=\s+`+isrc, text, "track %d", i+1)
		assert.Contains(t, text, "Tracktitle=\t'"+tr.title+"'", "track %d", i+1)
		assert.Regexp(t, "\nPerformer=\t'"+l.shown(i, "\t")+"'", text, "track %d", i+1)
		var marks strings.Builder
		marks.WriteString("0 ")
		for _, at := range tr.marks {
			marks.WriteString(fmt.Sprint(at-tr.start, " "))
		}
		pause := -1
		if i+1 < len(l.tracks) && l.tracks[i+1].pause < l.tracks[i+1].start {
			pause = l.tracks[i+1].pause - tr.start
		}
		assert.Contains(t, text, "Index=\t\t"+marks.String(), "track %d", i+1)
		assert.Contains(t, text, fmt.Sprintf("Index0=\t\t%d", pause), "track %d", i+1)
	}
	assert.Contains(t, r.out, "Albumtitle=\t'"+liveTitle+"'")
}

func liveInfo(t *testing.T, r result, l *live) {
	t.Helper()
	for i, tr := range l.tracks {
		assert.Regexp(t, fmt.Sprintf(`(?m)^ *%d: %s +%06d +audio`, i+1, msf(tr.start), tr.start), r.out)
		assert.Contains(t, r.out, "TITLE: "+tr.title)
		assert.Contains(t, r.out, "PERFORMER: "+tr.by)
	}
	assert.Contains(t, r.out, "TITLE: "+liveTitle)
	assert.Contains(t, r.out, "(MCN): "+mcn)
}

func liveTitles(t *testing.T, r result, l *live) {
	t.Helper()
	assert.Contains(t, r.out, liveTitle, r.both())
	for _, tr := range l.tracks {
		assert.Contains(t, r.out, tr.title, r.both())
	}
}

// shown is a pattern for the performer of a track: a text equal to that of the previous
// track may be a TAB, as cdrskin writes it, which not every program supports.
func (l *live) shown(i int, tab string) string {
	if i > 0 && l.tracks[i].by == l.tracks[i-1].by {
		return "(" + l.tracks[i].by + "|" + tab + ")"
	}
	return l.tracks[i].by
}

// liveTOC: pauses and marks are from the Q sub-channel.
func liveTOC(t *testing.T, r result, l *live) { liveTOCFile(t, r, l, true) }

func liveTOCFile(t *testing.T, r result, l *live, pauses bool) {
	t.Helper()
	assert.Contains(t, r.out, `CATALOG "`+mcn+`"`)
	assert.Contains(t, r.out, `TITLE "`+liveTitle+`"`)
	tracks := strings.Split(r.out, "// Track ")
	require.Len(t, tracks, len(l.tracks)+1, r.both())
	for i, tr := range l.tracks {
		text := tracks[i+1]
		for _, words := range []string{`ISRC "` + tr.isrc + `"`, `TITLE "` + tr.title + `"`, `PERFORMER "` + l.shown(i, `\\011`) + `"`} {
			assert.Regexp(t, words, text, "track %d", i+1)
		}
		var pause, marks []string
		if tr.pause < tr.start {
			pause = []string{length(tr.start - tr.pause)}
		}
		for _, at := range tr.marks {
			marks = append(marks, length(at-tr.start))
		}
		if pauses {
			assert.Equal(t, pause, lines(text, "START"), text)
		}
		assert.Equal(t, marks, lines(text, "INDEX"), text)
	}
}

// lines are the times of a kind of line in a TOC file.
func lines(text, word string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^`+word+` (\S+)$`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// liveCopy ignores the pauses: cdrdao 1.2.4 measures them up to the end of the READ CD in
// which it finds them (CdrDriver::audioRead).
func liveCopy(t *testing.T, r result, l *live) {
	t.Helper()
	liveWhole(t, r, l)
	liveTOCFile(t, r, l, false)
}

func liveSheet(t *testing.T, r result, l *live) {
	t.Helper()
	for i, tr := range l.tracks {
		assert.Regexp(t, fmt.Sprintf(`(?m)^Track %02d Title += %s$`, i+1, tr.title), r.out)
		assert.Regexp(t, fmt.Sprintf(`(?m)^Track %02d Artist += %s$`, i+1, tr.by), r.out)
	}
	assert.Regexp(t, `(?m)^Album Title += `+liveTitle+`$`, r.out)
	livePacks(t, r, l)
}

// livePacks checks packs printed as hexadecimal digits in the last line, after the four
// bytes of READ TOC's header.
func livePacks(t *testing.T, r result, l *live) {
	t.Helper()
	all := strings.Split(strings.TrimSpace(r.out), "\n")
	packs, err := hex.DecodeString(all[len(all)-1])
	require.NoError(t, err, r.both())
	require.Greater(t, len(packs), 4)
	l.titled(t, packs[4:])
}

// liveOurRips: redbook reads a track up to the pause before the next one, and includes that
// pause if it contains sound.
func liveOurRips(t *testing.T, r result, l *live) {
	t.Helper()
	for i, tr := range l.tracks {
		end := liveLeadOut
		if i+1 < len(l.tracks) {
			end = l.tracks[i+1].pause
			if next := l.tracks[i+1].start; len(bytes.Trim(l.music[end*sector:next*sector], "\x00")) > 0 {
				end = next
			}
		}
		assert.Contains(t, r.out, sum(l.music[tr.start*sector:end*sector]), "track %d", i+1)
	}
}

func liveVerified(t *testing.T, r result, _ *live) {
	t.Helper()
	assert.Contains(t, r.both(), "equal")
}

// liveOurTOC checks what redbook toc reports.
func liveOurTOC(t *testing.T, r result, l *live) {
	t.Helper()
	var doc struct {
		Tracks []struct {
			Start   int `json:"start_lba"`
			Control int
			ISRC    string
		}
		LeadOut int `json:"lead_out_lba"`
		MCN     string
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &doc), r.both())
	require.Len(t, doc.Tracks, len(l.tracks))
	for i, tr := range l.tracks {
		assert.Equal(t, tr.start, doc.Tracks[i].Start)
		assert.Equal(t, int(tr.control), doc.Tracks[i].Control)
		assert.Equal(t, tr.isrc, doc.Tracks[i].ISRC)
	}
	assert.Equal(t, liveLeadOut, doc.LeadOut)
	assert.Equal(t, mcn, doc.MCN)
}
