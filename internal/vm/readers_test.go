//go:build linux

package vm_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where the tracks of lengths are: two sectors of run-out and 150 of pause after each (G5,
// G7 of docs/internals/golden.md). The TOC's lead-out follows the last run-out.
var (
	starts  = []int{0, 552, 1055}
	leadOut = 1657
)

// reader is a program that reads audio discs. It runs in an empty folder, with dev set to
// the device.
type reader struct {
	name   string
	script string
	check  func(t *testing.T, r result, songs []song)
}

// readers lets every reader look at a disc that has the album with all its codes.
func readers(t *testing.T, s *target, songs []song) {
	t.Helper()
	for _, rd := range append(allReaders, ourReaders...) {
		t.Run(rd.name, func(t *testing.T) {
			r := s.g.run(t, "dev="+s.device+"; dir=$(mktemp -d); cd $dir; "+rd.script+"; x=$?; rm -rf $dir; exit $x")
			rd.check(t, r, songs)
		})
	}
}

// allReaders: each ripper prints a sum of each track's samples.
var allReaders = []reader{
	{"cdparanoia", "cdparanoia -q -r -B -d $dev && sha256sum *.raw", rips},
	{"cd-paranoia", "cd-paranoia -q -r -B -d $dev && sha256sum *.raw", rips},
	{"icedax", "icedax -D $dev -B -O raw -E little -v all && sha256sum *.raw && cat *.inf", icedaxRead},
	{"cd-info", "cd-info --no-header --no-device-info -C $dev", cdInfoRead},
	{"mmc-tool", "mmc-tool --inquiry --mcn $dev", contains("Vendor  : REDBOOK", mcn)},
	{"cdrdao disk-info", "cdrdao disk-info --device $dev", contains("Last Track           : 3", "Appendable           : no", "Toc Type             : CD-DA")},
	{"cdrdao read-toc", "cdrdao read-toc --device $dev out.toc && cat out.toc", cdrdaoTOC},
	{"cdrdao read-cd", "cdrdao read-cd --device $dev --datafile out.bin out.toc && dd conv=swab <out.bin | sha256sum", cdrdaoRead},
	{"sg3_utils", sgScript, sgRead},
	{"cdrom_id", "/lib/udev/cdrom_id $dev", contains("ID_CDROM_MEDIA_CD_R=1", "ID_CDROM_MEDIA_STATE=complete", "ID_CDROM_MEDIA_SESSION_COUNT=1", "ID_CDROM_MEDIA_TRACK_COUNT_AUDIO=3")},
	{"kernel ioctls", "guest ioctls $dev", kernelRead},
}

// contains checks for words in the output.
func contains(words ...string) func(*testing.T, result, []song) {
	return func(t *testing.T, r result, _ []song) {
		t.Helper()
		for _, w := range words {
			assert.Contains(t, r.both(), w)
		}
	}
}

// asRead is each track as a ripper sees it: up to the start of the next one, with
// unrecorded parts as silence.
func asRead(songs []song) [][]byte {
	var tracks [][]byte
	for i, s := range songs {
		next := leadOut
		if i+1 < len(starts) {
			next = starts[i+1]
		}
		track := make([]byte, (next-starts[i])*sector)
		copy(track, s.samples)
		tracks = append(tracks, track)
	}
	return tracks
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

var sumLine = regexp.MustCompile(`(?m)^([0-9a-f]{64})  `)

// rips checks sums of three tracks.
func rips(t *testing.T, r result, songs []song) {
	t.Helper()
	var got, want []string
	for _, m := range sumLine.FindAllStringSubmatch(r.out, -1) {
		got = append(got, m[1])
	}
	for _, track := range asRead(songs) {
		want = append(want, sum(track))
	}
	assert.Equal(t, want, got, r.both())
}

func icedaxRead(t *testing.T, r result, songs []song) {
	t.Helper()
	rips(t, r, songs)
	assert.Equal(t, 3, strings.Count(r.out, "MCN=\t\t"+mcn+"\n"), r.both())
	for i, isrc := range isrcs {
		hyphens := isrc[:2] + "-" + isrc[2:5] + "-" + isrc[5:7] + "-" + isrc[7:]
		assert.Contains(t, r.out, "ISRC=\t\t"+hyphens, "track %d", i+1)
	}
}

func cdInfoRead(t *testing.T, r result, _ []song) {
	t.Helper()
	for i, start := range append(starts, leadOut) {
		kind, n := "audio", i+1
		if start == leadOut {
			kind, n = "leadout", 170
		}
		assert.Regexp(t, fmt.Sprintf(`(?m)^ *%d: %s +%06d +%s`, n, msf(start), start, kind), r.out)
	}
	assert.Contains(t, r.out, "(MCN): "+mcn)
	assert.Contains(t, r.out, "CD-DA")
}

// msf formats an address as minutes, seconds and sectors, which begin 2 seconds earlier.
func msf(lba int) string {
	lba += 150
	return fmt.Sprintf("%02d:%02d:%02d", lba/75/60, lba/75%60, lba%75)
}

func cdrdaoTOC(t *testing.T, r result, _ []song) {
	t.Helper()
	assert.Contains(t, r.out, `CATALOG "`+mcn+`"`)
	for _, isrc := range isrcs {
		assert.Contains(t, r.out, `ISRC "`+isrc+`"`)
	}
	// It looks for the pauses in the Q sub-channel.
	assert.Equal(t, 2, strings.Count(r.out, "START 00:02:00"), r.out)
	assert.Contains(t, r.both(), "Control nibbles of track match CD-TOC settings.")
	assert.Contains(t, r.both(), "Leadout AUDIO   0      00:22:07(  1657)")
}

// cdrdaoRead reads the disc in one piece.
func cdrdaoRead(t *testing.T, r result, songs []song) {
	t.Helper()
	var all []byte
	for _, track := range asRead(songs) {
		all = append(all, track...)
	}
	assert.Equal(t, sum(all), strings.Fields(r.out)[0], r.both())
}

const sgScript = `sg_turs $dev && sg_inq $dev && sg_get_config -c $dev && sg_readcap $dev && sg_modes $dev >/dev/null &&
sg_raw -r 100 -b $dev 43 00 00 00 00 00 00 00 64 00 2>/dev/null | od -An -v -tx1 -w4 &&
sg_raw -r 24 -b $dev 42 00 40 03 00 00 02 00 18 00 2>/dev/null | tail -c +10 | head -c 12; echo`

func sgRead(t *testing.T, r result, _ []song) {
	t.Helper()
	assert.Contains(t, r.out, "Product identification: SIMULATED CD-RW")
	assert.Contains(t, r.out, "Current profile: CD-R\n")
	assert.Contains(t, r.out, fmt.Sprintf("Last LBA=%d ", leadOut-1))
	assert.Contains(t, r.out, "\n"+isrcs[1]+"\n")
	// READ TOC format 0: ADR 1, control 0 of each track, its LBA; AAh is the lead-out.
	var want strings.Builder
	want.WriteString(" 00 22 01 03\n")
	for i, start := range append(starts, leadOut) {
		n := i + 1
		if start == leadOut {
			n = 0xAA
		}
		want.WriteString(fmt.Sprintf(" 00 10 %02x 00\n 00 00 %02x %02x\n", n, start>>8, start&0xFF))
	}
	assert.Contains(t, r.out, want.String())
}

// kernelRead compares the results of linux/cdrom.h.
func kernelRead(t *testing.T, r result, songs []song) {
	t.Helper()
	var v struct {
		Drive  int `json:"drive_status"`
		Disc   int `json:"disc_status"`
		Tracks []struct {
			Number, Control, LBA int
			MSF                  [3]int
		}
		MCN    string
		Now    *struct{ Status int }
		SHA256 []string
		Errors []string
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &v), r.both())
	assert.Equal(t, 4, v.Drive, "CDS_DISC_OK")
	assert.Equal(t, 100, v.Disc, "CDS_AUDIO")
	assert.Empty(t, v.Errors)
	assert.Equal(t, mcn, v.MCN)
	require.NotNil(t, v.Now)
	assert.Equal(t, 0x15, v.Now.Status, "CDROM_AUDIO_NO_STATUS")
	require.Len(t, v.Tracks, 4)
	for i, start := range append(starts, leadOut) {
		tr := v.Tracks[i]
		assert.Equal(t, start, tr.LBA)
		assert.Equal(t, msf(start), fmt.Sprintf("%02d:%02d:%02d", tr.MSF[0], tr.MSF[1], tr.MSF[2]))
		assert.Zero(t, tr.Control)
	}
	var want []string
	for _, track := range asRead(songs) {
		want = append(want, sum(track))
	}
	assert.Equal(t, want, v.SHA256)
}
