// Speed compares redbook's decoders, and the whole way from a file to the sectors of a
// disc, with well-known programs in one run, and prints the table of
// docs/internals/performance.md:
//
//	go run ./internal/speed
//
// It needs sox, flac, lame, mpg123, vorbis-tools and opus-tools to make the files and for
// comparison. One that is missing or fails leaves a gap in the table and is named below it;
// only sox, which makes the sound, is required.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/pcm"
)

func main() {
	seconds := flag.Int("seconds", 120, "of sound in each file")
	runs := flag.Int("runs", 5, "of which the best counts")
	decode := flag.String("decode", "", "read this file to its end: what the first columns run")
	sectors := flag.String("sectors", "", "bring this file to the format of a disc: what the last columns run")
	flag.Parse()
	if err := run(os.Stdout, *decode, *sectors, *seconds, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, decode, sectors string, seconds, runs int) error {
	switch {
	case decode != "":
		return read(out, decode, false)
	case sectors != "":
		return read(out, sectors, true)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return table(out, self, seconds, runs)
}

// read reads a file to its end, checks it, and writes the samples, as a converter would.
func read(out io.Writer, name string, disc bool) error {
	var src pcm.Source
	src, err := decode.OpenContext(context.Background(), name)
	if err == nil && disc {
		src, err = convert.ToCDDA(src)
	}
	if err != nil {
		return err
	}
	r, err := pcm.Open(src)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, r, make([]byte, 1<<16))
	return errors.Join(err, r.Close())
}
