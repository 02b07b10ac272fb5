package tao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// codeOf returns the HRESULT of an error, or 0 if it has none.
func codeOf(err error) uint32 {
	code, _, _ := burn.HRESULT(err)
	return code
}

// A quick verification that finds wrong tables returns C0AA0007, after a track and after
// closing: IMAPI checks track information, disc information and TOC.
func TestFailedTablesHaveIMAPIsCode(t *testing.T) {
	ctx := context.Background()
	for name, answer := range map[string]func(req *scsi.Request, res *scsi.Result){
		"track is blank": func(req *scsi.Request, _ *scsi.Result) {
			if req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 1 {
				req.Data[6] |= 0x40
			}
		},
		"track is too short": func(req *scsi.Request, _ *scsi.Result) {
			if req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 1 {
				req.Data[26], req.Data[27] = 0, 10
			}
		},
		"disc stays open": func(req *scsi.Request, _ *scsi.Result) {
			if req.CDB[0] == command.OpReadDiscInformation {
				req.Data[2] = req.Data[2]&^0x0F | 0x05
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			written := false
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				res, err := next()
				written = written || req.CDB[0] == command.OpWrite10
				if written && err == nil && res.Status == scsi.Good && res.N > 0 {
					answer(req, &res)
				}
				return res, err
			}
			w := tao.NewWriter(&burn.Options{Verify: disc.VerifyQuick})
			require.NoError(t, w.SetRecorder(ctx, b.drive))
			require.NoError(t, w.Prepare(ctx))
			_, err := w.AddAudioTrack(ctx, album()[0].Source)
			if err == nil {
				_, err = w.Release(ctx)
			} else {
				_, _ = w.Release(ctx)
			}
			require.Error(t, err)
			require.Equal(t, uint32(0xC0AA0007), codeOf(err), "%v", err)
		})
	}
}

// The errors of BLANK have the codes of IDiscFormat2Erase.
func TestEraseCodes(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, album()[:1], burn.Options{})
	_, err := tao.Blank(ctx, b.drive, nil)
	is(t, err, burn.ErrNotErasable, burn.ErrUnsuitableDisc)
	require.Equal(t, uint32(0x80AA0904), codeOf(err))
	for _, kind := range []mmc.BlankType{mmc.BlankDisc, mmc.BlankMinimal, command.BlankUnreserve} {
		for name, sense := range map[string][]byte{
			"medium error": fixedSense(3, 0x0C, 0, false), "hardware error": fixedSense(4, 0x3E, 0x02, false), "refused": fixedSense(5, 0x24, 0, false),
			"write protected": fixedSense(7, 0x27, 0, false),
		} {
			b := newBench(t, "modern", sim.CDRW80)
			b.burn(t, album()[:1], burn.Options{})
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if req.CDB[0] == command.OpBlank {
					return scsi.Result{Status: scsi.CheckCondition, Sense: sense}, nil
				}
				return next()
			}
			r, err := tao.Blank(ctx, b.drive, &burn.BlankOptions{Type: kind})
			is(t, err, burn.ErrEraseFailed, burn.ErrWriteFailed)
			require.Equal(t, uint32(0x80AA0905), codeOf(err), "%v %s: %v", kind, name, err)
			require.Equal(t, "E_IMAPI_ERASE_DRIVE_FAILED_ERASE_COMMAND", r.HRESULT)
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.False(t, b.trayLocked())
		}
	}
}

// RotationAdjusted depends on the rotation that the drive set: it covers a drive that ignores
// the requested rotation and one that refuses it.
func TestRotationByWhatTheDriveTook(t *testing.T) {
	ctx := context.Background()
	for name, hook := range map[string]func(*scsi.Request) bool{
		"takes it": func(*scsi.Request) bool { return false },
		"refuses":  func(req *scsi.Request) bool { return req.CDB[1]&3 == 1 },
	} {
		b := newBench(t, "modern", sim.CDR80)
		sent := false
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpSetCDSpeed {
				sent = sent || req.CDB[1]&3 == 1
				if hook(req) {
					return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x24, 0, false)}, nil
				}
			}
			return next()
		}
		w := tao.NewWriter(nil)
		require.NoError(t, w.SetRecorder(ctx, b.drive))
		adjusted, err := w.SetWriteSpeed(ctx, mmc.SpeedX(48), true)
		require.NoError(t, err)
		require.True(t, sent, "the rotation bit reaches the drive")
		cav, err := w.CurrentRotationTypeIsPureCAV(ctx)
		require.NoError(t, err)
		require.Equal(t, !cav, adjusted&burn.RotationAdjusted != 0, name)
		require.Equal(t, name == "takes it", cav)
		require.True(t, w.RequestedRotationTypeIsPureCAV())
		require.Equal(t, mmc.SpeedX(48), w.RequestedWriteSpeed())
	}
}

// The level can be set before and between tracks, not during one.
func TestVerificationLevelByState(t *testing.T) {
	ctx := context.Background()
	var w *tao.Writer
	inside := 0
	o := burn.Options{ClientName: "level", OnEvent: func(e burn.Event) {
		if p, is1 := e.(burn.Progress); is1 && p.Action == burn.ActionWriting {
			inside++
			is(t, w.SetVerification(disc.VerifyFull), burn.ErrWriteInProgress)
		}
	}}
	b := newBench(t, "modern", sim.CDR80)
	w = tao.NewWriter(&o)
	require.NoError(t, w.SetVerification(disc.VerifyFull))
	require.Equal(t, disc.VerifyFull, w.Verification())
	require.NoError(t, w.SetRecorder(ctx, b.drive))
	require.NoError(t, w.Prepare(ctx))
	require.NoError(t, w.SetVerification(disc.VerifyNone))
	_, err := w.AddAudioTrack(ctx, album()[0].Source)
	require.NoError(t, err)
	require.Positive(t, inside)
	require.Equal(t, disc.VerifyNone, w.Verification())
	require.NoError(t, w.SetVerification(disc.VerifyQuick))
	r, err := w.Release(ctx)
	require.NoError(t, err)
	require.Equal(t, disc.VerifyQuick, r.Verified.Asked)
	require.Equal(t, disc.VerifyEqual, r.Verified.Result)
}

// A drive that reports no speeds can burn: the lists are empty, and the speed is 0. A speed of
// 0 or less requests the fastest.
func TestDriveThatReportsNoSpeeds(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	w := tao.NewWriter(nil)
	require.NoError(t, w.SetRecorder(ctx, b.drive))
	for _, speed := range []mmc.Speed{{}, mmc.SpeedMax, mmc.SpeedX(-1)} {
		_, err := w.SetWriteSpeed(ctx, speed, false)
		require.NoError(t, err)
		require.Equal(t, mmc.SpeedMax, w.RequestedWriteSpeed())
	}
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if op := req.CDB[0]; op == command.OpGetPerformance || op == command.OpModeSense10 && req.CDB[2]&0x3F == 0x2A {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x24, 0, false)}, nil
		}
		return next()
	}
	silent := func() {
		now, err := w.CurrentWriteSpeed(ctx)
		require.NoError(t, err)
		require.Zero(t, now)
		speeds, err := w.SupportedWriteSpeeds(ctx)
		require.NoError(t, err)
		require.Empty(t, speeds)
		list, err := w.SupportedWriteSpeedDescriptors(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
	}
	silent()
	require.NoError(t, w.Prepare(ctx))
	silent()
	_, err := w.AddAudioTrack(ctx, album()[0].Source)
	require.NoError(t, err)
	r, err := w.Release(ctx)
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
}
