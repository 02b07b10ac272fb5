//go:build linux

package vm_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCDEmu burns to CDEmu's writer: a drive of other people's making, as a kernel's
// device, whose discs are files that it writes in its own way.
func TestCDEmu(t *testing.T) {
	if !wanted(t) {
		return
	}
	cache := cacheDir(t)
	out, err := exec.Command("bash", "cdemu.sh", cache).CombinedOutput()
	require.NoError(t, err, "cdemu.sh: %s", lastLines(string(out), 20))
	g := boot(t)
	songs := g.album(t, "album", lengths...)
	l := g.live(t)
	e := &cdemu{g: g, dir: filepath.Join(cache, "cdemu")}
	e.start(t)
	t.Run("tracks", func(t *testing.T) { e.tracksRow(t, songs) })
	t.Run("open session", func(t *testing.T) { e.openRow(t, songs) })
	t.Run("sessions", func(t *testing.T) { e.sessionsRow(t, songs) })
	t.Run("live", func(t *testing.T) { e.liveRow(t, l) })
	t.Run("gapless", func(t *testing.T) { e.gaplessRow(t) })
	t.Run("refused", func(t *testing.T) { e.refusedRow(t, songs) })
}

// cdemu is CDEmu's daemon in a guest, with one drive.
type cdemu struct {
	g      *guest
	dir    string // where it is installed
	device string
}

// bus is the session bus that the daemon needs.
const bus = "unix:path=/run/cdemu.bus"

func (e *cdemu) start(t *testing.T) {
	t.Helper()
	e.g.sudo(t, `insmod `+e.dir+`/vhba.ko && dbus-daemon --session --fork --address=`+bus)
	e.g.start(t, script{root: true, limit: 10 * 60e9, text: "export DBUS_SESSION_BUS_ADDRESS=" + bus + "; exec " + e.dir +
		"/bin/cdemu-daemon --num-devices=1 --audio-driver=null --logfile=/tmp/cdemu.log"})
	r := e.g.sudo(t, `for i in $(seq 200); do
	[ -e /dev/sr0 ] && busctl --address=`+bus+` call net.sf.cdemu.CDEmuDaemon /Daemon net.sf.cdemu.CDEmuDaemon GetDaemonVersion && break
	sleep 0.1
done; udevadm settle; ls /dev/sr0; cat /tmp/cdemu.log`)
	t.Log(r.out)
	e.device = "/dev/sr0"
}

// call asks the daemon for something.
func (e *cdemu) call(t *testing.T, args string) {
	t.Helper()
	e.g.sudo(t, "busctl --address="+bus+" call net.sf.cdemu.CDEmuDaemon /Daemon net.sf.cdemu.CDEmuDaemon "+args+" && udevadm settle")
}

// blank puts a new disc into the drive, whose files are in a folder of this name.
func (e *cdemu) blank(t *testing.T, name string) string {
	t.Helper()
	e.g.sudo(t, "mkdir -p /tmp/"+name)
	e.call(t, "DeviceCreateBlank 'isa{sv}' 0 /tmp/"+name+"/disc.toc 2 writer-id s WRITER-TOC medium-type s cdr80")
	t.Cleanup(func() { e.call(t, "DeviceUnload i 0") })
	return "/tmp/" + name
}

// files are the sums of the audio that CDEmu has written, and the text of its TOC files.
func (e *cdemu) files(t *testing.T, dir string) string {
	t.Helper()
	return e.g.sudo(t, "cd "+dir+" && ls -l && cat *.toc; for f in *.wav; do tail -c +45 $f | sha256sum; done").out
}

// trace is what redbook sent, for a look when a row fails.
func (e *cdemu) burn(t *testing.T, args string) result {
	t.Helper()
	r := e.g.try(t, "redbook burn --yes --trace /tmp/trace.json --device "+e.device+" "+args)
	t.Log(r.both())
	if r.Exit != 0 {
		t.Log(e.g.sudo(t, "tail -60 /tmp/trace.json | cut -c1-400; tail -20 /tmp/cdemu.log").out)
	}
	require.Zero(t, r.Exit, r.both())
	return r
}

// tracksRow burns three tracks with codes, track-at-once.
func (e *cdemu) tracksRow(t *testing.T, songs []song) {
	dir := e.blank(t, "tracks")
	r := e.burn(t, "--verify full --mcn "+mcn+" --isrc 1="+isrcs[0]+" --isrc 2="+isrcs[1]+" --isrc 3="+isrcs[2]+" "+files(songs))
	assert.Contains(t, r.out, "success: 3 of 3 tracks")
	have := e.files(t, dir)
	for i, s := range songs {
		assert.Contains(t, have, sum(s.samples), "track %d: %s", i+1, have)
		assert.Contains(t, have, isrcs[i])
	}
	assert.Contains(t, have, `CATALOG "`+mcn+`"`)
	assert.Contains(t, e.g.run(t, "redbook info --device "+e.device).out, "CD")
	e.g.run(t, "redbook toc --device "+e.device)
	e.g.run(t, "redbook verify --device "+e.device+" "+files(songs))
}

// openRow leaves a session open, adds to it and closes it.
func (e *cdemu) openRow(t *testing.T, songs []song) {
	dir := e.blank(t, "open")
	e.burn(t, "--no-close "+songs[0].file)
	e.burn(t, "--append --no-close "+files(songs[1:]))
	e.g.run(t, "redbook close --device "+e.device)
	e.g.run(t, "redbook verify --device "+e.device+" "+files(songs))
	have := e.files(t, dir)
	for i, s := range songs {
		assert.Contains(t, have, sum(s.samples), "track %d: %s", i+1, have)
	}
}

// sessionsRow burns two sessions.
func (e *cdemu) sessionsRow(t *testing.T, songs []song) {
	dir := e.blank(t, "sessions")
	e.burn(t, "--multisession "+files(songs[:2]))
	e.burn(t, "--append "+files(songs[2:]))
	have := e.files(t, dir)
	for i, s := range songs {
		assert.Contains(t, have, sum(s.samples), "track %d: %s", i+1, have)
	}
}

// liveRow burns an album with everything that session-at-once can have. CDEmu's writer
// keeps no audio of pauses, and no index marks in its TOC file.
func (e *cdemu) liveRow(t *testing.T, l *live) {
	dir := e.blank(t, "live")
	r := e.burn(t, "--cd-text "+l.dir+"/live.cue")
	have := e.files(t, dir)
	t.Log(have)
	assert.Contains(t, r.out, "success: 3 of 3 tracks")
	for i, tr := range l.tracks {
		end := liveLeadOut
		if i+1 < len(l.tracks) {
			end = l.tracks[i+1].pause
		}
		assert.Contains(t, have, sum(l.music[tr.start*sector:end*sector]), "track %d", i+1)
		for _, words := range []string{`ISRC "` + tr.isrc + `"`, `TITLE "` + tr.title + `"`, `PERFORMER "` + tr.by + `"`} {
			assert.Contains(t, have, words, "track %d", i+1)
		}
	}
	assert.Contains(t, have, "START 00:01:00")
	assert.Contains(t, have, `TITLE "`+liveTitle+`"`)
	t.Log(e.g.run(t, "redbook toc --device "+e.device).out)
	assert.Contains(t, e.g.run(t, "cd-info --no-header --no-device-info -C "+e.device).out, liveTitle)
}

// gaplessRow burns twelve files without gaps.
func (e *cdemu) gaplessRow(t *testing.T) {
	songs := e.g.album(t, "gapless", gaplessFrames()...)
	names, music := flacs(t, e.g, songs)
	e.blank(t, "gapless")
	e.burn(t, "--gapless --verify full "+names)
	music = append(music, make([]byte, (sector-len(music)%sector)%sector)...)
	r := e.g.run(t, "cd /tmp; cdparanoia -q -r -d "+e.device+" 1- all; sha256sum all; rm all")
	assert.Contains(t, r.out, sum(music))
}

// refusedRow asks for what can't be done: the disc is as it was, and the reason is told.
func (e *cdemu) refusedRow(t *testing.T, songs []song) {
	e.blank(t, "refused")
	r := e.g.try(t, "redbook burn --yes --test-write --device "+e.device+" "+files(songs))
	t.Log(r.both())
	assert.NotZero(t, r.Exit)
	r = e.g.try(t, "redbook blank --yes --device "+e.device)
	t.Log(r.both())
	assert.NotZero(t, r.Exit)
	assert.Contains(t, strings.ToLower(e.g.run(t, "redbook info --device "+e.device).out), "blank")
}
