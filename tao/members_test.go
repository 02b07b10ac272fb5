package tao_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// A drive that can't record makes a disc unsupported, without an error and without waiting for
// the disc.
func TestMediaInADriveWithoutTAO(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		switch req.CDB[0] {
		case command.OpGetConfiguration, command.OpModeSense10:
			return says(5, 0x24, 0), nil
		}
		return next()
	}
	before := b.tap.count(command.OpTestUnitReady)
	ok, err := tao.IsCurrentMediaSupported(context.Background(), b.drive)
	require.NoError(t, err)
	require.False(t, ok)
	require.Equal(t, before, b.tap.count(command.OpTestUnitReady))
}

// Members that query the drive return its error, with a category. Prepare also releases the
// drive.
func TestMembersReturnTheDrivesError(t *testing.T) {
	ctx := context.Background()
	for name, call := range map[string]func(*tao.Writer, *mmc.Drive) error{
		"CurrentMediaType":     func(w *tao.Writer, _ *mmc.Drive) error { _, err := w.CurrentMediaType(ctx); return err },
		"CurrentWriteSpeed":    func(w *tao.Writer, _ *mmc.Drive) error { _, err := w.CurrentWriteSpeed(ctx); return err },
		"CurrentRotation":      func(w *tao.Writer, _ *mmc.Drive) error { _, err := w.CurrentRotationTypeIsPureCAV(ctx); return err },
		"SupportedWriteSpeeds": func(w *tao.Writer, _ *mmc.Drive) error { _, err := w.SupportedWriteSpeeds(ctx); return err },
		"SetWriteSpeed": func(w *tao.Writer, _ *mmc.Drive) error {
			_, err := w.SetWriteSpeed(ctx, mmc.SpeedX(8), false)
			return err
		},
		"SetRecorder":         func(w *tao.Writer, d *mmc.Drive) error { return w.SetRecorder(ctx, d) },
		"Prepare":             func(w *tao.Writer, _ *mmc.Drive) error { return w.Prepare(ctx) },
		"IsRecorderSupported": func(_ *tao.Writer, d *mmc.Drive) error { _, err := tao.IsRecorderSupported(ctx, d); return err },
		"IsCurrentMediaSupported": func(_ *tao.Writer, d *mmc.Drive) error {
			ok, err := tao.IsCurrentMediaSupported(ctx, d)
			require.False(t, ok)
			return err
		},
		"MediaPhysicallyBlank": func(_ *tao.Writer, d *mmc.Drive) error {
			blank, err := tao.MediaPhysicallyBlank(ctx, d)
			require.False(t, blank)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			require.NoError(t, unit.WaitReady(ctx, b.drive, unit.WaitOptions{}))
			w := tao.NewWriter(nil)
			require.NoError(t, w.SetRecorder(ctx, b.drive))
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				switch req.CDB[0] {
				case command.OpGetConfiguration, command.OpGetPerformance, command.OpModeSense10, command.OpSetCDSpeed, command.OpReadDiscInformation:
					return says(4, 0x44, 0), nil
				}
				return next()
			}
			err := call(w, b.drive)
			is(t, err, scsi.KeyHardwareError, burn.ErrNoDrive)
			var at *burn.Error
			require.ErrorAs(t, err, &at)
			require.Zero(t, at.Track)
			require.False(t, b.trayLocked())
		})
	}
}

// If the drive fails to list its speeds, that is an error, not an empty list.
func TestSpeedsThatCanNotBeRead(t *testing.T) {
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	b.on(command.OpGetPerformance, func(*scsi.Request, func() (scsi.Result, error)) (scsi.Result, error) { return says(4, 0x44, 0), nil })
	_, err := w.SupportedWriteSpeeds(context.Background())
	is(t, err, scsi.KeyHardwareError, burn.ErrNoDrive)
	b.tap.hook = nil
	_, err = w.Release(context.Background())
	require.NoError(t, err)
}

// Prepare needs the speeds for the getters. A drive that fails to list them isn't prepared,
// and is free again.
func TestPrepareFailsAtTheSpeeds(t *testing.T) {
	ctx := context.Background()
	for name, question := range map[string]func(*scsi.Request) bool{
		"the list": func(req *scsi.Request) bool { return req.CDB[0] == command.OpGetPerformance },
		"the current one": func(req *scsi.Request) bool {
			return req.CDB[0] == command.OpModeSense10 && req.CDB[2]&0x3F == command.PageCapabilities
		},
	} {
		t.Run(name, func(t *testing.T) {
			asked, last := 0, 1<<20
			start := func() (*bench, *tao.Writer) {
				b, w := newBench(t, "modern", sim.CDR80), tao.NewWriter(nil)
				require.NoError(t, w.SetRecorder(ctx, b.drive))
				asked = 0
				b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
					if question(req) {
						if asked++; asked >= last {
							return says(4, 0x44, 0), nil
						}
					}
					return next()
				}
				return b, w
			}
			_, w := start()
			require.NoError(t, w.Prepare(ctx))
			last = asked
			require.Positive(t, last)
			b, w := start()
			err := w.Prepare(ctx)
			is(t, err, scsi.KeyHardwareError, burn.ErrNoDrive)
			var at *burn.Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, burn.PhasePrepare, at.Phase)
			require.False(t, b.trayLocked())
			owner, err := b.Owner()
			require.NoError(t, err)
			require.Empty(t, owner)
			require.NoError(t, w.Prepare(ctx), "the Writer can be prepared again")
		})
	}
}

// While a track is being written, the getters don't query the drive. Between tracks they do.
func TestGettersQueryTheDriveBetweenTracks(t *testing.T) {
	ctx := context.Background()
	var w *tao.Writer
	var b *bench
	speed := mmc.SpeedX(48)
	ask := func() int {
		b.tap.mu.Lock()
		before := len(b.tap.ops)
		b.tap.mu.Unlock()
		media, err := w.CurrentMediaType(ctx)
		require.NoError(t, err)
		require.Equal(t, mmc.MediaCDR, media)
		now, err := w.CurrentWriteSpeed(ctx)
		require.NoError(t, err)
		require.Equal(t, speed, now)
		b.tap.mu.Lock()
		defer b.tap.mu.Unlock()
		return len(b.tap.ops) - before
	}
	inside := 0
	o := burn.Options{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting {
			inside++
			require.Zero(t, ask())
		}
	}}
	b, w = preparedWriter(t, "modern", sim.CDR80, o)
	require.Positive(t, ask())
	speed = mmc.SpeedX(16)
	_, err := w.SetWriteSpeed(ctx, speed, false)
	require.NoError(t, err)
	_, err = w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	require.Positive(t, inside)
	require.Positive(t, ask())
	_, err = w.Release(ctx)
	require.NoError(t, err)
	require.Positive(t, ask())
	n, err := w.NumberOfExistingTracks()
	is(t, err, burn.ErrNotPrepared)
	require.Zero(t, n, "what was prepared is over")
}

// A rotation requested before Prepare, in either way, reaches the drive in Prepare.
func TestRotationRequestedBeforePrepare(t *testing.T) {
	ctx := context.Background()
	for name, o := range map[string]burn.Options{"option": {PureCAV: true}, "member": {}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			w := tao.NewWriter(&o)
			require.NoError(t, w.SetRecorder(ctx, b.drive))
			if name == "member" {
				_, err := w.SetWriteSpeed(ctx, mmc.SpeedX(48), true)
				require.NoError(t, err)
			}
			rotation := byte(0xFF)
			b.on(command.OpSetCDSpeed, func(req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				rotation = req.CDB[1] & 3
				return next()
			})
			require.NoError(t, w.Prepare(ctx))
			require.Equal(t, byte(1), rotation)
			require.True(t, w.RequestedRotationTypeIsPureCAV())
			_, err := w.Release(ctx)
			require.NoError(t, err)
		})
	}
}

// What the members request before Prepare takes precedence over the options.
func TestRequestedBeforePrepare(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	w := tao.NewWriter(&burn.Options{ClientName: "option", Speed: mmc.SpeedX(8)})
	require.NoError(t, w.SetRecorder(ctx, b.drive))
	require.NoError(t, w.SetClientName("member"))
	_, err := w.SetWriteSpeed(ctx, mmc.SpeedX(16), false)
	require.NoError(t, err)
	require.NoError(t, w.Prepare(ctx))
	owner, err := b.Owner()
	require.NoError(t, err)
	require.Equal(t, "member", owner)
	now, err := w.CurrentWriteSpeed(ctx)
	require.NoError(t, err)
	require.Equal(t, mmc.SpeedX(16), now)
	_, err = w.Release(ctx)
	require.NoError(t, err)
}

// The remaining room is that reported by the drive. If the drive doesn't report it after a
// track, it is computed from the tracks.
func TestFreeSectorsOfASilentDrive(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	ended := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if ended = ended || req.CDB[0] == command.OpSynchronizeCache; ended && req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 0xFF {
			return says(4, 0x44, 0), nil
		}
		return next()
	}
	_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	total, err := w.TotalSectors()
	require.NoError(t, err)
	free, err := w.FreeSectors()
	require.NoError(t, err)
	require.Equal(t, total-302, free)
	b.tap.hook = nil
	_, err = w.Release(ctx)
	require.NoError(t, err)
}

// The expected table of contents contains the number of the session that Release closes.
func TestSessionOfTheExpectedTOC(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	for session := 1; session <= 2; session++ {
		w := tao.NewWriter(&burn.Options{MultiSession: true, Append: true})
		require.NoError(t, w.SetRecorder(ctx, b.drive))
		require.NoError(t, w.Prepare(ctx))
		_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
		require.NoError(t, err)
		want, err := w.ExpectedTOC()
		require.NoError(t, err)
		require.Equal(t, session, want.Entries[0].Session)
		require.Equal(t, session, want.First)
		_, err = w.Release(ctx)
		require.NoError(t, err)
	}
}

// The drive's report on the next track determines where it goes, unless that is impossible.
// Nothing is written at an uncertain address.
func TestWhereATrackGoes(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		append bool
		change func(req *scsi.Request, tracks int) // modifies the reply about track FFh
		start  toc.LBA
		number int
		want   error
	}{
		"as reported":            {change: func(*scsi.Request, int) {}, start: 452, number: 2},
		"further along":          {change: func(req *scsi.Request, n int) { putUint32(req.Data[12:], uint32(460*n)) }, start: 460, number: 2},
		"without a number":       {change: func(req *scsi.Request, _ int) { req.Data[2] = 0 }, start: 452, number: 2},
		"before the last track":  {change: func(req *scsi.Request, n int) { putUint32(req.Data[12:], uint32(200*n)) }, want: burn.ErrBadResponse},
		"no address, append":     {append: true, change: func(req *scsi.Request, _ int) { req.Data[7] &^= 1 }, want: burn.ErrBadResponse},
		"no address, its start":  {change: func(req *scsi.Request, _ int) { req.Data[7] &^= 1 }, start: 452, number: 2},
		"too little room by now": {change: func(req *scsi.Request, n int) { putUint32(req.Data[16:], uint32(5000-4900*n)) }, want: burn.ErrNoSpace},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			if row.append {
				b.burn(t, []burn.Track{track("one", 1, 300*588)}, burn.Options{NoClose: true})
			}
			w := tao.NewWriter(&burn.Options{Append: true})
			require.NoError(t, w.SetRecorder(ctx, b.drive))
			require.NoError(t, w.Prepare(ctx))
			tracks := 0
			if !row.append {
				_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
				require.NoError(t, err)
				tracks = 1
			}
			before, begun := len(b.tap.writes), false
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				begun = begun || req.CDB[0] == command.OpModeSelect10
				res, err := next()
				if begun && req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 0xFF && len(b.tap.writes) == before {
					row.change(req, tracks)
				}
				return res, err
			}
			got, err := w.AddAudioTrack(ctx, track("two", 2, 300*588).Source)
			b.tap.hook = nil
			if row.want != nil {
				is(t, err, row.want)
				require.Len(t, b.tap.writes, before)
				var fit *burn.FitError
				if errors.As(err, &fit) {
					require.Equal(t, burn.FitError{Need: 300, Room: 100, Music: 300, Append: tracks > 0 || row.append, Track: 2}, *fit)
				}
				return
			}
			if row.start == 460 { // the simulated drive refuses any other address
				require.Equal(t, row.start, b.tap.writes[before].lba)
				return
			}
			require.NoError(t, err)
			require.Equal(t, row.start, got.Start)
			require.Equal(t, row.number, got.Number)
		})
	}
}

// A drive that fails to report where a track goes gets no WRITE.
func TestPlaceThatCanNotBeRead(t *testing.T) {
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	begun := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if begun = begun || req.CDB[0] == command.OpModeSelect10; begun && req.CDB[0] == command.OpReadTrackInformation {
			return says(4, 0x44, 0), nil
		}
		return next()
	}
	_, err := w.AddAudioTrack(context.Background(), track("one", 1, 300*588).Source)
	is(t, err, scsi.KeyHardwareError)
	require.Empty(t, b.tap.writes)
	b.tap.hook = nil
	_, _ = w.Release(context.Background())
	require.True(t, b.disc.Summary().Blank)
	adjusted, err := tao.NewWriter(nil).SetWriteSpeed(context.Background(), mmc.SpeedX(8), false)
	is(t, err, burn.ErrRecorderRequired)
	require.Zero(t, adjusted)
}
