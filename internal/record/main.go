//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

const (
	command  = "redbook burn --device sim:first.disc --realtime --cd-text album/"
	question = "Burn? [y/N] "
	about    = "A terminal: redbook shows the plan for an album of four FLAC files and asks. After the answer y it " +
		"burns them onto a simulated disc with titles, reads the disc back and reports success."
)

func main() {
	out := flag.String("o", "", "the SVG `file` to write")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := record(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// record builds redbook, runs the command in a temporary folder, and writes the film.
func record(ctx context.Context, out string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "record")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bin := filepath.Join(dir, "bin")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", bin+"/", "./cmd/redbook")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	music := filepath.Join(dir, "music")
	if err := writeAlbum(filepath.Join(music, "album")); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+command)
	cmd.Dir = music
	cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + dir, "TERM=xterm", "LC_ALL=C.UTF-8"}
	output, answered, err := run(cmd, answer{question, "y\n", reading})
	if err != nil {
		return err
	}
	c := newCamera()
	if err := errors.Join(c.typeLine(command), c.play(output, answered), c.end()); err != nil {
		return err
	}
	return os.WriteFile(out, []byte(draw(&c.film, about)), 0o644)
}
