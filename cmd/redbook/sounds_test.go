package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// soundCommands make the audio files of the scripts.
var soundCommands = commands{
	"sound":   soundCommand,
	"synth":   synthCommand,
	"flactag": flacTagCommand,
	"poke":    pokeCommand,
	"shorten": shortenCommand,
	"zip":     zipCommand,
	"near":    nearCommand,

	"copies":     copiesCommand,
	"raw":        rawCommand,
	"nothing-in": nothingInCommand,
	"noffmpeg":   noFFmpegCommand,
}

// soundFolders contain recordings encoded by other programs. The README of each folder
// describes how.
var soundFolders = []string{"../../internal/decode/testdata", "../../internal/decode/internal/mp3/testdata"}

// soundCommand copies recordings:
//
//	sound signal.flac a.flac b.flac
func soundCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sound recording file...")
	}
	for _, folder := range soundFolders {
		data, err := os.ReadFile(filepath.Join(scriptRoot, folder, args[0]))
		if err != nil {
			continue
		}
		for _, file := range args[1:] {
			ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(file)), 0o777))
			ts.Check(os.WriteFile(ts.MkAbs(file), data, 0o666))
		}
		return
	}
	ts.Fatalf("recording %s does not exist", args[0])
}

// scriptRoot is the folder of this package: scripts run elsewhere.
var scriptRoot, _ = os.Getwd()

// synthCommand writes WAV files of a tone of 441 Hz, for the given peak of full scale:
//
//	synth a.wav 48000/24/2 0.5 5s      rate, bits (f is 32 bit float) and channels
//	synth b.wav 8000/16/1 0 90:00      silence, of any length
func synthCommand(ts *testscript.TestScript, neg bool, args []string) {
	var rate, channels int
	var bits string
	if neg || len(args) != 4 || strings.Count(args[1], "/") != 2 {
		ts.Fatalf("usage: synth file rate/bits/channels peak length")
	}
	_, err := fmt.Sscanf(strings.ReplaceAll(args[1], "/", " "), "%d %s %d", &rate, &bits, &channels)
	ts.Check(err)
	peak, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	frames, err := parseLength(args[3])
	ts.Check(err)
	frames = frames * int64(rate) / 44100
	if peak > 0 {
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), tone(rate, bits, channels, peak, frames), 0o666))
		return
	}
	width, err := strconv.Atoi(bits)
	ts.Check(err)
	size := frames * int64(width/8*channels)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), wavHeader(rate, channels, width, size), 0o666))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), 44+size)) // mostly a hole in the file
}

func tone(rate int, bits string, channels int, peak float64, frames int64) []byte {
	le := binary.LittleEndian
	width, float := 4, bits == "f"
	if !float {
		width, _ = strconv.Atoi(bits)
		width /= 8
	}
	var p []byte
	for i := range frames {
		v := peak * math.Sin(2*math.Pi*441*float64(i)/float64(rate))
		for range channels {
			if float {
				p = le.AppendUint32(p, math.Float32bits(float32(v)))
				continue
			}
			top := math.Exp2(float64(8*width-1)) - 1
			s := le.AppendUint32(nil, uint32(int32(math.Round(v*top))))
			p = append(p, s[:width]...)
		}
	}
	head := wavHeader(rate, channels, 8*width, int64(len(p)))
	if float {
		le.PutUint16(head[20:], 3) // WAVE_FORMAT_IEEE_FLOAT
	}
	return append(head, p...)
}

// flacTagCommand replaces the tags of a FLAC file: a new VORBIS_COMMENT (RFC 9639 8.6)
// instead of its own. A value may be the text of a file.
//
//	flactag a.flac TITLE=Song TRACKNUMBER=3 CUESHEET=@a.cue
func flacTagCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: flactag file name=value...")
	}
	le := binary.LittleEndian
	text := func(s string) []byte { return append(le.AppendUint32(nil, uint32(len(s))), s...) }
	block := append(text("by hand"), le.AppendUint32(nil, uint32(len(args)-1))...)
	for _, tag := range args[1:] {
		name, value, _ := strings.Cut(tag, "=")
		if file, ok := strings.CutPrefix(value, "@"); ok {
			value = ts.ReadFile(file)
		}
		block = append(block, text(name+"="+value)...)
	}
	data := []byte(ts.ReadFile(args[0]))
	if !bytes.HasPrefix(data, []byte("fLaC")) {
		ts.Fatalf("%s is not a FLAC file", args[0])
	}
	out, rest := []byte("fLaC"), data[4:]
	for last := false; !last; {
		kind, size := rest[0]&0x7F, int(rest[1])<<16|int(rest[2])<<8|int(rest[3])
		last = rest[0]&0x80 != 0
		if kind != 4 {
			out = append(append(out, kind), rest[1:4+size]...)
		}
		rest = rest[4+size:]
	}
	n := len(block)
	out = append(out, 0x84, byte(n>>16), byte(n>>8), byte(n))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(append(out, block...), rest...), 0o666))
}

// pokeCommand writes bytes into a file:
//
//	poke a.mp3 5000 ff00ff00
func pokeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: poke file offset hex")
	}
	at, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	var b []byte
	_, err = fmt.Sscanf(args[2], "%x", &b)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteAt(b, at)
	ts.Check(err)
}

// shortenCommand cuts files off:
//
//	shorten a.mp3 5000
func shortenCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: shorten file bytes")
	}
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// zipCommand packs files into an archive of any name:
//
//	zip a.flac b.wav
func zipCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: zip archive file...")
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range args[1:] {
		w, err := z.Create(name)
		ts.Check(err)
		_, err = io.WriteString(w, ts.ReadFile(name))
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o666))
}

// nearCommand is same for decoded and dithered files: no sample may differ by more than two
// steps of 16 bits from the output of a reference decoder, and the lengths are equal.
//
//	near reference.wav out/track01.wav
func nearCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: near reference.wav read.wav")
	}
	a, b := []byte(ts.ReadFile(args[0])), []byte(ts.ReadFile(args[1]))
	i := bytes.Index(a, []byte("data"))
	if i < 0 || len(b) < 44 {
		ts.Fatalf("%s or %s isn't a plain WAV file", args[0], args[1])
	}
	a, b = a[i+8:], b[44:]
	if want := max(300, (len(a)+2351)/2352) * 2352; len(b) != want {
		ts.Fatalf("%s holds %d bytes, want %d", args[1], len(b), want)
	}
	loudest := 0
	for i := 0; i < len(b)-1; i += 2 {
		want := 0
		if i < len(a)-1 {
			want = int(int16(binary.LittleEndian.Uint16(a[i:])))
		}
		got := int(int16(binary.LittleEndian.Uint16(b[i:])))
		if d := got - want; d < -2 || d > 2 {
			ts.Fatalf("%s is %d at sample %d, %s has %d", args[1], got, i/4, args[0], want)
		}
		loudest = max(loudest, want)
	}
	if loudest < 1000 {
		ts.Fatalf("%s is too quiet to compare with", args[0])
	}
}

// copiesCommand fills a folder with copies of a file, 001 and so on:
//
//	copies a.flac folder 120
func copiesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: copies file folder number")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o777))
	data := []byte(ts.ReadFile(args[0]))
	for i := range n {
		name := fmt.Sprintf("%03d%s", i+1, filepath.Ext(args[0]))
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[1]), name), data, 0o666))
	}
}

// rawCommand removes the header of a WAV file made by the scripts:
//
//	raw a.wav a.raw
func rawCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: raw file.wav file.raw")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(ts.ReadFile(args[0]))[44:], 0o666))
}

// nothingInCommand checks that a folder is empty.
func nothingInCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nothing-in folder")
	}
	list, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(list) > 0 {
		ts.Fatalf("%s holds %s and %d more", args[0], list[0].Name(), len(list)-1)
	}
}

// noFFmpegCommand hides ffmpeg from the rest of the script.
func noFFmpegCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: noffmpeg")
	}
	var keep []string
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if found, _ := filepath.Glob(filepath.Join(dir, "ffmpeg*")); len(found) == 0 {
			keep = append(keep, dir)
		}
	}
	ts.Setenv("PATH", strings.Join(keep, string(filepath.ListSeparator)))
}
