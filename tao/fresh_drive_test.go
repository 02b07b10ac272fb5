package tao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A drive that has just been switched on, or got another disc, answers the first command with
// a unit attention (6/29, 6/28). No member returns it in place of its result.
func TestMembersOnAFreshDrive(t *testing.T) {
	ctx := context.Background()
	for name, call := range map[string]func(*tao.Writer, *bench) error{
		"put_Recorder": func(_ *tao.Writer, b *bench) error { return tao.NewWriter(nil).SetRecorder(ctx, b.drive) },
		"CurrentMediaType": func(w *tao.Writer, _ *bench) error {
			media, err := w.CurrentMediaType(ctx)
			require.Equal(t, mmc.MediaCDR, media)
			return err
		},
		"CurrentWriteSpeed": func(w *tao.Writer, _ *bench) error {
			speed, err := w.CurrentWriteSpeed(ctx)
			require.Equal(t, mmc.SpeedX(48), speed)
			return err
		},
		"CurrentRotation": func(w *tao.Writer, _ *bench) error {
			cav, err := w.CurrentRotationTypeIsPureCAV(ctx)
			require.True(t, cav)
			return err
		},
		"SupportedWriteSpeeds": func(w *tao.Writer, _ *bench) error {
			speeds, err := w.SupportedWriteSpeeds(ctx)
			require.NotEmpty(t, speeds)
			return err
		},
		"SupportedWriteSpeedDescriptors": func(w *tao.Writer, _ *bench) error {
			list, err := w.SupportedWriteSpeedDescriptors(ctx)
			require.NotEmpty(t, list)
			return err
		},
		"SetWriteSpeed": func(w *tao.Writer, _ *bench) error {
			_, err := w.SetWriteSpeed(ctx, mmc.SpeedX(16), false)
			return err
		},
		"Prepare": func(w *tao.Writer, _ *bench) error {
			if err := w.Prepare(ctx); err != nil {
				return err
			}
			_, err := w.Release(ctx)
			return err
		},
		"IsRecorderSupported": func(_ *tao.Writer, b *bench) error {
			ok, err := tao.IsRecorderSupported(ctx, b.drive)
			require.True(t, ok)
			return err
		},
		"IsCurrentMediaSupported": func(_ *tao.Writer, b *bench) error {
			ok, err := tao.IsCurrentMediaSupported(ctx, b.drive)
			require.True(t, ok)
			return err
		},
		"MediaPhysicallyBlank": func(_ *tao.Writer, b *bench) error {
			ok, err := tao.MediaPhysicallyBlank(ctx, b.drive)
			require.True(t, ok)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			w := tao.NewWriter(nil)
			require.NoError(t, w.SetRecorder(ctx, b.drive))
			b.Eject()
			require.NoError(t, b.Insert(sim.NewDisc(sim.CDR80))) // a pending 6/28/00
			require.NoError(t, call(w, b))
		})
	}
}

// A drive that can't record is rejected with 050E before anything else.
func TestRecorderWithoutTAO(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		switch req.CDB[0] { // neither features nor page 2Ah: a read-only drive
		case command.OpGetConfiguration, command.OpModeSense10:
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x24, 0, false)}, nil
		}
		return next()
	}
	w := tao.NewWriter(nil)
	err := w.SetRecorder(context.Background(), b.drive)
	is(t, err, burn.ErrRecorderNotSupported, burn.ErrNoTAO, burn.ErrNoDrive)
	code, _, _ := burn.HRESULT(err)
	require.Equal(t, uint32(0xC0AA050E), code)
	require.Nil(t, w.Recorder())
	_, err = tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, burn.ErrNoTAO)
	require.True(t, b.disc.Summary().Blank)
	b.tap.hook = nil
	require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	require.NoError(t, w.SetRecorder(context.Background(), nil), "nil clears it")
	require.Nil(t, w.Recorder())
}
