package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
)

// newTestView is a view that shows events on a terminal, or as plain lines.
func newTestView(live bool) (*view, *bytes.Buffer) {
	var b bytes.Buffer
	s := screen{live: live, width: func() int { return 120 }}
	a := (&app{screen: s, err: &b}).connect()
	return newView(a.work, &device{name: "sim:a", simulated: true}, nil), &b
}

var burnEvents = []burn.Event{
	burn.Checking{Track: 1, Tracks: 1, Name: "dir/one.wav", Done: 5, Total: 10},
	burn.Progress{Phase: burn.PhasePrepare, Action: burn.ActionPreparing},
	burn.TrackStarted{Track: 1, Name: "dir/one.wav", Sectors: 4650, Length: 4500},
	burn.Progress{
		Phase: burn.PhaseWrite, Action: burn.ActionWriting, Track: 1, Tracks: 2, Done: 0.25,
		LastWritten: 2249, SectorCount: 4500, Speed: mmc.SpeedX(16), BufferTotal: 100, BufferUsed: 98, DriveBuffer: 0.4,
		Remaining: 70 * time.Second, Left: 725 * time.Second,
	},
	burn.Progress{Phase: burn.PhaseWrite, Action: burn.ActionWriting, Track: 1, Tracks: 2, Done: 0.29, LastWritten: 2250, SectorCount: 4500},
	burn.Progress{Phase: burn.PhaseFlush, Action: burn.ActionFinishing, Track: 1, Done: 0.5},
	burn.Noted{Note: burn.Note{Kind: notekind.NoBurnFree}},
	burn.Progress{Phase: burn.PhaseClose, Action: burn.ActionFinishing, Done: 0.9},
	burn.Finished{},
}

// Without a terminal: a line per phase and per ten per cent, and no carriage return.
func TestViewPlain(t *testing.T) {
	v, b := newTestView(false)
	for _, e := range burnEvents {
		v.event(e)
	}
	assert.Equal(t, `Checking every file
Preparing the drive
Writing track 1: one.wav, 1:00
Writing track 1: 20 % done
Finishing track 1
Finishing track 1: 50 % done
Warning: the drive has no buffer underrun protection; do not use the computer for anything else during the burn
Closing the session (lead-in, lead-out)
Closing: 90 % done
Closing: 100 % done
`, b.String())
}

// The plan describes the conversion of a file's samples.
func TestPlanNotes(t *testing.T) {
	assert.Empty(t, trackNotes(burn.PlannedTrack{}))
	assert.Equal(t, " (mono to stereo, 24 bit dithered to 16; silence added: a track lasts at least 4 seconds)",
		trackNotes(burn.PlannedTrack{Conversion: "mono to stereo, 24 bit dithered to 16", Padding: 20}))
}

// On a terminal everything is in one line; only the warning stays.
func TestViewLive(t *testing.T) {
	v, b := newTestView(true)
	for _, e := range burnEvents {
		v.event(e)
	}
	v.w.talk.console.clear()
	text := b.String()
	assert.Equal(t, 1, strings.Count(text, "\n"))
	assert.Contains(t, text, "Checking file 1 of 1  [##########..........]  50 %")
	assert.Contains(t, text, "Writing track 1 of 2  [#####...............]  25 %  0:30 of 1:00  16x  FIFO 98 %  drive 40 %  12:05 left")
	assert.Contains(t, text, "\x1b]0;redbook: 25 %, 12:05 left\a")
	assert.Contains(t, text, "\r\x1b[KWarning: the drive has no buffer underrun protection; do not use the computer for anything else during the burn\n")
	assert.Contains(t, text, "Closing the session (lead-in, lead-out)  [##################..]  90 %")
	assert.True(t, strings.HasSuffix(text, "\r\x1b[K"))
	b.Reset()
	v.w.talk.console.clearTitle()
	assert.Equal(t, "\x1b[23;0t", b.String())
}

// In a narrow window the least important parts are dropped first; remaining time and
// progress stay.
func TestProgressFitsEveryWidth(t *testing.T) {
	e := burnEvents[3].(burn.Progress)
	for columns, want := range map[int]string{
		120: "Writing track 1 of 2  [#####...............]  25 %  0:30 of 1:00  16x  FIFO 98 %  drive 40 %  12:05 left",
		79:  "Writing track 1 of 2  25 %  0:30 of 1:00  16x  FIFO 98 %  12:05 left",
		60:  "Writing track 1 of 2  25 %  0:30 of 1:00  16x  12:05 left",
		40:  "Writing track 1 of 2  25 %  12:05 left",
		32:  "Writing 1/2  25 %  12:05 left",
		19:  "25 %  12:05 left",
	} {
		assert.Equal(t, want, line.Fit(columns, progressParts(e)...), columns)
	}
	for _, e := range burnEvents {
		p, ok := e.(burn.Progress)
		for columns := 19; ok && columns < 200; columns++ {
			text := line.Fit(columns, progressParts(p)...)
			assert.LessOrEqual(t, line.Width(text), columns)
			assert.Contains(t, text, percentPart(p.Done).Forms[0])
		}
	}
}

func TestViewQuiet(t *testing.T) {
	for _, live := range []bool{true, false} {
		v, b := newTestView(live)
		v.w.flags.quiet = true
		for _, e := range burnEvents {
			v.event(e)
		}
		assert.Equal(t, "Warning: the drive has no buffer underrun protection; do not use the computer for anything else during the burn\n", strings.ReplaceAll(b.String(), "\r\x1b[K", ""))
	}
}

// Every phase has its own text.
func TestPhaseText(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range []burn.Phase{
		burn.PhaseCheck, burn.PhasePlan, burn.PhasePrepare, burn.PhaseReserve, burn.PhaseStart, burn.PhaseWrite, burn.PhaseFlush,
		burn.PhaseClose, burn.PhaseConfirm, burn.PhaseVerify, burn.PhaseRelease, burn.PhaseBlank, burn.PhaseRead,
	} {
		text := phaseText(phaseStep{p, 3})
		assert.NotEqual(t, string(p), text)
		assert.False(t, seen[text], text)
		seen[text] = true
	}
	assert.Equal(t, "polishing", phaseText(phaseStep{"polishing", 0}))
}
