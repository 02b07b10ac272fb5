package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// adviser determines what the user can do next, as commands derived from the command line.
type adviser struct {
	args   []string // the command line, without the program's name
	flags  *globals
	config *config
}

// anotherDisc advises what to do about a disc that is full or unsuitable: for a simulated
// disc, a command to run.
func (a *adviser) anotherDisc(d *device) string {
	if !d.simulated || d.disc == nil {
		return "Insert a blank disc."
	}
	line := "On a new simulated disc: " + a.sameLineOn(simPrefix+freeName(strings.TrimPrefix(d.name, simPrefix)))
	if d.disc.Summary().Media.Erasable {
		line = "To erase it: redbook blank" + a.deviceFlag() + "\n" + line
	}
	return line
}

// sameLineOn returns the command line of this run with another device. If the device came
// from the environment, the flag is put first: flags may stand anywhere.
func (a *adviser) sameLineOn(device string) string {
	var words []string
	replaced := false
	flag := "--device"
	if slices.ContainsFunc(a.args, func(arg string) bool { return arg == "--to" || strings.HasPrefix(arg, "--to=") }) {
		flag = "--to" // of copy
	}
	for i := 0; i < len(a.args) && !replaced; i++ {
		switch arg := a.args[i]; {
		case arg == "--":
			i = len(a.args)
		case arg == flag && i+1 < len(a.args):
			words = append(append(words, a.args[:i+1]...), device)
			words = append(words, a.args[i+2:]...)
			replaced = true
		case strings.HasPrefix(arg, flag+"="):
			words = append(append(words, a.args[:i]...), flag+"="+device)
			words = append(words, a.args[i+1:]...)
			replaced = true
		}
	}
	if !replaced {
		words = append([]string{"--device", device}, a.args...)
	}
	words = a.freshOutputs(words)
	for i := range words {
		words[i] = quote(words[i])
	}
	return "redbook " + strings.Join(words, " ")
}

// outputFlags name files that this run may have made, and that the next one wouldn't replace.
var outputFlags = []string{"--trace", "--log", "--report", "--toc", "--journal"}

// freshOutputs renames the output files in a command line that exist by now.
func (a *adviser) freshOutputs(words []string) []string {
	if a.flags.force {
		return words
	}
	words = slices.Clone(words)
	for i, word := range words {
		flag, path, joined := strings.Cut(word, "=")
		switch {
		case word == "--":
			return words
		case !slices.Contains(outputFlags, flag):
		case joined && exists(path):
			words[i] = flag + "=" + freeName(path)
		case !joined && i+1 < len(words) && exists(words[i+1]):
			words[i+1] = freeName(words[i+1])
		}
	}
	return words
}

// deviceFlag returns --device as given, with a leading blank, for advice; "" without it.
func (a *adviser) deviceFlag() string {
	if a.flags.device == "" || a.flags.device == a.config.device {
		return ""
	}
	return " --device " + quote(a.flags.device)
}

// freeName returns the name of a file next to path that doesn't exist: album-2.disc for
// album.disc.
func freeName(path string) string {
	ext := filepath.Ext(path)
	for n := 2; ; n++ {
		name := fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}
