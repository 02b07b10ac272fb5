// Response measures the resampler of package convert with single tones and prints the
// tables of docs/internals/resampler.md:
//
//	go run ./internal/response          # ripple, images, aliases
//	go run ./internal/response -speed   # time, next to sox if it is installed
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	speed := flag.Bool("speed", false, "measure the speed, beside sox")
	frames := flag.Int("frames", 12_000_000, "of sound for -speed: as many of every rate, so that starting the programs hardly counts")
	convert := flag.Int("convert", 0, "bring 32-bit float stereo of this rate from standard input to 44.1 kHz: what -speed runs")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *convert, *speed, *frames); err != nil {
		fmt.Fprintln(os.Stderr, "response:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, convert int, speed bool, frames int) error {
	switch {
	case convert > 0:
		return resample(in, out, convert)
	case speed:
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return speeds(out, self, rates, frames)
	}
	return table(out, rates)
}

// rates are the rows: the usual ones, and odd ones that need the second stage.
var rates = []int{8000, 11025, 16000, 22050, 32000, 37800, 44056, 47952, 47999, 48000, 64000, 88200, 96000, 96001,
	176400, 192000, 352800, 384000, 768000}
