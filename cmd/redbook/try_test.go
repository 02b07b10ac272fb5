package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trial"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// tryOn runs redbook try on a drive modified by a test.
func tryOn(t *testing.T, decorate func(scsi.Transport) scsi.Transport, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{
		in: bytes.NewReader(nil), out: &out, err: &errs, env: func(string) string { return "" },
		screen: screen{width: func() int { return 80 }}, hooks: hooks{transport: decorate, json: checkJSON},
	}
	code = a.run(append([]string{"try", "--yes"}, args...))
	return code, out.String(), errs.String()
}

// answer is the reply of a drive to a question, or its sense.
func answer(t *testing.T, d *sim.Drive, alloc int, cdb ...byte) (reply, sense []byte) {
	t.Helper()
	req := &scsi.Request{CDBLen: len(cdb), Dir: scsi.DataIn, Data: make([]byte, alloc), Name: "question"}
	copy(req.CDB[:], cdb)
	res, err := d.Do(t.Context(), req)
	require.NoError(t, err)
	kept, ok := trial.Blank(cdb, req.Data[:res.N])
	require.True(t, ok)
	return kept, res.Sense
}

// ready is a drive that has recognized its disc.
func ready(t *testing.T, p sim.Personality, disc *sim.Disc) *sim.Drive {
	t.Helper()
	d := sim.New(sim.Config{Personality: p, Disc: disc})
	require.NoError(t, d.Sleep(t.Context(), time.Minute))
	for range 3 {
		_, err := d.Do(t.Context(), &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
		require.NoError(t, err)
	}
	return d
}

// identity are the commands by which a program identifies a drive.
func identity() (list [][]byte) {
	list = append(list, []byte{0x12, 0, 0, 0, 36, 0}, []byte{0x12, 0, 0, 0, 96, 0})
	for _, page := range []byte{0x00, 0x80, 0x83} {
		list = append(list, []byte{0x12, 1, page, 0, 252, 0})
	}
	for _, rt := range []byte{0, 1, 2} {
		for _, start := range []byte{0, 0x01, 0x1E, 0x1F, 0x2D, 0x2E, 0x37} {
			list = append(list, []byte{0x46, rt, 0, start, 0, 0, 0, 16, 0, 0}, []byte{0x46, rt, 0, start, 0, 0, 0, 0, 8, 0})
		}
		list = append(list, []byte{0x46, rt, 1, 7, 0, 0, 0, 16, 0, 0})
	}
	for _, control := range []byte{0, 1, 2, 3} {
		for code := range byte(0x40) {
			list = append(list, []byte{0x5A, 0, control<<6 | code, 0, 0, 0, 0, 4, 0, 0})
		}
		list = append(list, []byte{0x5A, 8, control<<6 | 0x2A, 0, 0, 0, 0, 0, 30, 0})
	}
	for _, how := range []byte{0x10, 0x14} {
		list = append(list, []byte{0xAC, how, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0})
	}
	return append(list, []byte{0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 64, 3, 0}, []byte{0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0})
}

// A simulated drive is tried, and the drive made from the archive answers the same: with a
// blank disc and with the burned one. Each takes half a second of computing: REDBOOK_TRY=all
// runs them all.
func TestTryRoundTrip(t *testing.T) {
	every := 5
	switch {
	case os.Getenv("REDBOOK_TRY") == "all":
		every = 1
	case testing.Short():
		every = 64
	}
	for i, p := range sim.Personalities() {
		if i%every != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			if p.TailEvery > 0 || p.ConfigurationCut > 0 {
				t.Skip("its answers are damaged in transit, which isn't a property of the drive")
			}
			if p.TrayLocked {
				t.Skip("another program has locked it, which isn't a property of the drive")
			}
			dir := t.TempDir()
			disc, archive := filepath.Join(dir, "a.disc"), filepath.Join(dir, "a.zip")
			_, _, stderr := tryOn(t, nil, "-q", "--device", "sim:"+disc, "--personality", p.Name, "--archive", archive)
			again, facts, err := sim.LoadPersonality(archive)
			require.NoError(t, err, stderr)
			require.NotEmpty(t, facts)
			compareIdentity(t, ready(t, p, sim.NewDisc(sim.CDR80)), ready(t, again, sim.NewDisc(sim.CDR80)))
			burned, err := sim.OpenDisc(disc)
			if err != nil || p.PerformanceLUN { // whose rotation can't be restored after a burn
				return
			}
			var answers [2][]string
			for i, p := range []sim.Personality{p, again} {
				d := ready(t, p, burned)
				answers[i] = identityOf(t, d)
				d.Eject()
			}
			require.NoError(t, burned.Close())
			assert.Equal(t, answers[0], answers[1])
		})
	}
}

func compareIdentity(t *testing.T, a, b *sim.Drive) {
	t.Helper()
	want, got := identityOf(t, a), identityOf(t, b)
	for i := range want {
		assert.Equal(t, want[i], got[i])
	}
}

func identityOf(t *testing.T, d *sim.Drive) (list []string) {
	t.Helper()
	for _, cdb := range identity() {
		reply, sense := answer(t, d, 4096, cdb...)
		list = append(list, fmt.Sprintf("%x: %x %x", cdb, reply, sense))
	}
	return list
}

// planted is a drive that has its serial number wherever a drive could have it.
type planted struct {
	scsi.Transport
	serial string
}

func (p *planted) Unwrap() scsi.Transport { return p.Transport }

func (p *planted) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == 0x25 { // a bridge that refuses with its own sense
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: errors.New("no device " + p.serial)}
	}
	res, err := p.Transport.Do(ctx, req)
	if err != nil {
		return res, err
	}
	if len(res.Sense) == 18 {
		res.Sense = append(bytes.Clone(res.Sense), p.serial...)
		res.Sense[7] += byte(len(p.serial))
	}
	swapped := []byte(p.serial)
	for i := 0; i+1 < len(swapped); i += 2 {
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
	}
	data := req.Data[:res.N]
	switch {
	case req.CDB[0] == 0x12 && req.CDB[1] == 0 && res.N == 96:
		copy(data[36:], p.serial)
		copy(data[74:], swapped)
	case req.CDB[0] == 0x12 && req.CDB[1] == 1 && req.CDB[2] == 0:
		data[3] = 4
		res.N = 4 + copy(req.Data[4:], []byte{0x00, 0x80, 0x83, 0xC0})
	case req.CDB[0] == 0x12 && req.CDB[1] == 1 && req.CDB[2] >= 0x83:
		req.Data[1], req.Data[3] = req.CDB[2], byte(24+len(p.serial))
		res = scsi.Result{N: 4 + copy(req.Data[4:], "REDBOOK SIMULATED CD-RW "+p.serial)}
	case req.CDB[0] == 0x5A && res.N > 60:
		copy(data[res.N-12:], p.serial) // in the table of speeds, where a vendor might put it
	case req.CDB[0] == 0x46 && res.N > 200:
		data = append(data, append([]byte{0xFF, 0x40, 3, byte(len(p.serial))}, p.serial...)...)
		data = append(data, append([]byte{0x01, 0x0C, 3, byte(len(p.serial))}, swapped...)...)
		data[2], data[3] = byte((len(data)-4)>>8), byte(len(data)-4)
		res.N = copy(req.Data, data)
	}
	return res, nil
}

// A serial number in a drive's replies appears nowhere in the archive, in no form.
func TestTryHidesSerialNumbers(t *testing.T) {
	const serial = "KX7Q2M9ZB4T1"
	dir := filepath.Join(t.TempDir(), "Jane-Doe-Music")
	require.NoError(t, os.Mkdir(dir, 0o755))
	archive := filepath.Join(dir, "a.zip")
	code, stdout, stderr := tryOn(t, func(tr scsi.Transport) scsi.Transport { return &planted{tr, serial} },
		"--device", "sim:"+filepath.Join(dir, "a.disc"), "--archive", archive, "-v")
	require.NotEqual(t, exitUsage, code, stderr)
	require.Contains(t, stdout, archive)
	files := unzipped(t, archive)
	require.Contains(t, files, "01.jsonl")
	swapped := "XKQ7M2Z94B1T"
	for name, data := range files {
		text := strings.ToUpper(string(data))
		for _, form := range []string{
			serial, swapped, strings.ToUpper(hex.EncodeToString([]byte(serial))), strings.ToUpper(hex.EncodeToString([]byte(swapped))),
			serial[:8], strings.ToUpper(hex.EncodeToString([]byte(serial[4:]))), "JANE-DOE",
		} {
			assert.False(t, strings.Contains(text, form), "%s has %s", name, form)
		}
	}
	// The drive is still identified by its name.
	p, _, err := sim.LoadPersonality(archive)
	require.NoError(t, err)
	assert.Equal(t, "REDBOOK SIMULATED CD-RW 1.00", p.Summary)
}

// The serial number of the simulated drive itself is in page 80h and feature 0108h.
func TestTryHidesOwnSerial(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "a.zip")
	_, _, stderr := tryOn(t, nil, "--device", "sim:"+filepath.Join(t.TempDir(), "a.disc"), "--archive", archive)
	const serial = "0000000000000001" // of sim.Config
	for name, data := range unzipped(t, archive) {
		assert.NotContains(t, string(data), hex.EncodeToString([]byte(serial)), name+stderr)
	}
}

func unzipped(t *testing.T, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		files[f.Name], err = io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
	}
	return files
}

func docOf(t *testing.T, path string) (doc tryDoc) {
	t.Helper()
	require.NoError(t, json.Unmarshal(unzipped(t, path)["try.json"], &doc))
	return doc
}

// locks counts how often the drive is locked and unlocked.
type locks struct {
	scsi.Transport
	locked bool
	failAt int // WRITEs from here on fail as on a lost cable; 0 never
	writes int
}

func (l *locks) Unwrap() scsi.Transport { return l.Transport }

func (l *locks) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == 0x2A {
		if l.writes++; l.failAt > 0 && l.writes >= l.failAt {
			return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0}}, nil
		}
	}
	res, err := l.Transport.Do(ctx, req)
	if req.CDB[0] == 0x1E && err == nil && res.Status == scsi.Good {
		l.locked = req.CDB[4]&1 != 0
	}
	return res, err
}

// Whatever fails, the archive has the results so far and the drive is unlocked. With -short:
// without the drives that lack something, since TestTryRoundTrip tries such drives.
func TestTryEndsEarly(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		device string
		failAt int
		args   []string
		code   int
		last   string // result of the last step that was not skipped or a look
		says   string
	}{
		"no disc":          {device: "sim:", code: exitNoDisc, last: stepDone, says: "no disc in the drive"},
		"only look, empty": {device: "sim:", args: []string{"--until", "look"}, code: exitDone, last: stepDone},
		"only test":        {device: "sim:" + filepath.Join(dir, "t.disc"), args: []string{"--until", "test"}, code: exitDone, last: stepDone},
		"write error":      {device: "sim:" + filepath.Join(dir, "w.disc"), failAt: 30, code: exitWriteFailed, last: stepFailed, says: "write"},
		"late write error": {device: "sim:" + filepath.Join(dir, "l.disc"), failAt: 250, code: exitWriteFailed, last: stepFailed, says: "write"},
		"liar": {
			device: "sim:" + filepath.Join(dir, "liar.disc"), args: []string{"--personality", "liar"}, code: exitWriteFailed, last: stepFailed,
		},
		"no test write": {
			device: "sim:" + filepath.Join(dir, "nt.disc"), args: []string{"--personality", "no-test-write"}, code: exitDone, last: stepDone,
		},
		"no session-at-once": {
			device: "sim:" + filepath.Join(dir, "nosao.disc"), args: []string{"--personality", "sao-unknown"}, code: exitDone, last: stepDone,
		},
	} {
		if testing.Short() && name != "no disc" && name != "late write error" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), "a.zip")
			l := &locks{failAt: c.failAt}
			code, stdout, stderr := tryOn(t, func(tr scsi.Transport) scsi.Transport { l.Transport = tr; return l },
				append([]string{"--device", c.device, "--archive", archive, "--json"}, c.args...)...)
			assert.Equal(t, c.code, code, stderr)
			assert.Contains(t, stderr, c.says)
			assert.False(t, l.locked, "the tray is locked")
			doc := docOf(t, archive)
			assert.Equal(t, c.code, doc.Exit)
			last := ""
			for _, s := range doc.Steps {
				if s.Result != stepSkipped && !strings.HasPrefix(s.Name, "look at the burned") {
					last = s.Result
				}
			}
			assert.Equal(t, c.last, last, "%v", doc.Steps)
			var printed tryDoc
			require.NoError(t, json.Unmarshal([]byte(stdout), &printed))
			assert.Len(t, printed.Steps, len(doc.Steps))
			_, _, err := sim.LoadPersonality(archive)
			assert.NoError(t, err)
		})
	}
}

// A drive that claims track-at-once and refuses it after the session-at-once burn: the trial
// ends with a closed disc, or states what to do with it. With -short: after the last refusal only.
func TestTryEndsWithAClosedDisc(t *testing.T) {
	refusal := func(code scsi.Code) scsitest.Fault {
		return scsitest.SenseFault(scsitest.FixedSense(scsi.Sense{Key: scsi.KeyIllegalRequest, Code: code}))
	}
	invalidCommand, invalidField := refusal(0x2000), refusal(0x2600)
	for name, c := range map[string]struct {
		ops   []byte
		fault scsitest.Fault
		says  string
	}{
		"WRITE":       {[]byte{0x2A}, invalidCommand, "It isn't finalized; to add to it: redbook burn --append"},
		"mode page":   {[]byte{0x55, 0x15}, invalidField, ""},
		"CLOSE TRACK": {[]byte{0x5B}, invalidCommand, "To close it: redbook close"},
	} {
		if testing.Short() && name != "CLOSE TRACK" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			const pageOffset = 8 // of page 05h in MODE SELECT(10)
			tao := false
			rule := scsitest.Rule{Sticky: true, Fault: c.fault, Match: func(req *scsi.Request) bool {
				if req.CDB[0] == 0x55 && len(req.Data) > pageOffset+2 && req.Data[pageOffset] == 5 {
					tao = req.Data[pageOffset+2]&0x1F == 1 // write type track-at-once, without test write
				}
				return tao && slices.Contains(c.ops, req.CDB[0])
			}}
			device := "sim:" + filepath.Join(t.TempDir(), "a.disc")
			_, stdout, stderr := tryOn(t, func(tr scsi.Transport) scsi.Transport { return scsitest.NewFaults(tr, rule) },
				"--device", device, "--archive", filepath.Join(t.TempDir(), "a.zip"))
			if c.says == "" {
				disc, err := sim.OpenDisc(strings.TrimPrefix(device, "sim:"))
				require.NoError(t, err)
				defer disc.Close()
				assert.Len(t, disc.Sessions(), 1)
				assert.True(t, disc.Summary().Finalized, stderr)
				return
			}
			assert.Contains(t, stdout+stderr, c.says)
		})
	}
}

// An archive is never replaced, not even with --force, and nothing is done without consent.
func TestTryRefuses(t *testing.T) {
	dir := t.TempDir()
	archive, disc := filepath.Join(dir, "a.zip"), filepath.Join(dir, "a.disc")
	require.NoError(t, os.WriteFile(archive, []byte("mine"), 0o644))
	for _, args := range [][]string{{}, {"--force"}} {
		code, _, stderr := tryOn(t, nil, append(args, "--device", "sim:"+disc, "--archive", archive)...)
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "already exists")
	}
	data, err := os.ReadFile(archive)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(data))
	assert.NoFileExists(t, disc)

	code, _, stderr := run(t, "try", "--device", "sim:"+disc)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--until look")
	code, _, _ = run(t, "try", "--yes", "--until", "noon", "--device", "sim:"+disc)
	assert.Equal(t, exitUsage, code)
	code, _, stderr = run(t, "info", "--device", "sim:"+disc, "--personality", archive)
	assert.Equal(t, exitBadInput, code, stderr)
	assert.NoFileExists(t, disc)
}

// Ctrl-C in the middle of a burn: the archive records it.
func TestTryCanceled(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "a.zip")
	var stop *stopper
	writes := 0
	l := &locks{}
	var out, errs bytes.Buffer
	a := &app{
		in: bytes.NewReader(nil), out: &out, err: &errs, env: func(string) string { return "" },
		screen: screen{width: func() int { return 80 }},
	}
	a.hooks.transport = func(tr scsi.Transport) scsi.Transport {
		l.Transport = tr
		stop = a.stop
		return &atWrite{l, func() {
			if writes++; writes == 450 {
				stop.cancel()
			}
		}}
	}
	code := a.run([]string{"try", "--yes", "--device", "sim:" + filepath.Join(t.TempDir(), "a.disc"), "--archive", archive})
	assert.Equal(t, exitCanceled, code, errs.String())
	assert.False(t, l.locked)
	doc := docOf(t, archive)
	assert.Equal(t, exitCanceled, doc.Exit)
	assert.Equal(t, "look at the burned disc", doc.Steps[len(doc.Steps)-1].Name)
	assert.Equal(t, stepCanceled, doc.Steps[len(doc.Steps)-2].Result)
	assert.Contains(t, errs.String(), "cancel")
}

// atWrite is called for each WRITE.
type atWrite struct {
	scsi.Transport
	write func()
}

func (c *atWrite) Unwrap() scsi.Transport { return c.Transport }

func (c *atWrite) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == 0x2A {
		c.write()
	}
	return c.Transport.Do(ctx, req)
}

// An archive comes from a stranger: no contents may crash the program.
func TestHostileArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("tries a drive first")
	}
	archive := filepath.Join(t.TempDir(), "a.zip")
	_, _, stderr := tryOn(t, nil, "-q", "--device", "sim:"+filepath.Join(t.TempDir(), "a.disc"), "--archive", archive)
	trace := unzipped(t, archive)["01.jsonl"]
	require.NotEmpty(t, trace, stderr)
	for n := range 200 {
		lines := bytes.Clone(trace)
		for i := n * 7; i < len(lines); i += 211 + n*13 {
			if strings.ContainsRune("0123456789abcdef", rune(lines[i])) {
				lines[i] = "0f7a8"[(i+n)%5]
			}
		}
		path := filepath.Join(t.TempDir(), "h.zip")
		f, err := os.Create(path)
		require.NoError(t, err)
		z := zip.NewWriter(f)
		w, err := z.Create("01.jsonl")
		require.NoError(t, err)
		_, err = w.Write(lines)
		require.NoError(t, errors.Join(err, z.Close(), f.Close()))
		p, _, err := sim.LoadPersonality(path)
		if err != nil {
			continue
		}
		d := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
		identityOf(t, d)
		require.NoError(t, d.Err())
	}
}
