package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
)

// adviseBurn gives an error of a burn its exit code and says what to do next. The
// report is nil when nothing has been sent to the disc.
func (a *app) adviseBurn(err error, d *device, report *tao.Report) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*failure](err); ok {
		return err // it has both
	}
	return &failure{code: classify(err), err: err, next: a.nextStep(err, d, report)}
}

// nextStep is what the person can do after err.
func (a *app) nextStep(err error, d *device, report *tao.Report) string {
	switch {
	case errors.Is(err, tao.ErrFinalized):
		return a.anotherDisc(d)
	case errors.Is(err, tao.ErrMediaNotBlank):
		return "To add to it, say --append. " + a.anotherDisc(d)
	case errors.Is(err, tao.ErrMediaNotSupported):
		return a.anotherDisc(d)
	case noDisc(err):
		return "Put a disc in and try again."
	case errors.Is(err, tao.ErrUnconfirmed):
		return "Take the disc out, put it in again and look: redbook info" + a.deviceFlag()
	case errors.Is(err, tao.ErrTrackOpen):
		return "redbook close" + a.deviceFlag() + " ends the unfinished track and closes the disc."
	case errors.Is(err, tao.ErrNotErasable):
		return ""
	}
	lines := []string{engineAdvice(err), a.openSession(report)}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// openSession says how to go on with what a burn left on the disc.
func (a *app) openSession(report *tao.Report) string {
	if report == nil || report.Closed || len(report.OnDisc) == 0 {
		return ""
	}
	for _, t := range report.OnDisc {
		if !t.Complete {
			return fmt.Sprintf("Track %d is unfinished: redbook close%s ends it and closes the disc.", t.Number, a.deviceFlag())
		}
	}
	return fmt.Sprintf("The session is open: redbook burn --append%s goes on with it, redbook close%s closes it.",
		a.deviceFlag(), a.deviceFlag())
}

// engineAdvice is what the engine would do about an error, as a sentence.
func engineAdvice(err error) string {
	steps := tao.Advice(err)
	if _, sense := errors.AsType[*scsi.SenseError](err); sense && len(steps) > 0 {
		steps = steps[:len(steps)-1] // what the drive said, which the error has too
	}
	if len(steps) == 0 {
		return ""
	}
	return asSentence(steps[0])
}

// anotherDisc says how to go on with a disc that is full of something else. For a
// simulated one it is a line to type.
func (a *app) anotherDisc(d *device) string {
	if !d.simulated || d.disc == nil {
		return "Put a blank disc in."
	}
	line := "On a new simulated disc: " + a.sameLineOn(simPrefix+freeName(strings.TrimPrefix(d.name, simPrefix)))
	if d.disc.Summary().Media.Erasable {
		line = "redbook blank" + a.deviceFlag() + " erases it. " + line
	}
	return line
}

// sameLineOn is the command line of this run with another device. One that came
// from the environment is named in front: flags may stand anywhere.
func (a *app) sameLineOn(device string) string {
	var words []string
	replaced := false
	for i := 0; i < len(a.args) && !replaced; i++ {
		switch arg := a.args[i]; {
		case arg == "--":
			i = len(a.args)
		case arg == "--device" && i+1 < len(a.args):
			words = append(append(words, a.args[:i+1]...), device)
			words = append(words, a.args[i+2:]...)
			replaced = true
		case strings.HasPrefix(arg, "--device="):
			words = append(append(words, a.args[:i]...), "--device="+device)
			words = append(words, a.args[i+1:]...)
			replaced = true
		}
	}
	if !replaced {
		words = append([]string{"--device", device}, a.args...)
	}
	for i := range words {
		words[i] = quote(words[i])
	}
	return "redbook " + strings.Join(words, " ")
}

// freeName is the name of a file beside path that isn't there: album-2.disc for
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
