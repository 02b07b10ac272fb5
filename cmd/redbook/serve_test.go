package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/internal/iscsi/iscsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// quietApp is a run of the program whose output is dropped.
func quietApp() *app {
	return (&app{
		out: io.Discard, err: io.Discard, env: func(string) string { return "" },
		console: &console{w: io.Discard}, stop: &stopper{hurry: make(chan struct{})},
	}).connect()
}

// serveDrive runs sim serve in this process, and returns a connection to it and its socket.
func serveDrive(t *testing.T, disc string, faults ...string) (dial func() *iscsitest.Initiator, control string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "redbook") // t.TempDir is too long for a unix socket on some systems
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	flags := serveFlags{
		listen: "127.0.0.1:0", iqn: iscsi.DefaultName, portFile: filepath.Join(dir, "port"),
		control: filepath.Join(dir, "ctl"), faults: faults,
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, quietApp(), disc, &flags) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	var port []byte
	require.Eventually(t, func() bool {
		port, err = os.ReadFile(flags.portFile)
		return err == nil
	}, 20*time.Second, time.Millisecond)
	return func() *iscsitest.Initiator {
		in, err := iscsitest.Dial(t.Context(), "127.0.0.1:"+strings.TrimSpace(string(port)), iscsi.DefaultName)
		require.NoError(t, err)
		return in
	}, flags.control
}

func newDiscFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.disc")
	disc, err := sim.CreateDisc(path, sim.CDRW80)
	require.NoError(t, err)
	require.NoError(t, disc.Close())
	return path
}

// The first command of the first host isn't answered with unit attention.
func TestServeIsReady(t *testing.T) {
	dial, _ := serveDrive(t, newDiscFile(t))
	in := dial()
	require.NoError(t, command.TestUnitReady{}.Do(t.Context(), in))
	require.NoError(t, in.Close())
}

// A host that disconnects leaves the tray unlocked.
func TestServeUnlocksTheTray(t *testing.T) {
	dial, control := serveDrive(t, newDiscFile(t))
	press := func() string {
		reply, err := askControl(control, &controlRequest{Do: "button"})
		require.NoError(t, err)
		require.Empty(t, reply.Error)
		return reply.Text
	}
	in := dial()
	require.NoError(t, command.PreventAllowMediumRemoval{Prevent: true}.Do(t.Context(), in))
	assert.Contains(t, press(), "doesn't move")
	var events []byte
	for range 2 { // GET EVENT STATUS NOTIFICATION, class media
		reply := make([]byte, 8)
		_, err := scsi.Exec(t.Context(), in, &scsi.Request{
			CDB: [16]byte{0x4A, 1, 4: 1 << 4, 8: 8}, CDBLen: 10, Dir: scsi.DataIn, Data: reply,
		})
		require.NoError(t, err)
		events = append(events, reply[4]&0x0F)
	}
	assert.Equal(t, []byte{2, 1}, events, "NewMedia, EjectRequest: the kernel notices the button")
	require.NoError(t, in.Close())
	assert.Eventually(t, func() bool { return strings.Contains(press(), "is open") }, 20*time.Second, time.Millisecond)
}

// A reset by the kernel reaches the drive: a track being written is damaged, and the disc's
// file records it.
func TestServeReset(t *testing.T) {
	path := newDiscFile(t)
	dial, _ := serveDrive(t, path)
	in := dial()
	drive, err := mmc.Open(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, new(unit.ParametersPage).Set(t.Context(), drive, command.WriteParameters{WriteType: command.WriteTAO, BUFE: true, AudioPause: 150}))
	require.NoError(t, command.Write10{Blocks: 27, Data: make([]byte, 27*2352)}.Do(t.Context(), in))
	require.NoError(t, in.Reset(t.Context()))
	require.ErrorIs(t, command.TestUnitReady{}.Do(t.Context(), in), scsi.KeyUnitAttention)
	require.NoError(t, command.TestUnitReady{}.Do(t.Context(), in))
	require.NoError(t, in.Close())
	copied, err := os.ReadFile(path)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "copy.disc")
	require.NoError(t, os.WriteFile(other, copied, 0o600))
	disc, err := sim.OpenDisc(other)
	require.NoError(t, err)
	for _, track := range disc.Tracks() { // none, if the laser hadn't started
		assert.True(t, track.Damaged)
	}
	require.NoError(t, disc.Close())
}

// Operations begun with IMMED reach the file even if no command follows.
func TestServeKeepsTheFileTrue(t *testing.T) {
	path := newDiscFile(t)
	dial, _ := serveDrive(t, path)
	in := dial()
	drive, err := mmc.Open(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, new(unit.ParametersPage).Set(t.Context(), drive, command.WriteParameters{WriteType: command.WriteTAO, BUFE: true, AudioPause: 150}))
	require.NoError(t, command.Write10{Blocks: 27, Data: make([]byte, 27*2352)}.Do(t.Context(), in))
	require.NoError(t, command.SynchronizeCache{Immed: true}.Do(t.Context(), in))
	assert.Eventually(t, func() bool {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		other := filepath.Join(t.TempDir(), "copy.disc")
		require.NoError(t, os.WriteFile(other, b, 0o600))
		disc, err := sim.OpenDisc(other)
		require.NoError(t, err)
		defer disc.Close()
		return disc.Summary().Tracks == 1 && disc.Summary().OpenTracks == 0
	}, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, in.Close())
}

// A second signal doesn't wait for a command in the drive.
func TestServeInAHurry(t *testing.T) {
	a := quietApp()
	s, err := newServed(a, "")
	require.NoError(t, err)
	s.target, err = iscsi.New(s.unit, iscsi.Config{})
	require.NoError(t, err)
	s.listener, err = iscsi.Listen(t.Context(), "")
	require.NoError(t, err)
	close(a.stop.hurry)
	code, _ := verdict(s.run(t.Context()))
	assert.Equal(t, exitCanceled, code)
	assert.Empty(t, s.device.closers)
}

func TestParseFault(t *testing.T) {
	for text, want := range map[string]sim.Fault{
		"write:100:3/0C/00":        {Opcode: 0x2A, Nth: 100, Key: 3, ASC: 0x0C},
		"2a:1:drop":                {Opcode: 0x2A, Nth: 1, Kind: "drop"},
		"any:7:timeout:after":      {Any: true, Nth: 7, Kind: "timeout", After: true},
		"Sync:1:busy:3x":           {Opcode: 0x35, Nth: 1, Kind: "busy", Count: 3},
		"tur:1:2/04/01:always":     {Nth: 1, Key: 2, ASC: 4, ASCQ: 1, Count: -1},
		"close:2:deferred-3/0c/00": {Opcode: 0x5B, Nth: 2, Key: 3, ASC: 0x0C, Deferred: true},
		"write:3:take=58800":       {Opcode: 0x2A, Nth: 3, Kind: "take", Bytes: 58800},
		"write:9:quiet-reset":      {Opcode: 0x2A, Nth: 9, Kind: "quiet-reset"},
		"sync:1:reset:after":       {Opcode: 0x35, Nth: 1, Kind: "reset", After: true},
		"track-info:1:short=0":     {Opcode: 0x52, Nth: 1, Kind: "short"},
		"any:1:task-set-full":      {Any: true, Nth: 1, Kind: "task-set-full"},
		"read-cd:1:4/44/00:before": {Opcode: 0xBE, Nth: 1, Key: 4, ASC: 0x44},
	} {
		got, err := parseFault(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for word := range faultKinds {
		assert.NotPanics(t, func() { sim.New(sim.Config{}).AddFault(sim.Fault{Kind: word}) }, word)
	}
	for _, text := range []string{
		"", "write", "write:1", "write:0:drop", "write:-1:drop", "write:x:drop", "2:1:drop", "2aa:1:drop", "jump:1:drop",
		"write:1:3/0C", "write:1:3/0C/00/00", "write:1:0/00/00", "write:1:13/0C/00", "write:1:3/1FF/00", "write:1:vanish",
		"write:1:drop:0x", "write:1:drop:x", "write:1:drop:3", "write:1:deferred-drop",
		"write:1:take", "write:1:take=-1", "write:1:take=x", "write:1:busy=3",
	} {
		_, err := parseFault(text)
		assert.Error(t, err, text)
	}
}
