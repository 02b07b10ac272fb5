package tao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// While a Writer uses a drive, no other job in the program can: not under the same client
// name, and not through another mmc.Drive. The attempt sends nothing to the drive. The tray
// stays locked, and the burn succeeds.
func TestOneJobPerDrive(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"writer test", "another"} {
		b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
		second, err := mmc.Open(ctx, &tap{Transport: b.Drive})
		require.NoError(t, err)
		writer := func(d *mmc.Drive) func() error {
			return func() error {
				o := tao.NewWriter(&burn.Options{ClientName: name})
				require.NoError(t, o.SetRecorder(ctx, d))
				return o.Prepare(ctx)
			}
		}
		others := map[string]func() error{
			"Writer, same drive":    writer(b.drive),
			"Writer, another value": writer(second),
			"Burn": func() error {
				_, err := tao.Burn(ctx, second, album(), &burn.Options{ClientName: name})
				return err
			},
			"CloseDisc": func() error {
				_, err := tao.CloseDisc(ctx, b.drive, &burn.CloseOptions{ClientName: name})
				return err
			},
			"Blank": func() error {
				_, err := tao.Blank(ctx, second, &burn.BlankOptions{ClientName: name})
				return err
			},
			"Verify": func() error {
				_, err := tao.Verify(ctx, second, album(), &burn.VerifyOptions{ClientName: name})
				return err
			},
		}
		for i := range 2 {
			_, err := w.AddAudioTrack(ctx, pcm.Silence("s", 588))
			require.NoError(t, err)
			for what, try := range others {
				locked := b.tap.count(command.OpPreventAllowMediumRemoval)
				err := try()
				is(t, err, burn.ErrLocked, scsi.ErrLocked, burn.ErrNoDrive)
				require.Contains(t, err.Error(), "writer test", what)
				code, _, _ := burn.HRESULT(err)
				require.Equal(t, uint32(0xC0AA0210), code, what)
				require.True(t, b.trayLocked(), "%s after %d tracks", what, i+1)
				require.Equal(t, locked, b.tap.count(command.OpPreventAllowMediumRemoval), what)
			}
		}
		r, err := w.Release(ctx)
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.False(t, b.trayLocked())
		_, err = tao.Verify(ctx, second, []burn.Track{{Source: pcm.Silence("s", 588)}, {Source: pcm.Silence("s", 588)}}, nil)
		require.NoError(t, err, "free again")
	}
}

// Two drives can be used at the same time, and a failed Prepare releases its drive.
func TestTwoDrivesAtOnce(t *testing.T) {
	ctx := context.Background()
	_, one := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	b, two := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	for _, w := range []*tao.Writer{two, one} {
		_, err := w.AddAudioTrack(ctx, pcm.Silence("s", 588))
		require.NoError(t, err)
		_, err = w.Release(ctx)
		require.NoError(t, err)
	}
	is(t, two.Prepare(ctx), burn.ErrMediaNotBlank)
	is(t, two.Prepare(ctx), burn.ErrMediaNotBlank)
	b.Eject()
	require.NoError(t, b.Insert(sim.NewDisc(sim.CDR80)))
	require.NoError(t, two.Prepare(ctx))
	_, err := two.Release(ctx)
	require.NoError(t, err)
}
