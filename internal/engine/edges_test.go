package engine

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A question whose context has ended is an error, not an answer. In a hurry it is asked once
// if the drive answers.
func TestQuestionIsNeverAnsweredByItself(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {nwa(5)}})
	_, err := j.TrackInformation(canceled, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, s.sent)

	ended := make(chan struct{})
	close(ended)
	j, s = onScript(t, &burn.Options{Hurry: ended}, map[byte][]reply{command.OpReadTrackInformation: {nwa(5)}})
	ti, err := j.TrackInformation(j.calm, 1)
	require.NoError(t, err)
	require.Equal(t, []any{1, 1}, []any{ti.Track, len(s.sent)})
}

// Four refusals of a WRITE by a drive that loses its settings again and again are tolerated; the
// fifth ends the burn.
func TestSettingsThatAreLostAgainAndAgain(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}
	other := page
	other.DataBlockType = 8
	for _, refusals := range []int{attentionsMost, attentionsMost + 1} {
		j, s := onScript(t, nil, nil)
		require.NoError(t, j.Arm(j.calm, page))
		var pages, writes []reply
		for range refusals {
			pages = append(pages, slices.Repeat([]reply{pageReply(other)}, 4)...)
			pages = append(pages, pageReply(page), pageReply(page))
			writes = append(writes, checkCondition(5, 0x2C, 0))
		}
		s.script = map[byte][]reply{
			command.OpWrite10: append(writes, good), command.OpReadTrackInformation: {nwa(100)},
			command.OpModeSelect10: {good}, command.OpModeSense10: pages, command.OpPreventAllowMediumRemoval: {good},
		}
		k := silent(100)
		k.audio = 400
		j.Tasks = []*Task{k}
		err := j.writing.write(k, make([]byte, 27*toc.SectorSize), 27)
		require.Equal(t, attentionsMost, s.times("MODE SELECT(10)"))
		require.Equal(t, attentionsMost+1, s.times("write 100+27"))
		require.Equal(t, refusals > attentionsMost, err != nil)
	}
}

// Which notes of a track and of the burn call for reading back: an error whose harmlessness only
// the audio shows.
func TestNotesThatCallForReadingBack(t *testing.T) {
	for kind, want := range map[burn.NoteKind][2]bool{
		notekind.CloseError: {true, false}, notekind.Attention: {true, false},
		notekind.EndError: {false, true}, notekind.NoSize: {false, true}, notekind.WriteTaken: {false, true}, notekind.SettingsLost: {false, true},
		notekind.ISRCNotKept: {false, false}, notekind.NoTrayLock: {false, false},
	} {
		c := concluded(false, []toc.Sectors{400})
		require.False(t, verifier{c}.suspect())
		c.rep.Notes = []burn.Note{{Kind: kind}}
		require.Equal(t, want[0], verifier{c}.suspect(), kind)
		c.rep.Notes, c.rep.Tracks[0].Notes = nil, []burn.Note{{Kind: kind}}
		require.Equal(t, want[1], verifier{c}.suspect(), kind)
	}
	c := concluded(false, []toc.Sectors{400})
	c.Tasks[0].doubt = errNoAnswer
	require.True(t, verifier{c}.suspect())
}

// Reservations and data tracks have no audio to compare.
func TestAudioTracksOfADisc(t *testing.T) {
	d := disc.Disc{Tracks: []disc.Track{on(1, 300, disc.TrackComplete), on(2, 300, disc.TrackComplete), on(3, 300, disc.TrackReserved), on(4, 300, disc.TrackUnknown)}}
	d.Tracks[1].Control = toc.DataTrack
	var numbers []int
	for _, track := range audioTracks(d) {
		numbers = append(numbers, track.Number)
	}
	require.Equal(t, []int{1, 4}, numbers)
}

// Lengths that differ by the run-out of two sectors are near.
func TestLengthsThatAreNear(t *testing.T) {
	for off, want := range map[toc.Sectors]bool{-3: false, -2: true, -1: true, 0: true, 2: true, 3: false} {
		require.Equal(t, want, near(off), "%d", off)
	}
}

// A drive may include the pregap of up to two seconds in a track's size; more before the track
// is something else.
func TestSectorsThatTheDriveDoesNotShow(t *testing.T) {
	for _, row := range []struct {
		before toc.LBA
		size   toc.Sectors
		want   toc.Sectors
	}{{0, 398, 2}, {0, 400, 0}, {1, 400, 1}, {150, 548, 2}, {150, 550, 0}, {151, 551, -151}, {-1, 399, 1}} {
		k := &Task{Number: 2, Start: 1000, Sent: 400}
		k.Shown = command.TrackInformation{Track: 2, Start: 1000 - row.before, Size: row.size, SizeValid: true}
		require.Equal(t, row.want, k.missing(), "%+v", row)
	}
}

// If another disc is in the drive at the end, nothing about this job's disc is known: a track
// that failed may still be on it.
func TestNothingIsKnownOfADiscThatIsGone(t *testing.T) {
	j, _ := guarding(t, sim.NewDisc(sim.CDR80), false)
	c := &conclusion{Job: j}
	require.NoError(t, c.look())
	require.True(t, c.known)
	c.otherDisc = true
	c.finalLook()
	require.False(t, c.known)
	require.ErrorIs(t, c.gone, burn.ErrDiscChanged)
	require.ErrorIs(t, c.rep.LookError.Err, burn.ErrDiscChanged)
	require.Empty(t, c.rep.OnDisc)
	require.Nil(t, c.rep.Closed)
}

// The speed that the drive set is the one that estimates and the report use.
func TestSpeedOfEstimates(t *testing.T) {
	unpaged := map[byte][]reply{command.OpModeSense10: {refusal}, command.OpModeSelect10: {good}}
	j, _ := onScript(t, &burn.Options{Speed: mmc.SpeedX(8)}, unpaged)
	require.NoError(t, preflight{j}.setUp(j.calm))
	require.InDelta(t, 8*toc.SectorsPerSecond, j.rep.SpeedSet.SectorsPerSecond(), 1)
	require.InDelta(t, 8*toc.SectorsPerSecond, j.m.nominal, 1)

	j, _ = onScript(t, &burn.Options{Speed: mmc.SpeedX(8)}, map[byte][]reply{command.OpSetCDSpeed: {broken}, 0xB6: {broken}})
	require.ErrorIs(t, preflight{j}.setUp(j.calm), scsi.KeyHardwareError)
}

// The address of the laser is never ahead of what was read: the padding of a track cut short
// has no source.
func TestReadingIsNeverBehindWriting(t *testing.T) {
	m := newMeter(nil, scsi.ClockOf(nil))
	m.cur.LastRead, m.cur.LastWritten = 5, 999
	m.fill()
	require.Equal(t, toc.LBA(999), m.cur.LastRead)
}

// Estimates are made with the speed that will be requested, in the plan and in the progress.
func TestEstimatesUseTheChosenSpeed(t *testing.T) {
	j, _ := onScript(t, &burn.Options{Speed: mmc.SpeedX(8)}, nil)
	p := burn.Plan{Tracks: []burn.PlannedTrack{{Audio: 75 * 800}}, Music: 75 * 800}
	preflight{j}.choose(j.calm, &p)
	require.Equal(t, 8, int(p.Speed.X()+0.5))
	require.Greater(t, p.Estimate, 100*time.Second)
	require.Equal(t, p.Estimate, j.m.cast.all.Round(time.Second))
}

// The track at an address is the one that the drive reports.
func TestTrackAtAnAddress(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {nwa(5)}})
	ti, err := j.TrackAt(j.calm, 100)
	require.NoError(t, err)
	require.Equal(t, []any{1, toc.LBA(5)}, []any{ti.Track, ti.NWA})
	require.Equal(t, []string{"0 track 100"}, s.sent)
}
