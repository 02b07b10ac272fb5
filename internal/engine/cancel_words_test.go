package engine_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// canceledAt burns with a cancel before command n and a second one, which ends the wait, the
// given number of commands later; never if that is negative.
func canceledAt(t *testing.T, media sim.Media, o burn.Options, method engine.Method, n, later int) (*bench, burn.Report) {
	t.Helper()
	b := newBench(t, "modern", media)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hurry, seen := make(chan struct{}), 0
	b.faults.Add(scsitest.Rule{Sticky: true, Match: func(*scsi.Request) bool {
		if seen == n {
			cancel()
		}
		if later >= 0 && seen == n+later {
			close(hurry)
		}
		seen++
		return false
	}})
	o.Hurry, o.FIFO = hurry, 256<<10
	r, _ := engine.Burn(ctx, b.drive, album(), &o, method)
	return b, r
}

// commands returns how many commands a burn sends.
func commands(t *testing.T, media sim.Media, o burn.Options, method engine.Method) int {
	t.Helper()
	b := newBench(t, "modern", media)
	b.tap.Reset()
	_, err := engine.Burn(t.Context(), b.drive, album(), &o, method)
	require.NoError(t, err)
	return len(b.tap.Opcodes())
}

// The report of a canceled burn contains no text of a Go error, or of a wait that had no time
// left.
func TestReportOfACancelHasNoErrorTexts(t *testing.T) {
	internal := regexp.MustCompile(`context |mmc:|[^0-9]0:00\b|not sent`)
	for _, row := range []struct {
		o      burn.Options
		method engine.Method
	}{{burn.Options{Verify: disc.VerifyQuick}, trackatonce.Method()}, {burn.Options{}, sessionatonce.Method(nil, false)}, {burn.Options{Reserve: burn.ReserveAlways}, trackatonce.Method()}} {
		total := commands(t, sim.CDR80, row.o, row.method)
		for n := 3; n < total; n += 19 {
			for _, later := range []int{-1, 0, 2, 5} {
				_, r := canceledAt(t, sim.CDR80, row.o, row.method, n, later)
				said := []string{r.Failure, fmt.Sprint(r.LookError.Err), fmt.Sprint(r.After.NotReady)}
				for _, note := range r.Notes {
					said = append(said, note.String())
				}
				for _, t := range r.Tracks {
					for _, note := range t.Notes {
						said = append(said, note.String())
					}
				}
				for _, text := range said {
					require.NotRegexp(t, internal, text, "command %d, %d later", n, later)
				}
			}
		}
	}
}

// If the end of a reserved track wasn't awaited, the drive pads the track to its reserved
// length, so the upper limit is not lower.
func TestMostOfAReservedTrack(t *testing.T) {
	o := burn.Options{Reserve: burn.ReserveAlways}
	seen := 0
	for n, total := 1, commands(t, sim.CDR80, o, trackatonce.Method()); n < total; n += 5 {
		b, r := canceledAt(t, sim.CDR80, o, trackatonce.Method(), n, 0)
		require.NoError(t, b.Settle(t.Context()))
		for _, on := range b.disc.Tracks() {
			if row := r.Tracks[on.Number-1]; row.AtMost > 0 {
				require.GreaterOrEqual(t, row.AtMost, on.Recorded, "command %d, track %d", n, on.Number)
				seen++
			}
		}
	}
	require.Positive(t, seen)
}

// If the end of a flush wasn't awaited, the burn isn't reported as too fast.
func TestNotWaitedForIsNotTooFast(t *testing.T) {
	for _, method := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
		o := burn.Options{TestWrite: true}
		for n, total := 1, commands(t, sim.CDR80, o, method); n < total; n += 7 {
			b, r := canceledAt(t, sim.CDR80, o, method, n, 0)
			require.NotEqual(t, burn.VerdictUnconfirmed, r.Verdict, "command %d", n)
			require.True(t, b.disc.Summary().Blank)
		}
	}
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Sticky: true, Match: scsitest.Opcode(command.OpSynchronizeCache), Fault: says(5, 0x24, 0)})
	r, err := sao.Burn(t.Context(), b.drive, album(), nil, sao.Text{})
	require.NoError(t, err, "stopping the drive has written the rest")
	require.NotContains(t, kinds(r.Notes), notekind.TooFast)
}

// More than the buffer's size was accepted at once, and the flush failed as well: nothing was
// tested.
func TestTooFastForAnyBuffer(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.AddFault(sim.Fault{Opcode: command.OpWrite10, Kind: "good", Count: -1})
	b.faults.Add(scsitest.Rule{Sticky: true, Match: scsitest.Opcode(command.OpSynchronizeCache), Fault: says(5, 0x24, 0)})
	r, err := engine.Burn(t.Context(), b.drive, []burn.Track{music("long.wav", 1, 8000)}, &burn.Options{TestWrite: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrTooFast)
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
}
