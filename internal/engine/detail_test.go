package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// If a drive doesn't answer the inspection before BLANK, nothing is known about its disc.
func TestBlankOnADriveThatDoesNotAnswer(t *testing.T) {
	c, s := looked(t, sim.NewDisc(sim.CDRW74), nil, nil)
	s.dead = true
	err := eraser{c}.erase(t.Context(), mmc.BlankDisc)
	require.ErrorIs(t, err, errNoAnswer)
	require.NotErrorIs(t, err, burn.ErrBadResponse)
}

// Closing a stream adds no work: its last flush has already closed it.
func TestWorkOfClosing(t *testing.T) {
	for _, stream := range []bool{true, false} {
		c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
		c.laser, c.method = laserOn, stub{stream}
		c.begun(300)
		require.Error(t, c.close(), "the disc is blank")
		want := float64(closeWork)
		if stream {
			want = 0
		}
		require.InDelta(t, want, c.m.done+c.m.part, 1e-9)
	}
}

// A reader that has ended doesn't count as hanging, however long its chunks are unused.
func TestEndedReaderDoesNotHang(t *testing.T) {
	f := newFIFO(1<<20, 27)
	r := f.start([]job{jobOf(t, numbered(300*588))})
	<-r.ended
	require.False(t, r.hangs())
	require.True(t, r.close())
}

// The time of a reservation counts as time between tracks, from the second track on.
func TestReservationIsTimeBetweenTracks(t *testing.T) {
	start := time.Unix(1000, 0)
	for phase, want := range map[burn.Phase][3]time.Duration{burn.PhaseReserve: {0, 2, 2}, burn.PhaseStart: {0, 2, 2}, burn.PhaseFlush: {2, 2, 2}, burn.PhasePrepare: {0, 0, 0}} {
		for track, seconds := range want {
			f := forecast{phase: phase, track: track, since: start}
			f.enter(burn.PhaseConfirm, start.Add(2*time.Second))
			require.Equal(t, seconds*time.Second, f.paused, "%s %d", phase, track)
		}
	}
}

// The speed is an average over its window.
func TestSpeedIsAMean(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 100000)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 100000)
	for i, sectors := range []toc.LBA{3000, 1000, 500} {
		b.cur.LastWritten += sectors
		b.after(time.Second)
		require.Equal(t, mmc.SpeedX([]float64{3000, 2000, 1500}[i]/75), b.last.Speed)
	}
}

// On another disc, the number of a track follows from that disc, not from the previous one.
func TestNumberAfterAnotherDisc(t *testing.T) {
	j, _ := guarding(t, pressed(t), true)
	j.Before.Tracks[0].Start++
	k := silent(0)
	k.Number = 77
	r := &recorder{Job: j}
	require.ErrorIs(t, r.ready(t.Context(), k), burn.ErrDiscChanged)
	require.Equal(t, j.NextNumber(), k.Number)
}

// endless is a method that can't end a track.
type endless struct{ stub }

func (endless) End(*Job, *Task, error) error { return burn.ErrTrackOpen }

// The error of a track that can't be ended mentions another disc only if one was found.
func TestErrorOfATrackThatIsNotEnded(t *testing.T) {
	c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	c.method = endless{}
	err := (&recorder{Job: c.Job}).end(c.begun(300), nil)
	var at *burn.Error
	require.ErrorAs(t, err, &at)
	require.EqualError(t, at.Err, burn.ErrTrackOpen.Error())
	require.NotErrorIs(t, err, burn.ErrDiscChanged)
}

// Only some errors of a resumption can result from a drive that reports an old state.
func TestStaleState(t *testing.T) {
	for _, row := range []struct {
		err  error
		want bool
	}{
		{&burn.OtherDiscError{Kind: "blank"}, true}, {&burn.OtherDiscError{Kind: "missing"}, true}, {&burn.OtherDiscError{Kind: "start"}, false},
		{&burn.RemainsError{Blank: true, Err: burn.ErrNotResumable}, true}, {&burn.RemainsError{Err: burn.ErrNotResumable}, false},
		{burn.ErrBadResponse, true}, {burn.ErrNoMedia, false},
	} {
		require.Equal(t, row.want, stale(row.err), "%v", row.err)
	}
}

// Tracks are compared if they belong to the album and have an end.
func TestWitnessesOfAnAlbum(t *testing.T) {
	open := left(burn.FateDoubtful, 2, 500)
	open.Open = true
	for _, row := range []struct {
		second       remnant
		fragments    []burn.Fragment
		whole, parts []int
	}{
		{burnt(), nil, []int{1}, nil},
		{left(burn.FateDoubtful, 2, 500), nil, []int{1}, []int{2}},
		{open, nil, []int{1}, nil},
		{burnt(), []burn.Fragment{{Row: 1, Number: 3, Sectors: 81}, {Row: 1, Number: 4, Sectors: 81, Open: true}}, []int{1}, []int{3}},
		{burnt(), []burn.Fragment{{Row: 2, Number: 3, Sectors: 81}, {Row: -1, Number: 4, Sectors: 81}}, []int{1}, nil},
	} {
		r := resuming(left(burn.FateKept, 1, 400), row.second)
		r.fragments = row.fragments
		numbers := func(list []inspect.Written) (n []int) {
			for _, w := range list {
				n = append(n, w.Number)
			}
			return n
		}
		whole, parts := r.sampledTracks(t.Context())
		require.Equal(t, row.whole, numbers(whole), "%+v", row)
		require.Equal(t, row.parts, numbers(parts), "%+v", row)
		for _, p := range parts {
			require.Equal(t, toc.Sectors(75), p.Sectors)
		}
	}
}

// The report of a call without a drive states that.
func TestReportWithoutADrive(t *testing.T) {
	r, err := Burn(t.Context(), nil, nil, nil, stub{})
	require.ErrorIs(t, err, burn.ErrNoRecorder)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, err.Error(), r.Failure)
}

// Any lost setting of page 05h counts. If the drive doesn't return the page, it counts as lost
// if sectors of the track were accepted before.
func TestWhichSettingsAreLost(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}
	for name, change := range map[string]func(p *command.WriteParameters){
		"nothing":  func(*command.WriteParameters) {},
		"type":     func(p *command.WriteParameters) { p.WriteType = command.WriteSAO },
		"test":     func(p *command.WriteParameters) { p.TestWrite = true },
		"block":    func(p *command.WriteParameters) { p.DataBlockType = 8 },
		"control":  func(p *command.WriteParameters) { p.Control = 4 },
		"bufe":     func(p *command.WriteParameters) { p.BUFE = false },
		"sessions": func(p *command.WriteParameters) { p.MultiSession = command.SessionOpen },
	} {
		j, s := onScript(t, nil, nil)
		require.NoError(t, j.Arm(j.calm, page))
		other := page
		change(&other)
		b := append(make([]byte, 8), other.Page(50)...)
		binary.BigEndian.PutUint16(b, uint16(len(b)-2))
		s.script = map[byte][]reply{command.OpModeSense10: {{data: b}}}
		lost, known := j.set.lost(j)
		require.True(t, known, name)
		require.Equal(t, name != "nothing", lost, name)
	}
	why := sense(5, 0x64, 0)
	for sent, want := range map[toc.Sectors]bool{0: false, 1: true, 27: true} {
		j, s := onScript(t, nil, nil)
		require.NoError(t, j.Arm(j.calm, page))
		s.script = map[byte][]reply{command.OpModeSense10: {refusal}}
		_, err := j.writing.refused(silent(sent), command.Write10{}, why)
		require.Equal(t, want, errors.Is(err, burn.ErrSettingsLost), "%d", sent)
	}
}

// described is a source with a conversion.
type described struct{ pcm.Source }

func (described) Conversion() string { return "mono to stereo" }

// A guarded source keeps its conversion.
func TestConversionOfAGuardedSource(t *testing.T) {
	k := guardTrack(burn.Track{Source: described{pcm.Silence("s", 588)}}, 1)
	require.Equal(t, "mono to stereo", convert.Conversion(k.Source))
}

// If the drive changed the rotation, that is an adjustment.
func TestRotationIsAdjusted(t *testing.T) {
	j, _ := onScript(t, nil, nil)
	adjusted, now, err := j.SetSpeed(context.Background(), mmc.SpeedX(8), true)
	require.NoError(t, err)
	require.Equal(t, !now.PureCAV, adjusted&burn.RotationAdjusted != 0)
	adjusted, now, err = j.SetSpeed(context.Background(), mmc.SpeedX(48), false)
	require.NoError(t, err)
	require.Equal(t, now.PureCAV, adjusted&burn.RotationAdjusted != 0)
}

// The first WRITE of a test write isn't sent again if the drive has lost the test bit and
// doesn't accept it again, since the WRITE would be a real one.
func TestFirstWriteOfATestIsNotSentWithoutItsPage(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true, TestWrite: true}
	for name, answer := range map[string]reply{"its buffer is full": full, "working": working, "busy": busy} {
		j, s := onScript(t, &burn.Options{TestWrite: true}, nil)
		require.NoError(t, j.Arm(j.calm, page))
		real := page
		real.TestWrite = false
		b := append(make([]byte, 8), real.Page(50)...)
		binary.BigEndian.PutUint16(b, uint16(len(b)-2))
		s.script = map[byte][]reply{
			command.OpWrite10: {answer, good}, command.OpModeSense10: {{data: b}}, command.OpModeSelect10: {broken}, command.OpReadTrackInformation: {nwa(0)},
		}
		require.ErrorIs(t, j.writing.write(silent(0), make([]byte, 27*toc.SectorSize), 27), burn.ErrSettingsLost, name)
		require.Equal(t, 1, s.times("write 0+27"), name)
	}
}

// A WRITE of a test write that was taken without an answer may be followed by the system's
// reset of the drive: the page is looked at before the next WRITE, and set again if it is lost.
func TestPageAfterAWriteOfATestWithoutAnAnswer(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true, TestWrite: true}
	real := page
	real.TestWrite = false
	b := append(make([]byte, 8), real.Page(50)...)
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	for name, answer := range map[string]reply{"no answer": unanswered, "too late": tooLate} {
		j, s := onScript(t, &burn.Options{TestWrite: true}, nil)
		require.NoError(t, j.Arm(j.calm, page))
		s.script = map[byte][]reply{
			command.OpWrite10: {answer, good}, command.OpModeSense10: {{data: b}}, command.OpModeSelect10: {broken}, command.OpReadTrackInformation: {nwa(27)},
		}
		require.ErrorIs(t, j.writing.write(silent(0), make([]byte, 27*toc.SectorSize), 27), burn.ErrSettingsLost, name)
		require.Equal(t, 1, s.times("write 0+27"), name)
	}
}
