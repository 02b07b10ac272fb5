package sao_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// silent returns tracks of silence.
func silent(sectors ...int) (list []burn.Track) {
	for _, n := range sectors {
		list = append(list, burn.Track{Source: pcm.Silence("silence.wav", int64(n)*toc.SamplesPerSector)})
	}
	return list
}

// Pauses, recorded pauses, hidden audio, index marks, codes and flags are on the disc as in
// the sheet, and every sample is at its position in the stream.
func TestWhatASheetCanSay(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := []burn.Track{music("one.wav", 1, 1000), music("two.wav", 2, 500), music("three.wav", 3, 400)}
	tracks[0].Pregap = 600 // hidden audio
	tracks[0].ISRC, tracks[0].Control = "DEAB31200001", toc.CopyPermitted
	tracks[1].Pregap = 75 // the end of the previous track
	tracks[1].Indexes = []toc.IndexMark{{Index: 2, Offset: 225}}
	tracks[2].Pause = 225
	tracks[2].Control = toc.PreEmphasis
	r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull, MCN: "4006381333931"}, sao.Text{})
	require.NoError(t, err, "%+v", r)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	b.holds(t, -150, make([]byte, 150*toc.SectorSize))
	b.holds(t, 0, noise(1, 1000))
	b.holds(t, 1000, noise(2, 500))
	b.holds(t, 1500, make([]byte, 225*toc.SectorSize))
	b.holds(t, 1725, noise(3, 400))
	got := b.disc.Tracks()
	require.Len(t, got, 3)
	assert.Equal(t, []toc.LBA{600, 1000, 1725}, []toc.LBA{got[0].Start, got[1].Start, got[2].Start})
	assert.Equal(t, []toc.Sectors{750, 75, 225}, []toc.Sectors{got[0].Pregap, got[1].Pregap, got[2].Pregap})
	assert.Equal(t, []toc.LBA{1225}, got[1].Indexes)
	assert.Equal(t, toc.ISRC("DEAB31200001"), got[0].ISRC)
	assert.Equal(t, toc.CopyPermitted, got[0].Control)
	assert.Equal(t, toc.PreEmphasis, got[2].Control)
	assert.Equal(t, toc.MCN("4006381333931"), b.disc.Summary().MCN)
	assert.Equal(t, []toc.Sectors{325, 500, 400}, []toc.Sectors{r.Tracks[0].Sectors, r.Tracks[1].Sectors, r.Tracks[2].Sectors})
	assert.Empty(t, r.Differences)
}

// The CD-TEXT read back from the disc equals the encoded one.
func TestTitlesAreOnTheDisc(t *testing.T) {
	for _, name := range []string{"modern", "sao-text-a", "sao-text-b", "sao-last-crc"} {
		b := newBench(t, name, sim.CDR80)
		tracks := album()
		text := packs(t, tracks)
		r, err := sao.Burn(context.Background(), b.drive, tracks, nil, sao.Text{Packs: text, Required: true})
		require.NoError(t, err)
		for _, n := range r.Notes {
			require.NotContains(t, []burn.NoteKind{notekind.TextUnseen, notekind.TextDiffers, notekind.TextDropped}, n.Kind, "%v", n)
		}
		got, err := command.ReadCDText{}.Do(context.Background(), b.drive.Transport())
		require.NoError(t, err)
		require.Equal(t, text[:len(text)-2], got.Packs[:len(text)-2], name)
	}
}

// One drive shows the text only after a reload; another loses it without an error.
func TestTitlesThatDoNotShow(t *testing.T) {
	b := newBench(t, "sao-stale", sim.CDR80)
	tracks := album()
	r, err := sao.Burn(context.Background(), b.drive, tracks, nil, sao.Text{Packs: packs(t, tracks)})
	require.NoError(t, err)
	kinds := map[burn.NoteKind]bool{}
	for _, n := range r.Notes {
		kinds[n.Kind] = true
	}
	assert.True(t, kinds[notekind.TextUnseen], "%v", r.Notes)
}

// A test write executes all steps and leaves the disc blank; the burn that follows succeeds.
func TestTestWrite(t *testing.T) {
	for _, media := range []sim.Media{sim.CDR80, sim.CDRW80} {
		b := newBench(t, "modern", media)
		tracks := album()
		m := sao.Text{Packs: packs(t, tracks)}
		r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{TestWrite: true}, m)
		require.NoError(t, err, "%+v", r)
		require.Equal(t, burn.VerdictTestWrite, r.Verdict)
		require.True(t, b.disc.Summary().Blank)
		require.Equal(t, burn.TrackTested, r.Tracks[2].Status)
		r, err = sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull}, m)
		require.NoError(t, err, "%+v", r)
		b.holds(t, 0, noise(1, 300))
	}
}

// Writes a second session.
func TestMultiSession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r, err := sao.Burn(context.Background(), b.drive, album(), &burn.Options{MultiSession: true}, sao.Text{})
	require.NoError(t, err, "%+v", r)
	require.True(t, *r.Closed && *r.Appendable)
	tracks := []burn.Track{music("four.wav", 4, 300), music("five.wav", 5, 310)}
	r, err = sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Append: true, Verify: disc.VerifyFull}, sao.Text{Packs: packs(t, album()[:2])})
	require.NoError(t, err, "%+v", r)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, 4, r.Tracks[0].Number)
	b.holds(t, r.Tracks[0].Start, append(noise(4, 300), noise(5, 310)...))
	require.Equal(t, toc.LBA(1200+11400), r.Tracks[0].Start, "11250 sectors past the lead-out, and the pregap")
	require.True(t, b.disc.Summary().Finalized)
}

// A PX-716A refuses the first WRITE for 13 seconds. The same WRITE is sent again.
func TestFirstWriteHeldOff(t *testing.T) {
	b := newBench(t, "first-write-held", sim.CDR80)
	began := b.Now()
	r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	require.Positive(t, r.Resends)
	require.Greater(t, b.Now().Sub(began), 13*time.Second)
	b.holds(t, 0, noise(1, 300))
}

// After a cancel before any command: before the first WRITE the disc is blank, later the
// session is lost, and no unreadable track is reported.
func TestCancelAtEveryCommand(t *testing.T) {
	tracks := album()
	m := sao.Text{Packs: packs(t, tracks)}
	clean := newBench(t, "modern", sim.CDR80)
	_, err := sao.Burn(context.Background(), clean.drive, tracks, nil, m)
	require.NoError(t, err)
	writes := 0
	for n := 1; n < len(clean.tap.sent); n++ {
		if clean.tap.sent[n].op == command.OpWrite10 {
			if writes++; writes%13 != 1 && clean.tap.sent[n].lba < 0 {
				continue // the lead-in takes many WRITEs
			}
		}
		b := newBench(t, "modern", sim.CDR80)
		ctx, cancel := context.WithCancel(context.Background())
		b.tap.hook = func(i int, _ *scsi.Request) (scsi.Result, error, bool) {
			if i == n {
				cancel()
			}
			return scsi.Result{}, nil, false
		}
		r, err := sao.Burn(ctx, b.drive, tracks, nil, m)
		cancel()
		reportMatches(t, b, r, err, n)
		if err != nil {
			require.ErrorIs(t, err, context.Canceled, "command %d", n)
			require.Equal(t, burn.VerdictCanceled, r.Verdict)
		}
	}
}

// The same for a drive that fails a command.
func TestFailureAtEveryWrite(t *testing.T) {
	tracks := album()
	m := sao.Text{Packs: packs(t, tracks)}
	clean := newBench(t, "modern", sim.CDR80)
	_, err := sao.Burn(context.Background(), clean.drive, tracks, nil, m)
	require.NoError(t, err)
	for n, c := range clean.tap.sent {
		if c.op != command.OpWrite10 || c.lba < -200 && n%29 != 0 {
			continue
		}
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(i int, _ *scsi.Request) (scsi.Result, error, bool) {
			return refuse(3, 0x0C, 0), nil, i == n
		}
		r, err := sao.Burn(context.Background(), b.drive, tracks, nil, m)
		require.ErrorIs(t, err, burn.ErrWriteFailed, "WRITE at LBA %d", c.lba)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		reportMatches(t, b, r, err, n)
		require.Empty(t, b.tap.of(command.OpCloseTrackSession))
	}
}

// reportMatches compares the report with the disc.
func reportMatches(t *testing.T, b *bench, r burn.Report, err error, n int) {
	t.Helper()
	sum := b.disc.Summary()
	switch {
	case err == nil:
		require.True(t, sum.Finalized && !sum.Lost, "command %d", n)
		return
	case len(b.tap.of(command.OpWrite10)) == 0:
		require.True(t, b.disc.Summary().Blank, "command %d: %v", n, err)
	}
	if !sum.Lost {
		return
	}
	require.False(t, r.Closed != nil && *r.Closed, "command %d: %v", n, err)
	for _, row := range r.Tracks {
		require.Zero(t, row.Sectors, "command %d: track %d is %s", n, row.Number, row.Status)
		require.NotEqual(t, burn.TrackOK, row.Status, "command %d: track %d", n, row.Number)
	}
}

// A source fails in the middle of a session, although the check succeeded.
func TestSourceFailsMidway(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	broken := &flaky{Source: tracks[1].Source, after: 100 * toc.SectorSize, fail: errors.New("disk error")}
	tracks[1].Source = broken
	r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{CloseOnCancel: true}, sao.Text{})
	require.ErrorIs(t, err, burn.ErrSourceShort)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, burn.TrackLost, r.Tracks[0].Status)
	require.Equal(t, burn.TrackShort, r.Tracks[1].Status)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
	reportMatches(t, b, r, err, 0)
}
