package iscsitest_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/internal/iscsi/iscsitest"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// serve offers a drive for the duration of the test and returns its address.
func serve(t *testing.T, unit scsi.Transport) string {
	t.Helper()
	target, err := iscsi.New(unit, iscsi.Config{})
	require.NoError(t, err)
	l, err := iscsi.Listen(t.Context(), "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- target.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return l.Addr().String()
}

func dial(t *testing.T, address string) *iscsitest.Initiator {
	t.Helper()
	in, err := iscsitest.Dial(t.Context(), address, iscsi.DefaultName)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, in.Close()) })
	return in
}

// An initiator, a network, a target and a drive together are a Transport like any other.
func TestConformance(t *testing.T) {
	address := serve(t, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	scsitest.TestTransport(t, func() scsi.Transport {
		in, err := iscsitest.Dial(t.Context(), address, iscsi.DefaultName)
		require.NoError(t, err)
		return in
	})
}

// sharedClock lets the host wait on the drive's clock, which iSCSI can't transport.
type sharedClock struct {
	scsi.Transport
	drive *sim.Drive
}

func (s *sharedClock) Unwrap() scsi.Transport                           { return s.Transport }
func (s *sharedClock) Now() time.Time                                   { return s.drive.Now() }
func (s *sharedClock) Sleep(ctx context.Context, d time.Duration) error { return s.drive.Sleep(ctx, d) }

// noise is audio without repetition.
func noise(seed uint64, sectors int) []byte {
	b := make([]byte, sectors*toc.SectorSize)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// On each personality, a burn over iSCSI ends as it does without. The network must not
// lose residuals, sense data or long replies.
func TestBurnOnEveryPersonality(t *testing.T) {
	for i, p := range sim.Personalities() {
		if testing.Short() && i%20 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			if why := verdicts.Pending(p.Name); why != "" {
				t.Skip(why)
			}
			medium := sim.NewDisc(sim.CDR80)
			d := sim.New(sim.Config{Personality: p, Disc: medium, MaxTransfer: 8 << 20})
			drive, err := mmc.Open(t.Context(), &sharedClock{dial(t, serve(t, d)), d})
			require.NoError(t, err)
			one, two := noise(1, 700), noise(2, 301)
			report, err := tao.Burn(t.Context(), drive, []burn.Track{
				{Source: pcm.FromBytes("one", pcm.CDDA, one)}, {Source: pcm.FromBytes("two", pcm.CDDA, two)},
			}, &burn.Options{Verify: disc.VerifyQuick})
			assert.Equal(t, string(verdicts.Of(p.Name).Plain), string(report.Verdict), "%v", err)
			require.NoError(t, d.Err())
			if report.Verdict != burn.VerdictSuccess {
				return
			}
			for i, want := range [][]byte{one, two} {
				got := make([]byte, len(want))
				require.NoError(t, medium.ReadSectors(medium.Tracks()[i].Start, got))
				assert.True(t, bytes.Equal(want, got), "track %d", i+1)
			}
		})
	}
}

// Immediate data end at 64 KiB; longer data are fetched by R2T, in bursts.
func TestLongTransfers(t *testing.T) {
	const sectors = 8 << 20 / toc.SectorSize
	d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), MaxTransfer: 8 << 20})
	drive, err := mmc.Open(t.Context(), &sharedClock{dial(t, serve(t, d)), d})
	require.NoError(t, err)
	require.NoError(t, unit.WaitReady(t.Context(), drive, unit.WaitOptions{Timeout: time.Minute}))
	require.NoError(t, new(unit.ParametersPage).Set(t.Context(), drive, command.WriteParameters{WriteType: command.WriteTAO, AudioPause: 150}))
	data := noise(3, sectors)
	require.NoError(t, command.Write10{LBA: 0, Blocks: sectors, Data: data}.Do(t.Context(), drive.Transport()))
	require.NoError(t, command.SynchronizeCache{}.Do(t.Context(), drive.Transport()))
	require.NoError(t, command.CloseTrackSession{Function: command.CloseSession}.Do(t.Context(), drive.Transport()))
	got := make([]byte, len(data))
	n, err := command.ReadCD{LBA: 0, Blocks: sectors, Flags: 0x10, Data: got}.Do(t.Context(), drive.Transport())
	require.NoError(t, err)
	assert.Equal(t, len(data), n)
	assert.True(t, bytes.Equal(data, got))
}

func ready(in scsi.Transport, timeout time.Duration) (scsi.Result, error) {
	return in.Do(context.Background(), &scsi.Request{CDBLen: 6, Timeout: timeout, Name: "TEST UNIT READY"})
}

// attentive consumes the unit attention of power-on.
func attentive(t *testing.T, in scsi.Transport) {
	t.Helper()
	res, err := ready(in, 0)
	require.NoError(t, err)
	require.Equal(t, scsi.CheckCondition, res.Status)
}

// A reset reaches the drive, and the session is notified once.
func TestReset(t *testing.T) {
	d := sim.New(sim.Config{})
	in := dial(t, serve(t, d))
	attentive(t, in)
	require.NoError(t, command.PreventAllowMediumRemoval{Prevent: true}.Do(t.Context(), in))
	require.NoError(t, in.Reset(t.Context()))
	err := command.TestUnitReady{}.Do(t.Context(), in)
	require.ErrorIs(t, err, scsi.Code(0x2903), "bus device reset function")
	require.ErrorIs(t, command.TestUnitReady{}.Do(t.Context(), in), asc.FamilyMediumNotPresent)
	require.NoError(t, command.StartStopUnit{LoEj: true}.Do(t.Context(), in), "the tray was unlocked")
	assert.True(t, d.TrayOpen())
}

// How a host sees the faults that return no status.
func TestFaults(t *testing.T) {
	d := sim.New(sim.Config{})
	address := serve(t, d)
	in := dial(t, address)
	attentive(t, in)

	d.AddFault(sim.Fault{Kind: "busy"})
	res, err := ready(in, 0)
	require.NoError(t, err)
	assert.Equal(t, scsi.Busy, res.Status)

	d.AddFault(sim.Fault{Kind: "drop"})
	_, err = ready(in, 0)
	transport, ok := errors.AsType[*scsi.TransportError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, scsi.SentUnknown, transport.Sent)
	res, err = ready(in, 0)
	require.NoError(t, err, "the session is as it was")
	assert.Equal(t, byte(0x3A), res.Sense[12])

	d.AddFault(sim.Fault{Kind: "timeout"})
	_, err = ready(in, 50*time.Millisecond)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	_, err = ready(in, 0)
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = ready(dial(t, address), 0)
	require.NoError(t, err, "the target is there for the next")
}

func TestDialFails(t *testing.T) {
	address := serve(t, sim.New(sim.Config{}))
	_, err := iscsitest.Dial(t.Context(), address, "iqn.2000-01.org.example:other")
	require.ErrorIs(t, err, iscsitest.ErrProtocol)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = iscsitest.Dial(ctx, address, iscsi.DefaultName)
	require.ErrorIs(t, err, context.Canceled)

	in, err := iscsitest.Dial(t.Context(), address, iscsi.DefaultName)
	require.NoError(t, err)
	_, err = in.Do(ctx, &scsi.Request{CDBLen: 6})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, in.Close())
	require.NoError(t, in.Close())
	require.Error(t, in.Reset(t.Context()))
}
