//go:build linux

package vm_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// TestCDEmuDirect burns to CDEmu's daemon without a kernel in between: the other end of a
// socket replaces its kernel module (testdata/vhba.c). It takes seconds, and records each
// command.
func TestCDEmuDirect(t *testing.T) {
	if !wanted(t) {
		return
	}
	cache := cacheDir(t)
	out, err := exec.Command("bash", "cdemu.sh", cache).CombinedOutput()
	require.NoError(t, err, "cdemu.sh: %s", lastLines(string(out), 20))
	install := filepath.Join(cache, "cdemu")
	for name, row := range map[string]func(*testing.T, *daemon){
		"tracks": directTracks, "text": directText, "sessions": directSessions, "mixed": directMixed,
		"open": directOpen, "many": directMany, "pauses": directPauses, "test write": directTest,
	} {
		t.Run(name, func(t *testing.T) { row(t, startDaemon(t, install)) })
	}
}

// daemon is CDEmu's daemon with a blank disc, as a Transport.
type daemon struct {
	socket int
	dir    string // of the disc's files
	tag    uint32
	sent   []string
	buf    [200 << 10]byte
}

func startDaemon(t *testing.T, install string) *daemon {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET, 0)
	require.NoError(t, err)
	for _, fd := range fds {
		const sndBufForce = 32
		require.NoError(t, syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, sndBufForce, 1<<20), "an answer of the daemon is 133 kB")
	}
	d := &daemon{socket: fds[0], dir: t.TempDir()}
	t.Cleanup(func() { _ = syscall.Close(d.socket) })
	address := "unix:path=" + d.dir + "/bus"
	run := func(files []*os.File, name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "LD_PRELOAD="+install+"/vhba.so", "DBUS_SESSION_BUS_ADDRESS="+address)
		cmd.ExtraFiles = files
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		require.NoError(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	}
	run(nil, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--address="+address)
	require.Eventually(t, func() bool { _, err := os.Stat(d.dir + "/bus"); return err == nil }, 10*time.Second, 10*time.Millisecond)
	end := os.NewFile(uintptr(fds[1]), "vhba")
	run([]*os.File{end}, install+"/bin/cdemu-daemon", "--num-devices=1", "--audio-driver=null", "--logfile="+d.dir+"/log")
	require.NoError(t, end.Close())
	var answer []byte
	made := func() bool {
		args := strings.Fields("call net.sf.cdemu.CDEmuDaemon /Daemon net.sf.cdemu.CDEmuDaemon DeviceCreateBlank isa{sv} 0 " +
			d.dir + "/disc.toc 2 writer-id s WRITER-TOC medium-type s cdr80")
		var err error
		answer, err = exec.Command("busctl", append([]string{"--address=" + address}, args...)...).CombinedOutput()
		return err == nil
	}
	for deadline := time.Now().Add(20 * time.Second); !made(); time.Sleep(100 * time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "%s", answer)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("sent:\n%s", strings.Join(d.sent, "\n"))
		}
	})
	return d
}

func (d *daemon) Limits() scsi.Limits { return scsi.Limits{} }

func (d *daemon) Close() error { return nil }

// Do sends a command as the kernel module does: struct vhba_request, data, and back struct
// vhba_response with data or sense data (device-kernel-io.c).
func (d *daemon) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	d.tag++
	b := d.buf[:32]
	clear(b)
	binary.LittleEndian.PutUint32(b, d.tag)
	copy(b[8:24], req.CDB[:])
	b[24] = byte(req.CDBLen)
	binary.LittleEndian.PutUint32(b[28:], uint32(len(req.Data)))
	if req.Dir == scsi.DataOut {
		b = append(b, req.Data...)
	} else {
		clear(req.Data)
	}
	if _, err := syscall.Write(d.socket, b); err != nil {
		return scsi.Result{}, &scsi.TransportError{Err: err, Sent: scsi.SentNo}
	}
	n, err := syscall.Read(d.socket, d.buf[:])
	if err != nil || n < 12 {
		return scsi.Result{}, &scsi.TransportError{Err: fmt.Errorf("%d bytes were returned: %w", n, err), Sent: scsi.SentUnknown}
	}
	res := scsi.Result{Status: scsi.Status(binary.LittleEndian.Uint32(d.buf[4:]))}
	data := d.buf[12 : 12+binary.LittleEndian.Uint32(d.buf[8:])]
	switch {
	case res.Status == scsi.CheckCondition:
		res.Sense = append(res.Sense, data...)
	case req.Dir == scsi.DataIn:
		res.N = copy(req.Data, data)
	default:
		res.N = len(req.Data)
	}
	if op := req.CDB[0]; op != command.OpWrite10 && op != command.OpReadCD {
		d.sent = append(d.sent, fmt.Sprintf("% X status %02X sense % X data % X", req.CDB[:req.CDBLen], res.Status, res.Sense, req.Data[:min(len(req.Data), 300)]))
	}
	return res, nil
}

// files are the files written by CDEmu: the TOC files, and the audio of all tracks.
func (d *daemon) files(t *testing.T) (text string, audio []byte) {
	t.Helper()
	names, err := filepath.Glob(d.dir + "/*.toc")
	require.NoError(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		text += string(b)
	}
	names, err = filepath.Glob(d.dir + "/*.wav")
	require.NoError(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		audio = append(audio, b[44:]...)
	}
	return text, audio
}

// noise makes tracks of these lengths in sample frames, and all of their audio.
func noise(t *testing.T, frames ...int) (tracks []burn.Track, all []byte) {
	t.Helper()
	for i, n := range frames {
		b := samples(i, n)
		all = append(all, b...)
		tracks = append(tracks, burn.Track{Source: pcm.FromBytes(fmt.Sprint(i+1), pcm.CDDA, b)})
	}
	return tracks, all
}

// succeeds checks a report.
func succeeds(t *testing.T, r burn.Report, err error) {
	t.Helper()
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	for _, n := range r.Notes {
		t.Logf("note: %v", n)
	}
}

var full = disc.VerifyFull

func (d *daemon) open(t *testing.T) *mmc.Drive {
	t.Helper()
	drive, err := mmc.Open(t.Context(), d)
	require.NoError(t, err)
	return drive
}

func directTracks(t *testing.T, d *daemon) {
	tracks, all := noise(t, 400*588, 351*588, 600*588)
	for i := range tracks {
		tracks[i].ISRC = toc.ISRC(isrcs[i])
	}
	r, err := tao.Burn(t.Context(), d.open(t), tracks, &burn.Options{Verify: full, MCN: mcn})
	succeeds(t, r, err)
	text, audio := d.files(t)
	same(t, all, audio, "all")
	assert.Contains(t, text, `CATALOG "`+mcn+`"`)
	for _, isrc := range isrcs {
		assert.Contains(t, text, `ISRC "`+isrc+`"`)
	}
}

// titles are texts that libmirage, which composes packs anew from decoded ones, returns to
// the byte: no text is empty.
func titles(tracks int) cdtext.Block {
	b := cdtext.Block{Language: cdtext.English, Album: cdtext.Text{Title: liveTitle, Performer: liveBand}}
	for i := range tracks {
		b.Tracks = append(b.Tracks, cdtext.Track{Text: cdtext.Text{Title: fmt.Sprintf("Song %d", i+1), Performer: fmt.Sprintf("Guest %d", i+1)}})
	}
	return b
}

func directText(t *testing.T, d *daemon) {
	tracks, all := noise(t, 400*588, 351*588, 600*588)
	tracks[0].Control, tracks[0].ISRC = toc.CopyPermitted, toc.ISRC(isrcs[0])
	tracks[1].Indexes = []toc.IndexMark{{Index: 2, Offset: 100}}
	tracks[2].Pause = 75
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{titles(3)}})
	require.NoError(t, err)
	r, err := sao.Burn(t.Context(), d.open(t), tracks, &burn.Options{Verify: full, MCN: mcn}, sao.Text{Packs: packs, Required: true})
	succeeds(t, r, err)
	for _, n := range r.Notes {
		assert.NotEqual(t, notekind.TextDiffers, n.Kind, "libmirage encodes the same text to the same packs")
	}
	text, audio := d.files(t)
	same(t, all, audio, "all")
	for _, words := range []string{
		"// Track 1\nTRACK AUDIO\nCOPY\n", "// Track 2\nTRACK AUDIO\nNO COPY\n", "SILENCE 00:01:00", "START 00:01:00", `ISRC "` + isrcs[0] + `"`,
		`CATALOG "` + mcn + `"`, `TITLE "` + liveTitle + `"`, `TITLE "Song 3"`, `PERFORMER "Guest 2"`,
	} {
		assert.Contains(t, text, words)
	}
}

// directMixed: session-at-once, session-at-once, track-at-once.
func directMixed(t *testing.T, d *daemon) {
	drive := d.open(t)
	tracks, all := noise(t, 400*588, 351*588, 600*588, 300*588, 301*588)
	r, err := sao.Burn(t.Context(), drive, tracks[:2], &burn.Options{Verify: full, MultiSession: true}, sao.Text{})
	succeeds(t, r, err)
	r, err = sao.Burn(t.Context(), drive, tracks[2:3], &burn.Options{Verify: full, MultiSession: true, Append: true}, sao.Text{})
	succeeds(t, r, err)
	r, err = tao.Burn(t.Context(), drive, tracks[3:], &burn.Options{Verify: full, Append: true})
	succeeds(t, r, err)
	text, audio := d.files(t)
	same(t, all, audio, "all")
	assert.Equal(t, 5, strings.Count(text, "TRACK AUDIO"))
}

func directSessions(t *testing.T, d *daemon) {
	drive := d.open(t)
	tracks, all := noise(t, 400*588, 351*588, 600*588)
	r, err := tao.Burn(t.Context(), drive, tracks[:2], &burn.Options{Verify: full, MultiSession: true})
	succeeds(t, r, err)
	r, err = tao.Burn(t.Context(), drive, tracks[2:], &burn.Options{Verify: full, Append: true})
	succeeds(t, r, err)
	_, audio := d.files(t)
	same(t, all, audio, "all")
}

// directOpen leaves a session open, which rules out session-at-once, adds to it and closes
// it.
func directOpen(t *testing.T, d *daemon) {
	drive := d.open(t)
	tracks, all := noise(t, 400*588, 351*588, 600*588)
	r, err := tao.Burn(t.Context(), drive, tracks[:2], &burn.Options{Verify: full, NoClose: true})
	succeeds(t, r, err)
	_, err = sao.Burn(t.Context(), drive, tracks[2:], &burn.Options{Append: true}, sao.Text{})
	require.ErrorIs(t, err, burn.ErrNoSAO)
	r, err = tao.Burn(t.Context(), drive, tracks[2:], &burn.Options{Verify: full, Append: true, NoClose: true})
	succeeds(t, r, err)
	r, err = tao.CloseDisc(t.Context(), drive, nil)
	succeeds(t, r, err)
	_, audio := d.files(t)
	same(t, all, audio, "all")
}

// directMany has as many tracks as a disc may have, without gaps.
func directMany(t *testing.T, d *daemon) {
	frames := make([]int, 99)
	for i := range frames {
		frames[i] = 300*588 + 17*i
	}
	tracks, all := noise(t, frames...)
	tracks, err := sao.Seamless(tracks)
	require.NoError(t, err)
	r, err := sao.Burn(t.Context(), d.open(t), tracks, &burn.Options{Verify: full}, sao.Text{})
	succeeds(t, r, err)
	_, audio := d.files(t)
	same(t, all, audio[:len(all)], "all")
	assert.Less(t, len(audio)-len(all), sector)
}

// directPauses: CDEmu's writer drops the audio of pauses, and reading back detects it.
func directPauses(t *testing.T, d *daemon) {
	tracks, _ := noise(t, 400*588, 351*588)
	tracks[1].Pregap = 50
	r, err := sao.Burn(t.Context(), d.open(t), tracks, &burn.Options{Verify: full}, sao.Text{})
	require.Error(t, err)
	assert.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
}

// directTest: CDEmu claims to support test writes, and records all the same.
func directTest(t *testing.T, d *daemon) {
	tracks, _ := noise(t, 400*588, 351*588)
	r, err := sao.Burn(t.Context(), d.open(t), tracks, &burn.Options{TestWrite: true}, sao.Text{})
	require.Error(t, err)
	t.Log(err)
	assert.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
}
