package tao_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// says returns CHECK CONDITION with the given sense data.
func says(key, asc, ascq byte) scsi.Result {
	return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0}}
}

// on lets a function answer a command in place of the drive.
func (b *bench) on(op byte, answer func(req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error)) {
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] != op {
			return next()
		}
		return answer(req, next)
	}
}

// ignore answers GOOD without executing the command.
func ignore(req *scsi.Request, _ func() (scsi.Result, error)) (scsi.Result, error) {
	return scsi.Result{N: len(req.Data)}, nil
}

// A drive that accepts page 05h but keeps another write type, or the laser on in a test write,
// is detected before the first WRITE.
func TestPageThatIsNotKept(t *testing.T) {
	for _, test := range []bool{false, true} {
		t.Run(fmt.Sprintf("test write %v", test), func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.on(command.OpModeSelect10, func(req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if test {
					req.Data[8+2] &^= 0x10 // the drive doesn't support test write, and doesn't report that
				} else {
					req.Data[8+2] &= 0xF0 // packet writing, the default of most drives
				}
				return next()
			})
			r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: test})
			require.ErrorIs(t, err, burn.ErrModeParams)
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.Zero(t, b.tap.count(command.OpWrite10))
			require.True(t, b.disc.Summary().Blank)
		})
	}
}

// If the page is lost once, it is sent again. A drive that doesn't return the page is trusted.
func TestPageIsSentAgain(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	sent := 0
	b.on(command.OpModeSelect10, func(req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if sent++; sent <= 3 {
			return ignore(req, next)
		}
		return next()
	})
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.NoError(t, err)
	require.True(t, b.disc.Summary().Finalized)

	mute := newBench(t, "modern", sim.CDR80)
	mute.on(command.OpModeSense10, func(*scsi.Request, func() (scsi.Result, error)) (scsi.Result, error) {
		return says(5, 0x24, 0), nil
	})
	_, err = tao.Burn(context.Background(), mute.drive, album(), nil)
	require.NoError(t, err)
}

// The requested serial copy bits are in page 05h, and on the disc.
func TestSCMS(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	tracks[1].SCMS = true
	_, err := tao.Burn(context.Background(), b.drive, tracks, nil)
	require.NoError(t, err)
	for i, on := range b.disc.Tracks() {
		require.Equal(t, i == 1, on.Copy, "track %d", i+1)
	}
}

// 5/63/00, the end of the user area, means a full disc only for commands that fill it.
func TestEndOfUserAreaIsNotAlwaysAFullDisc(t *testing.T) {
	for op, full := range map[byte]bool{command.OpModeSelect10: false, command.OpSetCDSpeed: false, command.OpReadTrackInformation: false, command.OpWrite10: true} {
		t.Run(fmt.Sprintf("%02X", op), func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.on(op, func(*scsi.Request, func() (scsi.Result, error)) (scsi.Result, error) { return says(5, 0x63, 0), nil })
			_, err := tao.Burn(context.Background(), b.drive, album(), nil)
			if full {
				require.ErrorIs(t, err, burn.ErrNoSpace)
				return
			}
			require.NotErrorIs(t, err, burn.ErrDoesNotFit)
		})
	}
}

// A drive that reads no audio at all proves nothing about the disc. One that reads everything
// except one track does.
func TestDriveThatReadsNothing(t *testing.T) {
	for _, sense := range [][3]byte{{3, 0x11, 0}, {5, 0x64, 0}, {5, 0x24, 0}, {4, 0x3E, 2}} {
		for _, from := range []int{0, 4} {
			t.Run(fmt.Sprintf("%X/%d", sense, from), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				reads := 0
				b.on(command.OpReadCD, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
					if reads++; reads > from {
						return says(sense[0], sense[1], sense[2]), nil
					}
					return next()
				})
				r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: disc.VerifyQuick})
				require.ErrorIs(t, err, disc.ErrNothingRead)
				require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
				for _, row := range r.Tracks {
					require.Equal(t, burn.TrackOK, row.Status)
				}
			})
		}
	}
	b := newBench(t, "modern", sim.CDR80)
	b.on(command.OpReadCD, func(req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if at := int(req.CDB[4])<<8 | int(req.CDB[5]); at >= 553 && at < 900 {
			return says(3, 0x11, 0), nil
		}
		return next()
	})
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: disc.VerifyQuick})
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
	require.Equal(t, burn.TrackDiffers, r.Tracks[1].Status)
}

// BLANK is answered with GOOD but has no effect. If the drive inspects the disc again, it
// shows that the disc wasn't erased. Otherwise the drive may show its earlier state.
func TestBlankWithoutEffect(t *testing.T) {
	for _, c := range []struct {
		personality string
		want        error
	}{{"modern", burn.ErrEraseFailed}, {"stale-toc-no-load", burn.ErrUnconfirmed}} {
		t.Run(c.personality, func(t *testing.T) {
			b := newBench(t, c.personality, sim.CDRW80)
			_, _ = tao.Burn(context.Background(), b.drive, album(), nil)
			require.True(t, b.disc.Summary().Finalized)
			b.on(command.OpBlank, ignore)
			r, err := tao.Blank(context.Background(), b.drive, &burn.BlankOptions{Type: mmc.BlankMinimal})
			require.ErrorIs(t, err, c.want)
			if c.want == burn.ErrEraseFailed {
				require.NotErrorIs(t, err, burn.ErrUnconfirmed)
				require.Len(t, r.OnDisc, 3)
			}
		})
	}
}

// A cancel after all work is done has no effect.
func TestCancelWhileClosing(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyNone, disc.VerifyQuick} {
		b := newBench(t, "modern", sim.CDR80)
		ctx, cancel := context.WithCancel(context.Background())
		b.on(command.OpCloseTrackSession, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			cancel()
			return next()
		})
		r, err := tao.Burn(ctx, b.drive, album(), &burn.Options{Verify: level})
		require.True(t, *r.Closed)
		if level == disc.VerifyNone {
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			continue
		}
		require.ErrorIs(t, err, burn.ErrCanceled, "the verification that was asked for")
	}
}

// Rows of a test write have the numbers that the tracks would get, even on a drive whose next
// track doesn't advance.
func TestNumbersOfATestWrite(t *testing.T) {
	for _, personality := range []string{"modern", "liar"} {
		b := newBench(t, personality, sim.CDR80)
		r, _ := tao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: true})
		for i, row := range r.Tracks {
			require.Equal(t, i+1, row.Number, personality)
		}
	}
}

// A reset while the drive empties its buffer truncates the track. At least the damage bit
// shows it.
func TestResetWhileFlushing(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		flushed := 0
		b.on(command.OpTestUnitReady, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if b.tap.count(command.OpSynchronizeCache) == 1 {
				if flushed++; flushed == 2 {
					b.Drive.Reset()
					if quiet { // libata consumes the unit attention of its own reset
						_, _ = next()
					}
				}
			}
			return next()
		})
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, burn.TrackFailed, r.Tracks[0].Status, "quiet: %v", quiet)
		require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
		require.False(t, *r.Closed)
	}
}

// If another disc is inserted between the inspection and the first WRITE, or between the
// tracks and CLOSE SESSION, no command that changes it is sent.
func TestOtherDiscIsLeftAlone(t *testing.T) {
	for _, op := range []byte{command.OpReadTrackInformation, command.OpModeSelect10, command.OpCloseTrackSession} {
		for nth := 1; nth <= 6; nth++ {
			t.Run(fmt.Sprintf("%02X.%d", op, nth), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				var other *sim.Disc
				seen := 0
				b.on(op, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
					if seen++; seen == nth && b.tap.count(command.OpSetCDSpeed) > 0 {
						other = sim.NewDisc(sim.CDR80)
						b.Drive.Eject()
						require.NoError(t, b.Drive.Insert(other))
					}
					return next()
				})
				r, err := tao.Burn(context.Background(), b.drive, album(), nil)
				if other == nil {
					return
				}
				require.Error(t, err)
				require.True(t, other.Summary().Blank)
				require.Zero(t, r.OnDisc, "it isn't the disc of this burn")
				if b.tap.count(command.OpWrite10) > 0 {
					require.False(t, r.After.Status.Known())
				}
			})
		}
	}
}

// A track whose state the drive doesn't report is neither complete nor incomplete.
func TestUnknownStateInJSON(t *testing.T) {
	var r burn.Report
	require.NoError(t, json.Unmarshal([]byte(`{"on_disc":[{"number":1,"complete":null},{"number":2,"complete":false}]}`), &r))
	require.Nil(t, r.OnDisc[0].Complete)
	require.NotNil(t, r.OnDisc[1].Complete)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(b), `"complete":null`)
}

// The drive answers a WRITE with "the medium may have changed" although it hasn't. The disc is
// inspected, and the WRITE is sent again. If this happens every time, it is a fault of the
// drive.
func TestDeniedChangeDoesNotEndABurn(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	writes := 0
	b.on(command.OpWrite10, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if writes++; writes%7 == 5 {
			return says(6, 0x28, 0), nil
		}
		return next()
	})
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull})
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Contains(t, kindsOf(r.Notes), notekind.Attention)
	b.holds(t, r, album())
}

func kindsOf(notes []burn.Note) (kinds []burn.NoteKind) {
	for _, n := range notes {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}
