package inspect_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// answers is a drive with recorded replies: questions without one are refused with
// 5/24/00, as drives do.
type answers struct {
	profile  uint16 // current profile; 0xFFFF: GET CONFIGURATION is unknown
	info     string // READ DISC INFORMATION
	toc      string // READ TOC formats 0, 1, 2 and 4
	sessions string
	full     string
	atip     string
	tracks   map[int]string // READ TRACK INFORMATION by number, FFh too
	broken   map[int]bool   // tracks for which READ TRACK INFORMATION is 3/11/00
	tail     string         // overwrites the end of every reply, like some bridges

	scsi.Clock
}

func (a *answers) Limits() scsi.Limits { return scsi.Limits{} }
func (a *answers) Close() error        { return nil }

func (a *answers) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	refused := scsitest.Check(scsitest.FixedSense(scsi.Sense{Key: scsi.KeyIllegalRequest, Code: asc.InvalidFieldInCDB}))
	text := ""
	switch req.CDB[0] {
	case command.OpTestUnitReady:
		return scsi.Result{}, nil
	case 0x12: // INQUIRY
		text = "05 80 00 32 1F 00 00 00" + strings.Repeat(" 20", 28)
		return scsitest.Reply(req, unhex(text)), nil
	case command.OpGetConfiguration:
		if a.profile == 0xFFFF {
			return refused, nil
		}
		b := unhex("00 00 00 0C 00 00 00 00 | 00 01 03 04 00 00 00 02")
		binary.BigEndian.PutUint16(b[6:], a.profile)
		return scsitest.Reply(req, b), nil
	case command.OpReadDiscInformation:
		text = a.info
	case command.OpReadTOC:
		text = map[byte]string{0: a.toc, 1: a.sessions, 2: a.full, 4: a.atip}[req.CDB[2]]
	case command.OpReadTrackInformation:
		if a.broken[int(req.CDB[5])] {
			return scsitest.Check(scsitest.FixedSense(scsi.Sense{Key: scsi.KeyMediumError, Code: asc.UnrecoveredReadError})), nil
		}
		text = a.tracks[int(req.CDB[5])]
	}
	if text == "" {
		return refused, nil
	}
	b := unhex(text)
	b = b[:min(len(b), len(req.Data))]
	if len(b) > 4 {
		copy(b[len(b)-len(a.tail):], a.tail)
	}
	return scsitest.Reply(req, b), nil
}

func unhex(text string) []byte {
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "|", "", "\n", "", "\t", "").Replace(text))
	if err != nil {
		panic(err)
	}
	return b
}

// lookAt looks at the disc of such a drive.
func lookAt(t testing.TB, a answers) disc.Disc {
	t.Helper()
	a.Clock = scsitest.NewPlayback()
	drive, err := mmc.Open(t.Context(), &a)
	require.NoError(t, err)
	d, err := inspect.Look(t.Context(), drive, nil)
	require.NoError(t, err)
	return d
}

// trackInfo composes a READ TRACK INFORMATION reply of 36 bytes by MMC-3's table.
func trackInfo(number, session, control, kind int, start, nwa, free, size int) string {
	b := make([]byte, 36)
	b[1], b[2], b[3], b[5], b[6] = 34, byte(number), byte(session), byte(control), byte(kind)
	if nwa != none {
		b[7] = 1
		binary.BigEndian.PutUint32(b[12:], uint32(int32(nwa)))
	}
	binary.BigEndian.PutUint32(b[8:], uint32(int32(start)))
	binary.BigEndian.PutUint32(b[16:], uint32(int32(free)))
	binary.BigEndian.PutUint32(b[24:], uint32(int32(size)))
	return hex.EncodeToString(b)
}

const (
	none      = -1 << 20
	invisible = 0x4F
	complete  = 0x0F
)

// table composes a READ TOC reply of format 0: first and last track by its header,
// the tracks' starts, all audio, and the lead-out.
func table(first, last int, leadOut int, starts ...int) string {
	b := []byte{0, byte(2 + 8*(len(starts)+1)), byte(first), byte(last)}
	for i, at := range append(starts, leadOut) {
		number := byte(first + i)
		if i == len(starts) {
			number = 0xAA
		}
		b = append(b, 0, 0x10, number, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(int32(at)))
	}
	return hex.EncodeToString(b)
}

// discInfo composes READ DISC INFORMATION by MMC-5's table: byte 2, sessions, first
// and last track of the last one.
func discInfo(state, sessions, first, last int) string {
	b := make([]byte, 34)
	b[1], b[2], b[3], b[4], b[5], b[6] = 32, byte(state), 1, byte(sessions), byte(first), byte(last)
	copy(b[16:], "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")
	return hex.EncodeToString(b)
}

const (
	// atipCMC is the whole ATIP of a CMC CD-R, last lead-out 79:59:71, in a MATSHITA
	// UJ-846S (Nero log, public log 57151727492).
	atipCMC = "00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00 00 00 00 00 00 00 00 00 00 00 00 00"
	// infoXA is a finalized disc (a public USB storage class, G31), fullXA its full TOC:
	// one track, lead-out 01:47:61.
	infoXA = "00 20 0E 01 01 01 01 00 20 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00 00 00 00 00 00 00 00 00 00"
	fullXA = "00 2E 01 01 | 01 14 00 A0 00 00 00 00 01 20 00 | 01 14 00 A1 00 00 00 00 01 00 00 | 01 14 00 A2 00 00 00 00 01 2F 3D | 01 14 00 01 00 00 00 00 00 02 00"
	// trackData is a closed track of data on a CD-RW of 34177 sectors, in a drive that
	// xorriso logged (G27).
	trackData = "00 22 01 01 00 04 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 85 81 00 00 00 00 00 00 00 00"
)

// A finalized disc in recorded bytes. The drive's own table of contents is missing, and
// the one in the lead-in replaces it.
func TestForeignFinalized(t *testing.T) {
	d := lookAt(t, answers{profile: 0x08, info: infoXA, full: fullXA, toc: "00 02", tracks: map[int]string{1: trackData}})
	assert.Equal(t, mmc.DiscFinalized, d.Status.Value)
	assert.Equal(t, mmc.SessionComplete, d.LastSession.Value)
	assert.Equal(t, 1, d.Sessions.Value)
	require.True(t, d.TOC.Known())
	assert.Equal(t, toc.MSF{M: 1, S: 47, F: 61}.LBA(), d.TOC.Value.LeadOut)
	require.Len(t, d.Tracks, 1)
	assert.Equal(t, toc.DataTrack, d.Tracks[0].Control)
	assert.False(t, d.Next.Known())
	assert.Equal(t, mmc.MediaCDROM, d.Media.Value)
	// The two belong to different discs, and the fact reports the contradiction.
	assert.Equal(t, disc.Contradicted, d.Tracks[0].Origin)
	assert.ErrorIs(t, d.Tracks[0].Err, inspect.ErrContradiction)
}

// udisks issue 836: two closed sessions, and another may follow. The values printed by
// UDFclient: sizes 608 and 5888, lead-outs 610 and 17900, next track at 24800 with 335045
// free.
func TestForeignAppendable(t *testing.T) {
	d := lookAt(t, answers{
		profile: 0x09, info: discInfo(0x01, 3, 3, 3), atip: atipCMC,
		toc: table(1, 2, 17900, 0, 12010), sessions: "00 0A 01 02 00 14 02 00 00 00 2E EA",
		tracks: map[int]string{
			1: trackInfo(1, 1, 4, 1, 0, none, 0, 608), 2: trackInfo(2, 2, 4, 1, 12010, none, 0, 5888),
			3: trackInfo(3, 3, 4, 0x41, 24800, 24800, 335045, 335045), 0xFF: trackInfo(3, 3, 4, 0x41, 24800, 24800, 335045, 335045),
		},
	})
	assert.Equal(t, mmc.DiscIncomplete, d.Status.Value)
	assert.Equal(t, mmc.SessionEmpty, d.LastSession.Value)
	assert.Equal(t, disc.Fact[int]{Value: 2, Origin: disc.Reported}, d.Sessions)
	require.Len(t, d.Tracks, 2)
	assert.EqualValues(t, 608, d.Tracks[0].Sectors)
	assert.EqualValues(t, 5888, d.Tracks[1].Sectors)
	assert.Equal(t, disc.Reported, d.Tracks[1].Origin)
	assert.Equal(t, disc.Reported, d.Next.Origin)
	assert.Equal(t, disc.Next{Track: 3, NWA: 24800, Free: placing.UsableSectors(24800, 359846)}, d.Next.Value)
	assert.Equal(t, mmc.MediaCDR, d.Media.Value)
}

// A blank track, and a closed disc of two tracks, as most drives report them.
var (
	blankTrack = trackInfo(1, 1, 0, invisible, 0, 0, 359844, 359844)
	closed     = map[int]string{1: trackInfo(1, 1, 0, complete, 0, none, 0, 1000), 2: trackInfo(2, 1, 0, complete, 1152, none, 0, 2000)}
	closedTOC  = table(1, 2, 3154, 0, 1152)
)

// contradictions are drives where two replies disagree, or one can't be true.
var contradictions = []struct {
	name  string
	drive answers
	check func(*testing.T, disc.Disc)
}{{
	"an old table of a disc that was blanked",
	answers{profile: 0x0A, info: discInfo(0x10, 1, 1, 1), toc: closedTOC, tracks: map[int]string{1: blankTrack, 0xFF: blankTrack}},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, disc.Fact[mmc.DiscStatus]{Value: mmc.DiscEmpty, Origin: disc.Reported}, d.Status)
		assert.Equal(t, disc.Contradicted, d.TOC.Origin)
		assert.Empty(t, d.Tracks)
	},
}, {
	"an old disc information of a disc that was closed",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), toc: closedTOC, tracks: closed, atip: atipCMC},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, mmc.DiscFinalized, d.Status.Value)
		assert.Equal(t, disc.Contradicted, d.Status.Origin)
		assert.Equal(t, disc.Contradicted, d.Sessions.Origin)
		assert.Len(t, d.Tracks, 2, "disc information names one")
	},
}, {
	"the same, and the session is open",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), tracks: map[int]string{
		1: closed[1], 2: closed[2], 0xFF: trackInfo(3, 1, 0, invisible, 3304, 3304, 356540, 356540),
	}},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, mmc.DiscIncomplete, d.Status.Value)
		assert.Equal(t, disc.Contradicted, d.Status.Origin)
		assert.Len(t, d.Tracks, 2)
	},
}, {
	"the same without any table: unknown",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), tracks: closed},
	func(t *testing.T, d disc.Disc) {
		assert.False(t, d.Status.Known())
		assert.ErrorIs(t, d.Status.Err, inspect.ErrContradiction)
		assert.Len(t, d.Tracks, 2)
	},
}, {
	"finalized, with a next writable address: the state of a test write",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 1), tracks: map[int]string{0xFF: blankTrack}},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, mmc.DiscFinalized, d.Status.Value)
		assert.Equal(t, disc.Contradicted, d.Status.Origin)
		assert.Equal(t, disc.Contradicted, d.Next.Origin)
	},
}, {
	"CDEmu: disc information names too small a last track",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 1), toc: closedTOC, tracks: closed},
	func(t *testing.T, d disc.Disc) {
		assert.Len(t, d.Tracks, 2)
		assert.Equal(t, disc.Reported, d.TOC.Origin)
	},
}, {
	"the header of the table names too small a last track",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 1), toc: table(1, 1, 3154, 0, 1152), tracks: closed},
	func(t *testing.T, d disc.Disc) {
		assert.Len(t, d.Tracks, 2)
		assert.Equal(t, disc.Contradicted, d.TOC.Origin)
		assert.Equal(t, 2, d.TOC.Value.Last)
	},
}, {
	"the last track too short by track information",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 2), toc: closedTOC, tracks: map[int]string{1: closed[1], 2: trackInfo(2, 1, 0, complete, 1152, none, 0, 1)}},
	func(t *testing.T, d disc.Disc) {
		assert.EqualValues(t, 2002, d.Tracks[1].Sectors)
		assert.Equal(t, disc.Contradicted, d.Tracks[1].Origin)
		assert.EqualValues(t, 1, d.Tracks[1].Shown.Sectors)
	},
}, {
	"no size at all",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 2), toc: closedTOC, tracks: map[int]string{1: trackInfo(1, 1, 0, complete, 0, none, 0, 0)}},
	func(t *testing.T, d disc.Disc) {
		assert.EqualValues(t, 1152, d.Tracks[0].Sectors)
		assert.EqualValues(t, 2002, d.Tracks[1].Sectors)
		assert.ErrorIs(t, d.Tracks[1].Err, scsi.KeyIllegalRequest)
	},
}, {
	"gapless session-at-once as Pioneer counts it",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 2), toc: table(1, 2, 3000, 0, 1000), tracks: map[int]string{
		1: trackInfo(1, 1, 0, complete|0x80, 0, none, 0, 998), 2: trackInfo(2, 1, 0, complete|0x80, 1000, none, 0, 1998),
	}},
	func(t *testing.T, d disc.Disc) {
		assert.EqualValues(t, 1000, d.Tracks[0].Sectors)
		assert.EqualValues(t, 2000, d.Tracks[1].Sectors)
	},
}, {
	"free blocks 0, with a good ATIP",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), atip: atipCMC, tracks: map[int]string{0xFF: trackInfo(1, 1, 0, invisible, 0, 0, 0, 0)}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 0, 359844, disc.Contradicted) },
}, {
	"free blocks 7FFFFFFFh, with a good ATIP",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), atip: atipCMC, tracks: map[int]string{0xFF: trackInfo(1, 1, 0, invisible, 0, 0, 0x7FFFFFFF, 0x7FFFFFFF)}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 0, 359844, disc.Contradicted) },
}, {
	"more free blocks than the ATIP's last lead-out leaves",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), atip: atipCMC, tracks: map[int]string{
		1: closed[1], 0xFF: trackInfo(2, 1, 0, invisible, 1152, 1152, 403000, 403000),
	}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 1152, 358692, disc.Contradicted) },
}, {
	"PX-716A: next writable address -150, 359335 free blocks",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), atip: atipCMC, tracks: map[int]string{0xFF: trackInfo(1, 1, 0, invisible, 0, -150, 359335, 359335)}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 0, 359844, disc.Reported) },
}, {
	"-150 without an ATIP",
	answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), tracks: map[int]string{0xFF: trackInfo(1, 1, 0, invisible, 0, -150, 359994, 359994)}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 0, 359844, disc.Reported) },
}, {
	"a disc that starts with track 5, and no disc information",
	answers{profile: 0x08, toc: table(5, 6, 3154, 0, 1152), tracks: map[int]string{5: trackInfo(5, 1, 0, complete, 0, none, 0, 1000), 6: trackInfo(6, 1, 0, complete, 1152, none, 0, 2000)}},
	func(t *testing.T, d disc.Disc) {
		require.Len(t, d.Tracks, 2)
		assert.Equal(t, 5, d.Tracks[0].Number)
		assert.Equal(t, 6, inspect.Last(d.Tracks))
		assert.False(t, d.Status.Known())
	},
}, {
	"track FFh unknown to the drive",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: closed[1], 2: trackInfo(2, 1, 0, invisible, 1152, 1152, 350000, 350000)}},
	func(t *testing.T, d disc.Disc) {
		wantFree(t, d, 1152, 350000, disc.Reported)
		assert.Len(t, d.Tracks, 1)
	},
}, {
	"track FFh calls itself 255",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: closed[1], 0xFF: trackInfo(0xFF, 1, 0, invisible, 1152, 1152, 350000, 350000)}},
	func(t *testing.T, d disc.Disc) {
		wantFree(t, d, 1152, 350000, disc.Reported)
		assert.Equal(t, 2, d.Next.Value.Track)
		assert.Len(t, d.Tracks, 1)
	},
}, {
	"the same, without disc information",
	answers{profile: 0x09, tracks: map[int]string{1: closed[1], 2: closed[2], 0xFF: trackInfo(0, 1, 0, invisible, 3304, 3304, 350000, 350000)}},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, 3, d.Next.Value.Track)
		assert.Len(t, d.Tracks, 2)
	},
}, {
	"no next writable address, though blocks are free",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: closed[1], 0xFF: trackInfo(2, 1, 0, invisible, 1152, none, 350000, 350000)}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 1152, 350000, disc.Contradicted) },
}, {
	"a full disc",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), atip: atipCMC, tracks: map[int]string{
		1: trackInfo(1, 1, 0, complete, 0, none, 0, 359844), 0xFF: trackInfo(2, 1, 0, invisible, 359996, none, 0, 0),
	}},
	func(t *testing.T, d disc.Disc) { wantFree(t, d, 359996, 0, disc.Reported) },
}, {
	"no profile for the disc",
	answers{profile: 0, info: discInfo(0x10, 1, 1, 1), atip: atipCMC, tracks: map[int]string{0xFF: blankTrack}},
	func(t *testing.T, d disc.Disc) { assert.Equal(t, mmc.MediaCDRW, d.Media.Value) },
}, {
	"no profile, and no sign of a CD",
	answers{profile: 0, info: discInfo(0x10, 1, 1, 1)},
	func(t *testing.T, d disc.Disc) { assert.False(t, d.Media.Known()) },
}, {
	"a drive from before profiles",
	answers{profile: 0xFFFF, info: discInfo(0x00, 1, 1, 1), tracks: map[int]string{0xFF: blankTrack}},
	func(t *testing.T, d disc.Disc) { assert.Equal(t, mmc.MediaCDR, d.Media.Value) },
}, {
	"a closed CD-R that the drive calls a CD-ROM",
	answers{profile: 0x08, info: discInfo(0x0E, 1, 1, 2), toc: closedTOC, tracks: closed, atip: atipCMC},
	func(t *testing.T, d disc.Disc) { assert.Equal(t, mmc.MediaCDR, d.Media.Value) },
}, {
	"a CD-RW with the profile of a CD-R",
	answers{profile: 0x09, info: discInfo(0x10, 1, 1, 1), tracks: map[int]string{0xFF: blankTrack}},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, mmc.MediaCDRW, d.Media.Value)
		assert.Equal(t, disc.Contradicted, d.Media.Origin)
	},
}, {
	"a DVD is asked for its state only",
	answers{profile: 0x1B, info: discInfo(0x0E, 1, 1, 1), toc: closedTOC, tracks: closed},
	func(t *testing.T, d disc.Disc) {
		assert.Equal(t, mmc.MediaType(6), d.Media.Value)
		assert.Equal(t, mmc.DiscFinalized, d.Status.Value)
		assert.Empty(t, d.Tracks)
	},
}, {
	"a bridge that writes USBS over the end of every reply",
	answers{profile: 0x09, info: discInfo(0x0E, 1, 1, 2), toc: closedTOC, tracks: closed, atip: atipCMC, full: fullXA, tail: "USBS"},
	func(t *testing.T, d disc.Disc) {
		assert.False(t, d.TOC.Known()) // lead-out 1431519827, track at 83:66:83
		assert.Error(t, d.TOC.Err)
		for i, track := range d.Tracks {
			assert.Equal(t, i+1, track.Number) // and not 21761
			if track.Origin == disc.Unknown {
				continue
			}
			assert.EqualValues(t, []int{1000, 2000}[i], track.Sectors)
			assert.Equal(t, 1, track.Session)
			assert.EqualValues(t, []int{0, 1152}[i], track.Start)
		}
	},
}, {
	"impossible values for a CD",
	answers{profile: 0x09, info: discInfo(0x05, 1, 1, 200), tracks: map[int]string{
		1: trackInfo(1, 1, 0, complete, 5_000_000, none, 0, 1000), 0xFF: trackInfo(2, 1, 0, invisible, 1152, 9_000_000, 350000, 350000),
	}},
	func(t *testing.T, d disc.Disc) {
		assert.False(t, d.LastSession.Known())
		assert.Error(t, d.LastSession.Err)
		assert.NotErrorIs(t, d.LastSession.Err, scsi.KeyIllegalRequest)
		for _, track := range d.Tracks {
			assert.Equal(t, disc.Unknown, track.Origin)
			assert.Error(t, track.Err)
		}
	},
}}

// Which of two replies is believed. Each row is a rule at Disc.
func TestContradictions(t *testing.T) {
	for _, row := range contradictions {
		t.Run(row.name, func(t *testing.T) { row.check(t, lookAt(t, row.drive)) })
	}
}

// CDEmu, by the arithmetic of its source (device-commands.c, device-recording.c): disc
// information counts the tracks of an open session without the next one; READ TRACK
// INFORMATION shows them only after the session is closed, and then from where their
// pregap starts; the next writable address is the number of sectors written; and the free
// blocks never change. The track has no run-out.
func TestCDEmu(t *testing.T) {
	const atip = "00 1A 00 00 C0 00 98 00 61 22 17 00 4F 3B 49 00 00 00 00 00 00 00 00 00 00 00 00 00"
	next := func(number, session, nwa int) string {
		return trackInfo(number, session, 7, 0x41, 0, nwa, 359700, 359700)
	}
	d := lookAt(t, answers{profile: 0x09, info: discInfo(0x00, 1, 1, 1), atip: atip, tracks: map[int]string{1: next(1, 1, 0), 0xFF: next(1, 1, 0)}})
	assert.Equal(t, mmc.DiscEmpty, d.Status.Value)
	assert.Empty(t, d.Tracks)
	assert.Equal(t, disc.Next{Track: 1, Free: 359700}, d.Next.Value)

	d = lookAt(t, answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), atip: atip, tracks: map[int]string{1: next(1, 1, 700), 0xFF: next(1, 1, 700)}})
	assert.Equal(t, mmc.DiscIncomplete, d.Status.Value)
	require.Len(t, d.Tracks, 2)
	for i, track := range d.Tracks {
		assert.Equal(t, i+1, track.Number)
		assert.Equal(t, 1, track.Session)
		assert.Equal(t, disc.Unknown, track.Origin, "no reply shows where it is")
		assert.ErrorIs(t, track.Err, inspect.ErrContradiction)
	}
	assert.Equal(t, 3, d.Next.Value.Track)
	assert.EqualValues(t, 700, d.Next.Value.NWA)
	assert.Equal(t, disc.Contradicted, d.Next.Origin)
	assert.Equal(t, []disc.Difference{{Kind: inspect.TrackNotShown, Track: 2}}, inspect.Compare([]inspect.Expected{{Number: 2, Sectors: 400}}, d))

	ended := answers{
		profile: 0x09, info: discInfo(0x0E, 1, 1, 1), atip: atip, toc: table(1, 2, 850, 0, 450), sessions: "00 0A 01 01 00 10 01 00 00 00 00 00",
		tracks: map[int]string{1: trackInfo(1, 1, 0, 1, -150, none, 0, 450), 2: trackInfo(2, 1, 0, 1, 300, none, 0, 550), 0xFF: next(3, 2, 700)},
	}
	d = lookAt(t, ended)
	assert.Equal(t, mmc.DiscFinalized, d.Status.Value)
	require.Len(t, d.Tracks, 2)
	assert.EqualValues(t, 300, d.Tracks[0].Sectors)
	assert.EqualValues(t, 450, d.Tracks[1].Start)
	assert.EqualValues(t, 400, d.Tracks[1].Sectors)
	assert.Equal(t, disc.Reported, d.Tracks[1].Origin)
}

// wantFree checks where recording continues.
func wantFree(t *testing.T, d disc.Disc, nwa toc.LBA, free toc.Sectors, origin disc.Origin) {
	t.Helper()
	assert.Equal(t, nwa, d.Next.Value.NWA)
	assert.Equal(t, free, d.Next.Value.Free)
	assert.Equal(t, origin, d.Next.Origin)
	assert.Equal(t, origin == disc.Contradicted, d.Next.Err != nil)
}
