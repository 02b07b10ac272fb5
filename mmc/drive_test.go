package mmc_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

func TestOpen(t *testing.T) {
	d, p := open(t)
	assert.Equal(t, "TSSTcorp BDDVDW SE-506CB TS01", d.String())
	assert.Equal(t, "TSSTcorp", d.Inquiry().Vendor)
	assert.Same(t, p, d.Transport())
	assert.Same(t, p, d.Clock(), "a Playback has its own clock")
}

// A disk gets INQUIRY only: the script would fail at a second command.
func TestOpenRefusesOtherDevices(t *testing.T) {
	disk := in(inquiryCDB, "00 00 05 02 1F 00 00 00 41 54 41 20*5 57 44 43 20*13 30 31 2E 30")
	_, err := mmc.Open(t.Context(), play(t, disk))
	assert.ErrorIs(t, err, mmc.ErrNotMMC)
	assert.ErrorContains(t, err, `"ATA WDC 01.0" is not an optical drive`)

	absent := in(inquiryCDB, inquiryTSST)
	absent.In[0] = 0x25
	_, err = mmc.Open(t.Context(), play(t, absent))
	assert.ErrorIs(t, err, mmc.ErrNotMMC)

	_, err = mmc.Open(t.Context(), play(t, refused(in(inquiryCDB, ""), senseInvalidOpcode)))
	assert.ErrorIs(t, err, asc.InvalidOpcode)
	assert.NotErrorIs(t, err, mmc.ErrNotMMC)
}

// One answer about something else does not make a drive unknown.
func TestOpenAsksAgain(t *testing.T) {
	for _, f := range []sim.Fault{
		{Kind: "busy"}, {Kind: "drop"}, {Key: 6, ASC: 0x29}, {Key: 2, ASC: 4, ASCQ: 1}, {Key: 0xB, ASC: 8},
		{Key: 3, ASC: 0x0C, Deferred: true},
	} {
		f.Opcode, f.Count = 0x12, 2
		d := sim.New(sim.Config{})
		d.AddFault(f)
		_, err := mmc.Open(t.Context(), d)
		require.NoError(t, err, "%+v", f)
		f.Count = 3
		d.AddFault(f)
		_, err = mmc.Open(t.Context(), d)
		require.Error(t, err, "%+v", f)
	}
}

// withoutWaiting is a transport with a clock that doesn't wait.
type withoutWaiting struct{ scsitest.Func }

func (withoutWaiting) Now() time.Time                                   { return time.Time{} }
func (withoutWaiting) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// After which answers to INQUIRY it is sent again: three times in all. A drive that doesn't
// answer in time, is gone, or was never asked isn't asked again.
func TestWhenOpenAsksAgain(t *testing.T) {
	lost := errors.New("lost")
	for name, row := range map[string]struct {
		status scsi.Status
		err    error
		times  int
	}{
		"busy":          {scsi.Busy, nil, 3},
		"queue full":    {scsi.TaskSetFull, nil, 3},
		"conflict":      {scsi.ReservationConflict, nil, 1},
		"no answer":     {0, &scsi.TransportError{Sent: scsi.SentUnknown, Err: lost}, 3},
		"not sent":      {0, &scsi.TransportError{Sent: scsi.SentNo, Err: lost}, 1},
		"too late":      {0, &scsi.TransportError{Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}, 1},
		"gone":          {0, &scsi.TransportError{Sent: scsi.SentUnknown, Err: fs.ErrNotExist}, 1},
		"closed":        {0, &scsi.TransportError{Sent: scsi.SentUnknown, Err: fs.ErrClosed}, 1},
		"another error": {0, lost, 1},
	} {
		asked := 0
		_, err := mmc.Open(t.Context(), withoutWaiting{scsitest.Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
			asked++
			return scsi.Result{Status: row.status}, row.err
		})})
		require.Error(t, err, name)
		assert.Equal(t, row.times, asked, name)
	}
}
