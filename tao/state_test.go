package tao_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// The states of IDiscFormat2TrackAtOnce.
const (
	s0 = iota // no recorder
	s1        // recorder set, not prepared
	s2        // prepared
	s3        // inside AddAudioTrack
	states
)

// ok and the low words of IMAPI's HRESULTs; x means tested elsewhere.
const (
	ok         = 0x0000
	required   = 0x0003
	canceled   = 0x0002
	writing    = 0x0500
	notWriting = 0x0501
	notReady   = 0x0502
	prepared   = 0x0503
	blankOnly  = 0x0504
	emptyTOC   = 0x0505
	noRecorder = 0x050A
	badName    = 0x050F
)

// stateTable is IMAPI's table, with a row for each member and columns for S0 to S3. Where
// IMAPI's documentation allows several results, it contains the one for this test: a good
// recorder, a valid name, a blank disc, nothing written yet.
var stateTable = []struct {
	member string
	want   [states]uint32
	call   func(ctx context.Context, w *tao.Writer, d *mmc.Drive) error
}{
	{"put_Recorder", [states]uint32{ok, ok, prepared, writing}, func(_ context.Context, w *tao.Writer, d *mmc.Drive) error {
		return w.SetRecorder(context.Background(), d)
	}},
	{"get_Recorder", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.Recorder()
		return nil
	}},
	{"put_ClientName", [states]uint32{ok, ok, prepared, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.SetClientName("another name")
	}},
	{"put_ClientName, bad", [states]uint32{badName, badName, prepared, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.SetClientName("umlaut: ä")
	}},
	{"get_ClientName", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.ClientName()
		return nil
	}},
	{"put_DoNotFinalizeMedia", [states]uint32{ok, ok, prepared, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.SetDoNotFinalize(true)
	}},
	{"get_DoNotFinalizeMedia", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.DoNotFinalize()
		return nil
	}},
	{"put_BufferUnderrunFreeDisabled", [states]uint32{notReady, notReady, ok, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.SetBufferUnderrunFreeDisabled(true)
	}},
	{"get_BufferUnderrunFreeDisabled", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.BufferUnderrunFreeDisabled()
		return nil
	}},
	{"SetWriteSpeed", [states]uint32{required, ok, ok, writing}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.SetWriteSpeed(ctx, mmc.SpeedX(16), false)
		return err
	}},
	{"get_RequestedWriteSpeed", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.RequestedWriteSpeed()
		return nil
	}},
	{"get_RequestedRotationTypeIsPureCAV", [states]uint32{}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_ = w.RequestedRotationTypeIsPureCAV()
		return nil
	}},
	{"get_CurrentPhysicalMediaType", [states]uint32{noRecorder, ok, ok, ok}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.CurrentMediaType(ctx)
		return err
	}},
	{"get_CurrentWriteSpeed", [states]uint32{noRecorder, ok, ok, ok}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.CurrentWriteSpeed(ctx)
		return err
	}},
	{"get_CurrentRotationTypeIsPureCAV", [states]uint32{noRecorder, ok, ok, ok}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.CurrentRotationTypeIsPureCAV(ctx)
		return err
	}},
	{"get_SupportedWriteSpeeds", [states]uint32{noRecorder, ok, ok, ok}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.SupportedWriteSpeeds(ctx)
		return err
	}},
	{"get_SupportedWriteSpeedDescriptors", [states]uint32{noRecorder, ok, ok, ok}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.SupportedWriteSpeedDescriptors(ctx)
		return err
	}},
	{"PrepareMedia", [states]uint32{noRecorder, ok, prepared, prepared}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.Prepare(ctx)
	}},
	{"AddAudioTrack", [states]uint32{notReady, notReady, ok, writing}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.AddAudioTrack(ctx, pcm.Silence("silence", 300*588))
		return err
	}},
	{"CancelAddTrack", [states]uint32{notWriting, notWriting, notWriting, ok}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		return w.CancelAddTrack()
	}},
	{"ReleaseMedia", [states]uint32{notReady, notReady, ok, writing}, func(ctx context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.Release(ctx)
		return err
	}},
	{"get_NumberOfExistingTracks", [states]uint32{notReady, notReady, ok, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.NumberOfExistingTracks()
		return err
	}},
	{"get_TotalSectorsOnMedia", [states]uint32{notReady, notReady, ok, ok}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.TotalSectors()
		return err
	}},
	{"get_FreeSectorsOnMedia", [states]uint32{notReady, notReady, ok, ok}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.FreeSectors()
		return err
	}},
	{"get_UsedSectorsOnMedia", [states]uint32{notReady, notReady, ok, ok}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.UsedSectors()
		return err
	}},
	{"get_ExpectedTableOfContents", [states]uint32{notReady, notReady, emptyTOC, writing}, func(_ context.Context, w *tao.Writer, _ *mmc.Drive) error {
		_, err := w.ExpectedTableOfContents()
		return err
	}},
}

// Every member returns the result in IMAPI's table in every state.
func TestStateTable(t *testing.T) {
	for _, row := range stateTable {
		for state := range states {
			t.Run(fmt.Sprintf("%s/S%d", row.member, state), func(t *testing.T) {
				err := inState(t, state, row.call)
				code, name, has := burn.HRESULT(err)
				if row.want[state] == ok {
					require.NoError(t, err)
					return
				}
				require.True(t, has, "%v has no HRESULT", err)
				require.Equal(t, 0xC0AA0000|row.want[state], code, "%s: %v", name, err)
				var at *burn.Error
				require.ErrorAs(t, err, &at)
				require.Zero(t, at.Track, "no track is the cause")
				require.Zero(t, at.LBA)
			})
		}
	}
}

// inState brings a Writer into a state and makes a call there.
func inState(t *testing.T, state int, call func(context.Context, *tao.Writer, *mmc.Drive) error) error {
	t.Helper()
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	require.NoError(t, unit.WaitReady(ctx, b.drive, unit.WaitOptions{}))
	var result error
	inside := false
	var w *tao.Writer
	w = tao.NewWriter(&burn.Options{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting && state == s3 && !inside {
			inside = true
			done := make(chan error)
			go func() { done <- call(ctx, w, b.drive) }()
			result = <-done
		}
	}})
	require.NoError(t, w.SetClientName("state table"))
	if state >= s1 {
		require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	}
	if state >= s2 {
		require.NoError(t, w.Prepare(ctx))
	}
	if state == s3 {
		_, err := w.AddAudioTrack(ctx, track("long", 3, 2000*588).Source)
		require.True(t, err == nil || errors.Is(err, burn.ErrCanceled))
		require.True(t, inside)
		_, err = w.Release(ctx)
		require.NoError(t, err)
		return result
	}
	return call(ctx, w, b.drive)
}

// After a track has been written, setting the finalize flag returns ErrBlankOnly.
func TestDoNotFinalizeAfterATrack(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	w := tao.NewWriter(&burn.Options{ClientName: "test"})
	require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	require.NoError(t, w.Prepare(ctx))
	_, err := w.AddAudioTrack(ctx, pcm.Silence("silence", 300*588))
	require.NoError(t, err)
	is(t, w.SetDoNotFinalize(true), burn.ErrBlankOnly)
	_, err = w.Release(ctx)
	require.NoError(t, err)
	require.NoError(t, w.SetDoNotFinalize(true))
}
