package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Errors of a drive or the system have the names that IMAPI gives them.
func TestNamesOfErrors(t *testing.T) {
	of := func(op string, key, asc, ascq byte) error {
		return scsi.NewSenseError(&scsi.Request{Name: op}, fixedSense(0x70, key, asc, ascq))
	}
	for _, row := range []struct {
		err  error
		want error
	}{
		{sense(2, 0x04, 0x01), burn.ErrBecomingReady}, {sense(2, 0x04, 0x04), burn.ErrFormatting},
		{sense(2, 0x04, 0x07), burn.ErrBusy}, {sense(2, 0x04, 0x08), burn.ErrBusy}, {sense(3, 0x0C, 0x09), burn.ErrUnderrun},
		{sense(5, 0x20, 0x00), burn.ErrNoFeature}, {sense(4, 0x3E, 0x02), burn.ErrTimeout}, {sense(4, 0x08, 0x01), burn.ErrTimeout},
		{sense(2, 0x3A, 0x01), burn.ErrNoMedia}, {sense(2, 0x30, 0x05), burn.ErrMediaIncompatible}, {sense(5, 0x30, 0x00), burn.ErrMediaIncompatible},
		{sense(5, 0x26, 0x00), burn.ErrModeParams}, {sense(7, 0x27, 0x00), burn.ErrWriteProtected},
		{sense(6, 0x28, 0x00), burn.ErrDriveLost}, {sense(6, 0x29, 0x00), burn.ErrDriveLost},
		{sense(3, 0x0C, 0x00), burn.ErrUnexpected}, {sense(3, 0x73, 0x03), burn.ErrUnexpected}, {sense(3, 0x72, 0x01), burn.ErrUnexpected},
		{of("WRITE(10)", 5, 0x63, 0x00), burn.ErrNoSpace}, {of("RESERVE TRACK", 5, 0x63, 0x00), burn.ErrNoSpace},
		{of("READ CD", 5, 0x63, 0x00), nil}, {sense(4, 0x44, 0x00), nil}, {sense(5, 0x24, 0x00), nil},
		{context.Canceled, burn.ErrCanceled}, {scsi.ErrLocked, burn.ErrLocked},
		{exchange.ErrShortReply, burn.ErrBadResponse}, {exchange.ErrImplausible, burn.ErrBadResponse},
		{os.ErrDeadlineExceeded, burn.ErrTimeout}, {context.DeadlineExceeded, burn.ErrTimeout},
		{fs.ErrPermission, burn.ErrNoDrive}, {fs.ErrNotExist, burn.ErrNoDrive},
		{&scsi.TransportError{Err: errNoAnswer}, burn.ErrDriveLost}, {errNoAnswer, nil}, {burn.ErrVerify, nil}, {nil, nil},
	} {
		require.Equal(t, row.want, nameOf(row.err), "%v", row.err)
		if row.want != nil {
			require.ErrorIs(t, classify(row.err), row.want)
		} else {
			require.Equal(t, row.err, classify(row.err))
		}
	}
}

// A drive that can't lock its tray is noted once and not asked again. A failure to lock is an
// error.
func TestTrayIsLocked(t *testing.T) {
	denied := reply{err: &scsi.TransportError{Sent: scsi.SentNo, Err: fs.ErrPermission}}
	for _, row := range []struct {
		name   string
		answer reply
		tray   trayState
		sent   int // commands sent by two calls
		note   bool
		want   error
	}{
		{"locked", good, trayLocked, 2, false, nil},
		{"refused", refusal, trayUnlocked, 1, true, nil},
		{"denied by the system", denied, trayUnlocked, 4, true, nil},
		{"failed", broken, trayLocked, 2, false, scsi.KeyHardwareError},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpPreventAllowMediumRemoval: {row.answer}})
			for range 2 {
				err := j.hold.lock(t.Context())
				if row.want == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, row.want)
				}
			}
			require.Equal(t, row.tray, j.hold.tray)
			require.Len(t, s.sent, row.sent)
			if row.note {
				require.Equal(t, []burn.NoteKind{notekind.NoTrayLock}, kindsOf(j.rep.Notes))
				require.Error(t, j.rep.Notes[0].Cause.Err)
			} else {
				require.Empty(t, j.rep.Notes)
			}
		})
	}
}

// Before each track the speed is set again if the drive was reset or has another speed, and
// only then.
func TestSpeedIsSetAgainIfItIsLost(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(j *Job, s *scripted)
		sets   int
		notes  []burn.NoteKind
		want   error
	}{
		{"as it was", func(*Job, *scripted) {}, 0, nil, nil},
		{"another speed", func(j *Job, _ *scripted) { j.hold.speed = mmc.SpeedX(1) }, 1, []burn.NoteKind{notekind.SpeedDiffers}, nil},
		{"a speed that isn't known", func(j *Job, _ *scripted) { j.hold.speed = mmc.Speed{} }, 0, nil, nil},
		{"the drive doesn't report it", func(j *Job, s *scripted) {
			j.hold.speed = mmc.SpeedX(1)
			s.script[command.OpModeSense10] = []reply{refusal}
		}, 0, nil, nil},
		{"a reset", func(j *Job, _ *scripted) { j.hold.since.resets = -1 }, 1, []burn.NoteKind{notekind.Reset, notekind.SpeedDiffers}, nil},
		{"a reset, and no speed known", func(j *Job, _ *scripted) { j.hold.since.resets, j.hold.speed = -1, mmc.Speed{} }, 1, []burn.NoteKind{notekind.Reset, notekind.SpeedDiffers}, nil},
		{"a reset, and it can't be set", func(j *Job, s *scripted) {
			j.hold.since.resets, s.script[command.OpSetCDSpeed] = -1, []reply{broken}
		}, 1, []burn.NoteKind{notekind.Reset}, scsi.KeyHardwareError},
		{"another speed, and it can't be set", func(j *Job, s *scripted) {
			j.hold.speed, s.script[command.OpSetCDSpeed] = mmc.SpeedX(1), []reply{broken}
		}, 1, nil, scsi.KeyHardwareError},
		{"a reset, and the speed is fixed", func(j *Job, s *scripted) {
			j.hold.since.resets, s.script[command.OpSetCDSpeed] = -1, []reply{refusal}
		}, 1, []burn.NoteKind{notekind.Reset, notekind.SpeedFixed}, nil},
		{"the tray can't be locked", func(j *Job, s *scripted) {
			j.hold.since.resets, s.script[command.OpPreventAllowMediumRemoval] = -1, []reply{broken}
		}, 0, []burn.NoteKind{notekind.Reset}, scsi.KeyHardwareError},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, &burn.Options{Speed: mmc.SpeedX(20)}, map[byte][]reply{command.OpPreventAllowMediumRemoval: {good}})
			now, err := unit.CurrentWriteSpeed(t.Context(), j.Drive)
			require.NoError(t, err)
			j.hold.speed = now.Speed()
			s.script[command.OpSetCDSpeed] = []reply{good}
			row.change(j, s)
			err = j.hold.settings(t.Context())
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, j.seen.Now(), j.hold.since)
			} else {
				require.ErrorIs(t, err, row.want)
			}
			require.Equal(t, row.sets, s.times("SET CD SPEED"))
			require.Equal(t, row.notes, kindsOf(j.rep.Notes))
		})
	}
}

// The computer is kept awake as far as the system allows. A refusal is a remark, and what was
// acquired is released.
func TestComputerStaysAwake(t *testing.T) {
	denied := errors.New("denied")
	for _, row := range []struct {
		name    string
		err     error
		granted bool
	}{{"granted", nil, true}, {"denied", denied, false}, {"a part", denied, true}} {
		back := 0
		var purpose string
		o := &burn.Options{KeepAwake: func(_ context.Context, reason string) (func() error, error) {
			purpose = reason
			if !row.granted {
				return nil, row.err
			}
			return func() error { back++; return nil }, row.err
		}}
		j, _ := onScript(t, o, nil)
		require.NoError(t, j.hold.seize(t.Context(), "burning"))
		require.Equal(t, "burning", purpose)
		if row.err == nil {
			require.Empty(t, j.rep.Notes, row.name)
		} else {
			require.Equal(t, []burn.Note{{Kind: notekind.MaySleep, Cause: burn.Cause{Err: denied}}}, j.rep.Notes, row.name)
		}
		require.NoError(t, j.hold.release(t.Context()))
		require.Equal(t, row.granted, back == 1, row.name)
	}
}

// If the drive doesn't support calibration, or the disc has hardly any room left for it, that
// is a remark. A calibration that fails is an error.
func TestCalibration(t *testing.T) {
	for _, row := range []struct {
		answer reply
		noted  bool
		want   error
	}{
		{good, false, nil}, {refusal, true, nil}, {checkCondition(1, 0x73, 0x01), true, nil}, {checkCondition(3, 0x73, 0x01), true, nil},
		{checkCondition(7, 0x5A, 0x03), true, nil}, {checkCondition(3, 0x73, 0x03), false, scsi.KeyMediumError}, {broken, false, scsi.KeyHardwareError},
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpSendOPCInformation: {row.answer}})
		err := preflight{j}.calibrate(t.Context())
		if row.want == nil {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, row.want)
		}
		require.Equal(t, row.noted, len(j.rep.Notes) == 1 && j.rep.Notes[0].Kind == notekind.Calibration && j.rep.Notes[0].Cause.Err != nil, "%v", row.answer.sense)
		require.Len(t, s.sent, 1)
	}
}
