package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/cputime"
)

// resample is what -convert does: 32-bit float stereo in and out, like sox in the same run.
func resample(in io.Reader, out io.Writer, rate int) error {
	r, err := convert.NewResampler(2, rate)
	if err != nil {
		return err
	}
	raw := make([]byte, 1<<16)
	samples := make([]float64, len(raw)/4)
	var converted []float64
	var coded []byte
	for {
		n, err := io.ReadFull(in, raw)
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return err
		}
		n -= n % 8
		for i := range n / 4 {
			samples[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
		}
		converted = r.Append(converted[:0], samples[:n/4])
		if last {
			converted = r.Finish(converted)
		}
		coded = slices.Grow(coded[:0], 4*len(converted))[:4*len(converted)]
		for i, v := range converted {
			binary.LittleEndian.PutUint32(coded[4*i:], math.Float32bits(float32(v)))
		}
		if _, err := out.Write(coded); err != nil || last {
			return err
		}
	}
}

// speeds runs this program and sox in turn on the same noise and prints the processor time
// of each: other work on the machine affects both alike.
func speeds(w io.Writer, self string, rates []int, frames int) error {
	sox, err := exec.LookPath("sox")
	if err != nil {
		fmt.Fprintln(w, "sox isn't installed: no comparison")
	}
	dir, err := os.MkdirTemp("", "response-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "noise.f32")
	fmt.Fprintln(w, "| source | redbook | sox rate -v | redbook / sox |")
	fmt.Fprintln(w, "|---:|---:|---:|---:|")
	if err := writeNoise(file, frames); err != nil {
		return err
	}
	for _, rate := range rates {
		var ours, theirs time.Duration
		for range 5 { // the best of each
			t, err := cputime.Run(file, self, "-convert", strconv.Itoa(rate))
			if err != nil {
				return err
			}
			ours = cputime.Best(ours, t)
			if sox == "" {
				continue
			}
			t, err = cputime.Run(file, sox, "-D", "-V0", "-t", "raw", "-r", strconv.Itoa(rate), "-c", "2", "-e", "float", "-b", "32", "-",
				"-t", "raw", "-e", "float", "-b", "32", "-", "rate", "-v", "44100")
			if err != nil {
				return err
			}
			theirs = cputime.Best(theirs, t)
		}
		if err := speedRow(w, rate, float64(frames)/float64(rate), ours, theirs); err != nil {
			return err
		}
	}
	return nil
}

func speedRow(w io.Writer, rate int, seconds float64, ours, theirs time.Duration) error {
	row := fmt.Sprintf("| %d Hz | %.0fx | - | - |\n", rate, seconds/ours.Seconds())
	if theirs > 0 {
		row = fmt.Sprintf("| %d Hz | %.0fx | %.0fx | %.2f |\n", rate, seconds/ours.Seconds(), seconds/theirs.Seconds(),
			theirs.Seconds()/ours.Seconds())
	}
	_, err := io.WriteString(w, row)
	return err
}

// writeNoise writes stereo noise at half of full scale, the same every time.
func writeNoise(name string, frames int) error {
	rng := rand.New(rand.NewPCG(1, 2))
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	var b [4]byte
	for range 2 * frames {
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(rng.Float32()-0.5))
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
