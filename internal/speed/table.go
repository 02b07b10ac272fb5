package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/internal/cputime"
)

// row is a file and the programs that decode it besides ours. FILE is replaced by its path
// and WAVE by that of the WAV file that it is made from.
type row struct {
	what   string
	name   string
	make   string // the command that makes it
	decode string // another program that decodes it to standard output
	way    string // and that brings it to 44.1 kHz, 16 bits, stereo
}

const toDisc = "sox -V0 FILE -t raw -e signed -b 16 -c 2 - rate -v 44100 dither"

var rows = []row{
	{"WAV 16/44.1", "cd.wav", "", "sox -V0 FILE -t raw -", toDisc},
	{"AIFF 24/96", "hi.aiff", "sox -D WAVE96 FILE", "sox -V0 FILE -t raw -", toDisc},
	{"FLAC 16/44.1", "cd.flac", "flac -sf WAVE -o FILE", "flac -dcs FILE", toDisc},
	{"FLAC 24/96", "hi.flac", "flac -sf WAVE96 -o FILE", "flac -dcs FILE", toDisc},
	{"MP3 V2", "v2.mp3", "lame --quiet -V2 WAVE FILE", "mpg123 -q -s FILE", toDisc},
	{"MP3 128 kbit/s", "128.mp3", "lame --quiet -b 128 WAVE FILE", "mpg123 -q -s FILE", toDisc},
	{"Ogg Vorbis q6", "q6.ogg", "oggenc -Q -q6 WAVE -o FILE", "oggdec -Q -o - FILE", toDisc},
	{"Opus 128 kbit/s", "128.opus", "opusenc --quiet --bitrate 128 WAVE FILE", "opusdec --quiet FILE -", ""},
}

// table makes the files and prints a row for each, and below the table which of the other
// programs failed.
func table(w io.Writer, self string, seconds, runs int) error {
	dir, err := os.MkdirTemp("", "speed-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for rate, bits := range map[string]string{"44100": "16", "96000": "24"} {
		if err := command(dir, row{name: rate + ".wav"}, "sox -R -D -n -r "+rate+" -b "+bits+" -c 2 FILE synth "+
			fmt.Sprint(seconds)+" pluck E3 pinknoise vol 0.4"); err != nil {
			return err
		}
	}
	if err := os.Link(filepath.Join(dir, "44100.wav"), filepath.Join(dir, "cd.wav")); err != nil {
		return err
	}
	fmt.Fprintln(w, "| file | decoded | by | ratio | to sectors | by sox | ratio |")
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|---:|")
	var skipped []error
	for _, r := range rows {
		if r.make != "" {
			if err := command(dir, r, r.make); err != nil {
				fmt.Fprintf(w, "| %s | - | | | - | | |\n", r.what)
				skipped = append(skipped, fmt.Errorf("%s: %w", r.what, err))
				continue
			}
		}
		failed, err := measure(w, dir, self, r, float64(seconds), runs)
		if err != nil {
			return err
		}
		skipped = append(skipped, failed...)
	}
	for i, why := range skipped {
		if i == 0 {
			fmt.Fprintf(w, "\nNot compared:\n")
		}
		fmt.Fprintf(w, "  %v\n", why)
	}
	return nil
}

// measure runs everything in turn and prints the best of each. Another program that fails,
// as sox does on MP3 without its plug-in, leaves a gap and is named in skipped; only our
// own failure is an error.
func measure(w io.Writer, dir, self string, r row, seconds float64, runs int) (skipped []error, err error) {
	lines := [4]string{self + " -decode FILE", r.decode, self + " -sectors FILE", r.way}
	ours := [4]bool{0: true, 2: true}
	var best [4]time.Duration
	for range runs {
		for i, line := range lines {
			args := fill(dir, r, line)
			if len(args) == 0 {
				continue
			}
			t, err := cputime.Run("", args[0], args[1:]...)
			switch {
			case err == nil:
				best[i] = cputime.Best(best[i], t)
			case ours[i]:
				return nil, err
			default: // once is enough: the next run would end the same way
				skipped = append(skipped, fmt.Errorf("%s: %w", r.what, err))
				lines[i], best[i] = "", 0
			}
		}
	}
	program, _, _ := strings.Cut(r.decode, " ")
	_, err = fmt.Fprintf(w, "| %s | %s | %s %s | %s | %s | %s | %s |\n", r.what, times(seconds, best[0]), program, times(seconds, best[1]),
		ratio(best[1], best[0]), times(seconds, best[2]), times(seconds, best[3]), ratio(best[3], best[2]))
	return skipped, err
}

// times returns how many times real time fits into t.
func times(seconds float64, t time.Duration) string {
	if t == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0fx", seconds/t.Seconds())
}

func ratio(theirs, ours time.Duration) string {
	if theirs == 0 || ours == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", theirs.Seconds()/ours.Seconds())
}

// command runs a line that makes a file.
func command(dir string, r row, line string) error {
	args := fill(dir, r, line)
	_, err := cputime.Run("", args[0], args[1:]...)
	return err
}

// fill splits a line and puts the paths in.
func fill(dir string, r row, line string) []string {
	args := strings.Fields(line)
	for i, a := range args {
		switch a {
		case "FILE":
			args[i] = filepath.Join(dir, r.name)
		case "WAVE":
			args[i] = filepath.Join(dir, "44100.wav")
		case "WAVE96":
			args[i] = filepath.Join(dir, "96000.wav")
		}
	}
	return args
}
