//go:build linux

package vm_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCDEmu burns to CDEmu's writer: a foreign drive, as a kernel's device, whose discs are
// files in its own format.
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

// call sends the daemon a request.
func (e *cdemu) call(t *testing.T, args string) {
	t.Helper()
	e.g.sudo(t, "busctl --address="+bus+" call net.sf.cdemu.CDEmuDaemon /Daemon net.sf.cdemu.CDEmuDaemon "+args+" && udevadm settle")
}

// blank inserts a new disc into the drive, whose files are in a folder of this name.
func (e *cdemu) blank(t *testing.T, name string) string {
	t.Helper()
	e.g.sudo(t, "mkdir -p /tmp/"+name)
	e.call(t, "DeviceCreateBlank 'isa{sv}' 0 /tmp/"+name+"/disc.toc 2 writer-id s WRITER-TOC medium-type s cdr80")
	// udev has locked the tray; the daemon would silently keep the disc.
	t.Cleanup(func() { e.g.try(t, "redbook eject --device "+e.device) })
	return "/tmp/" + name
}

// files returns the sums of the audio written by CDEmu, and the text of its TOC files.
func (e *cdemu) files(t *testing.T, dir string) string {
	t.Helper()
	return e.g.sudo(t, "cd "+dir+" && ls -l && cat *.toc; for f in *.wav; do tail -c +45 $f | sha256sum; done").out
}

// burn burns, and shows the commands if that fails.
func (e *cdemu) burn(t *testing.T, args string) result {
	t.Helper()
	r := e.g.try(t, "rm -f /tmp/trace.json; redbook burn --yes --trace /tmp/trace.json --device "+e.device+" "+args)
	if r.Exit != 0 {
		t.Log(e.g.sudo(t, "grep -v -e READ.CD -e WRITE /tmp/trace.json | tail -60 | cut -c1-500; tail -20 /tmp/cdemu.log").out)
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

// liveRow burns an album with everything that session-at-once supports. CDEmu's writer
// keeps neither the audio of pauses, which the verification finds, nor index marks in its
// TOC file.
func (e *cdemu) liveRow(t *testing.T, l *live) {
	dir := e.blank(t, "live")
	r := e.g.try(t, "redbook burn --yes --cd-text --device "+e.device+" "+l.dir+"/live.cue")
	have := e.files(t, dir)
	t.Log(r.both(), have)
	assert.Equal(t, 8, r.Exit)
	assert.Contains(t, r.out, "verify-failed: 2 of 3 tracks")
	assert.Contains(t, r.err, "LBA 850: the audio on the disc differs", "where the pause begins")
	assert.NotContains(t, r.both(), "shows other CD-TEXT")
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
	e.g.run(t, "redbook toc --device "+e.device)
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

// refusedRow requests the impossible: a CD-R isn't blanked; and a drive that records
// although it claims to test is detected.
func (e *cdemu) refusedRow(t *testing.T, songs []song) {
	e.blank(t, "refused")
	r := e.g.try(t, "redbook blank --yes --device "+e.device)
	assert.NotZero(t, r.Exit, r.both())
	assert.Contains(t, e.g.run(t, "redbook info --device "+e.device).out, "CD-R, blank")
	r = e.g.try(t, "redbook burn --yes --test-write --device "+e.device+" "+files(songs))
	assert.NotZero(t, r.Exit)
	assert.Contains(t, r.out, "The disc is open. It holds tracks 1-3.")
	assert.Contains(t, r.err, "after the test write the drive doesn't show the disc as it was before")
}
