package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// exitCommand runs a program and checks its exit code:
//
//	exit 5 redbook burn nothing.wav
//
// stdout and stderr can be matched afterwards like those of exec.
func exitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exited, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exited.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// wavCommand writes WAV files of 44.1 kHz, 16 bit stereo, header by hand:
//
//	wav a.wav 4s            noise that only this file name has
//	wav b.wav 3187sectors   any number of sectors
//	wav c.wav 1frames       any number of sample frames
//	wav -sparse d.wav 3:17  mostly a hole in the file: one frame of noise a second
//	wav -silent e.wav 4s    its last sector, of 588 frames, is silent
func wavCommand(ts *testscript.TestScript, neg bool, args []string) {
	sparse := len(args) > 0 && args[0] == "-sparse"
	if sparse {
		args = args[1:]
	}
	silent := len(args) > 0 && args[0] == "-silent"
	if silent {
		args = args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: wav [-sparse|-silent] file length")
	}
	frames, err := parseLength(args[1])
	ts.Check(err)
	name := ts.MkAbs(args[0])
	ts.Check(writeTestWAV(name, frames, sparse))
	if silent {
		b, err := os.ReadFile(name)
		ts.Check(err)
		clear(b[len(b)-2352:])
		ts.Check(os.WriteFile(name, b, 0o644))
	}
}

// parseLength reads a length as the wav command has it, as sample frames.
func parseLength(text string) (int64, error) {
	if minutes, seconds, ok := strings.Cut(text, ":"); ok {
		m, err1 := strconv.ParseInt(minutes, 10, 64)
		s, err2 := strconv.ParseInt(seconds, 10, 64)
		return (m*60 + s) * 44100, errors.Join(err1, err2)
	}
	for unit, frames := range map[string]int64{"sectors": 588, "frames": 1, "s": 44100} {
		if digits, ok := strings.CutSuffix(text, unit); ok {
			if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
				return n * frames, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no length", text)
}

// albumCommand writes 24 WAVs of odd lengths, PREFIX01.wav ... PREFIX24.wav, that
// are LENGTH together:
//
//	album a- 79:10
func albumCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: album prefix length")
	}
	left, err := parseLength(args[1])
	ts.Check(err)
	for n := 1; n <= 24; n++ {
		frames := left
		if n < 24 {
			frames = left/int64(25-n) + int64(n*7919%40000-20000) | 1
		}
		left -= frames
		ts.Check(writeTestWAV(ts.MkAbs(fmt.Sprintf("%s%02d.wav", args[0], n)), frames, true))
	}
}

func writeTestWAV(path string, frames int64, sparse bool) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(wavHeader(44100, 2, 16, frames*4)); err != nil {
		return err
	}
	seed := uint64(frames)
	for _, c := range []byte(path) {
		seed = seed*31 + uint64(c)
	}
	noise := rand.New(rand.NewPCG(seed, 1))
	if !sparse {
		return writeNoise(f, noise, frames*4)
	}
	if err := f.Truncate(44 + frames*4); err != nil {
		return err
	}
	for at := int64(0); at < frames; at += 44100 {
		var frame [4]byte
		binary.LittleEndian.PutUint32(frame[:], noise.Uint32())
		if _, err := f.WriteAt(frame[:], 44+at*4); err != nil {
			return err
		}
	}
	return nil
}

func writeNoise(w io.Writer, noise *rand.Rand, n int64) error {
	buf := make([]byte, 1<<16)
	for n > 0 {
		b := buf[:min(n, int64(len(buf)))]
		for i := 0; i < len(buf); i += 8 {
			binary.LittleEndian.PutUint64(buf[i:], noise.Uint64())
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		n -= int64(len(b))
	}
	return nil
}

// wavHeader is the canonical header of 44 bytes for n bytes of samples.
func wavHeader(rate, channels, bits int, n int64) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	put(uint32(36 + n))
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put(uint16(1))
	put(uint16(channels))
	put(uint32(rate))
	put(uint32(rate * channels * bits / 8))
	put(uint16(channels * bits / 8))
	put(uint16(bits))
	b.WriteString("data")
	put(uint32(n))
	return b.Bytes()
}

// badWAVCommand writes a defective WAV file:
//
//	badwav a.wav rate 48000     another sample rate
//	badwav b.wav short 1000     a data chunk that lacks 1000 bytes
//	badwav c.wav empty 0        no samples at all
func badWAVCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: badwav file rate|short|empty number")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	const size = 5 * 44100 * 4
	samples := make([]byte, size)
	var file []byte
	switch args[1] {
	case "rate":
		file = append(wavHeader(n, 2, 16, size), samples...)
	case "short":
		file = append(wavHeader(44100, 2, 16, size), samples[:size-n]...)
	case "empty":
		file = wavHeader(44100, 2, 16, 0)
	default:
		ts.Fatalf("badwav: unknown fault %q", args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file, 0o644))
}

// sameCommand compares a burned file with the one read back:
//
//	same a.wav out/track01.wav
//
// The second must begin with the first's samples, be silent after them, and be as long as
// track-at-once makes it: whole sectors, at least 300.
func sameCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same burned.wav read.wav")
	}
	err := sameSound(ts.MkAbs(args[0]), ts.MkAbs(args[1]))
	switch {
	case neg && err == nil:
		ts.Fatalf("%s and %s are the same", args[0], args[1])
	case !neg:
		ts.Check(err)
	}
}

func sameSound(burned, read string) error { return sameSoundBut(burned, read, 0) }

// sameSoundBut ignores the samples that a drive with a read offset can't read: at the end
// of a track, or at its beginning for a negative offset.
func sameSoundBut(burned, read string, offset int) error {
	a, err := os.ReadFile(burned)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(read)
	if err != nil {
		return err
	}
	if len(a) < 44 || len(b) < 44 || string(b[36:40]) != "data" {
		return fmt.Errorf("%s or %s isn't a plain WAV file", burned, read)
	}
	a, b = a[44:], b[44:]
	sectors := max(300, (len(a)+2351)/2352)
	if len(b) != sectors*2352 {
		return fmt.Errorf("%s holds %d bytes, want %d sectors of 2352", read, len(b), sectors)
	}
	if skip := -offset * 4; skip > 0 {
		copy(b[:skip], a)
	}
	if skip := offset * 4; skip > 0 && len(b)-skip < len(a) {
		copy(b[len(b)-skip:len(a)], a[len(b)-skip:])
	}
	if !bytes.Equal(a, b[:len(a)]) {
		at := 0
		for a[at] == b[at] {
			at++
		}
		return fmt.Errorf("%s differs from %s at byte %d of %d", read, burned, at, len(a))
	}
	if rest := bytes.Trim(b[len(a):], "\x00"); len(rest) > 0 {
		return fmt.Errorf("%s isn't silent after the %d bytes of %s", read, len(a), burned)
	}
	return nil
}

// jsonCommand checks the JSON on stdout of the last program:
//
//	json kind=info tracks.1.number=2     in the one document
//	json -line -1 kind=report            in a line: 0 the first, -1 the last
//	json -lines                          every line is an object with version and kind
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile("stdout")
	if len(args) > 0 && args[0] == "-lines" {
		for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
			ts.Check(checkFields([]byte(line), []string{"version=1"}))
		}
		return
	}
	if len(args) > 1 && args[0] == "-line" {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if n < 0 {
			n += len(lines)
		}
		if n < 0 || n >= len(lines) {
			ts.Fatalf("there are %d lines", len(lines))
		}
		text, args = lines[n], args[2:]
	}
	err := checkFields([]byte(text), args)
	switch {
	case neg && err == nil:
		ts.Fatalf("all fields match")
	case !neg:
		ts.Check(err)
	}
}

// checkFields compares fields of a JSON document, named by path, with their text.
func checkFields(doc []byte, wants []string) error {
	var root any
	if err := json.Unmarshal(doc, &root); err != nil {
		return fmt.Errorf("%w in %q", err, doc)
	}
	for _, want := range wants {
		path, text, _ := strings.Cut(want, "=")
		value := root
		for part := range strings.SplitSeq(path, ".") {
			switch v := value.(type) {
			case map[string]any:
				value = v[part]
			case []any:
				n, err := strconv.Atoi(part)
				if err != nil || n >= len(v) {
					return fmt.Errorf("%s: no element %s of %d", path, part, len(v))
				}
				value = v[n]
			default:
				return fmt.Errorf("%s: no field %s", path, part)
			}
		}
		if got := fmt.Sprint(value); got != text {
			return fmt.Errorf("%s is %s, want %s, in %s", path, got, text, doc)
		}
	}
	return nil
}

// untilCommand waits until a file contains a text: the output of a program in the
// background.
//
//	until log 'track 2'
//	until log            it is there
func untilCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: until file [text]")
	}
	there := func(name string) bool {
		if len(args) == 1 {
			_, err := os.Stat(name)
			return err == nil
		}
		b, err := os.ReadFile(name)
		return err == nil && strings.Contains(string(b), args[1])
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if there(ts.MkAbs(args[0])) {
			return
		}
	}
	ts.Fatalf("%s never held %q", args[0], args[1:])
}

// termCommand sends SIGTERM, or another signal, to the programs in the background:
//
//	term [hup|quit|kill]
func termCommand(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"": syscall.SIGTERM, "hup": syscall.SIGHUP, "quit": syscall.SIGQUIT, "kill": syscall.SIGKILL}
	signal, ok := signals[strings.Join(args, "")]
	if neg || !ok {
		ts.Fatalf("usage: term [hup|quit|kill]")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(signal))
	}
}

// portalCommand runs a program with PORTAL in its arguments replaced by the address
// that a sim serve listens on, by the file "port".
//
//	portal iscsi-ls iscsi://PORTAL
func portalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: portal program [args...]")
	}
	portal := "127.0.0.1:" + strings.TrimSpace(ts.ReadFile("port"))
	words := make([]string, len(args))
	for i, word := range args {
		words[i] = strings.ReplaceAll(word, "PORTAL", portal)
	}
	ts.Check(ts.Exec(words[0], words[1:]...))
}
