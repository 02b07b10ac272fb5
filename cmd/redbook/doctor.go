package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"runtime"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/bus"
	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/spf13/cobra"
)

// findingLevel is how severe a finding is.
type findingLevel string

const (
	findingOK      findingLevel = "ok"
	findingNote    findingLevel = "note"    // worth knowing
	findingWarning findingLevel = "warning" // a burn may suffer from it
	findingProblem findingLevel = "problem" // no disc can be burned
)

// finding is the result of one check.
type finding struct {
	Level  findingLevel `json:"level"`
	Device string       `json:"device,omitempty"`
	Text   string       `json:"text"`
	Fix    string       `json:"fix,omitempty"`   // what helps; a command if there is one
	Topic  topic        `json:"topic,omitempty"` // redbook help TOPIC explains it
}

// doctorDoc is redbook doctor --json.
type doctorDoc struct {
	Findings []finding `json:"findings"`
}

// doctorCommand checks for everything that prevents burning. It writes nothing and doesn't
// disturb other programs.
func doctorCommand(a *app) *cobra.Command {
	return a.command("doctor", "Find out what keeps this computer from burning discs", "", noArgs, func(ctx context.Context, _ []string) error {
		doc := &doctor{hooks: &a.hooks, drives: a.drives, advise: a.advise, config: a.config}
		list := append(doc.ofDrives(ctx), doc.ofComputer(ctx)...)
		var err error
		if a.flags.json {
			err = a.data.document("doctor", doctorDoc{list})
		} else {
			err = a.data.sentences(doctorText(list))
		}
		if err == nil && !canBurn(list) {
			return fail(exitNoDrive, "", "no drive is ready to burn a disc")
		}
		return err
	})
}

// doctor runs all checks.
type doctor struct {
	hooks  *hooks
	drives *access
	advise *adviser
	config *config
}

// canBurn reports whether at least one drive is ready.
func canBurn(list []finding) bool {
	ready := map[string]bool{}
	for _, f := range list {
		if f.Device == "" && f.Level == findingProblem {
			return false
		}
		if f.Device != "" {
			fine, seen := ready[f.Device]
			ready[f.Device] = f.Level != findingProblem && (fine || !seen)
		}
	}
	for _, fine := range ready {
		if fine {
			return true
		}
	}
	return false
}

func doctorText(list []finding) string {
	var b strings.Builder
	for _, f := range list {
		where := ""
		if f.Device != "" {
			where = f.Device + ": "
		}
		fmt.Fprintf(&b, "%-8s %s%s\n", f.Level, where, oneLine(f.Text))
		for l := range strings.Lines(withMore(f.Fix, f.Topic)) {
			fmt.Fprintf(&b, "         %s\n", strings.TrimSuffix(l, "\n"))
		}
	}
	return b.String()
}

// ofDrives checks every drive.
func (doc *doctor) ofDrives(ctx context.Context) []finding {
	found, err := doc.drives.look().opener().Drives(ctx)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return []finding{{findingProblem, "", "this build cannot reach drives on " + runtime.GOOS + "; only simulated ones", simAdvice, "no-drive"}}
	case err != nil:
		return []finding{{findingProblem, "", sentence(err, false), "", "no-drive"}}
	case len(found) == 0 && bus.Stray(doc.sysfs()):
		return []finding{{findingProblem, "", "there is a CD drive, but the kernel module for it is not loaded", "sudo modprobe sr_mod", "no-drive"}}
	case len(found) == 0:
		return []finding{{findingProblem, "", "no CD drive was found", "Check that the drive has power and is plugged in.", "no-drive"}}
	}
	var list []finding
	for i := range found {
		list = append(list, doc.ofDrive(ctx, &found[i])...)
		list = append(list, busFindings(doc.sysfs(), found[i].Path)...)
	}
	return list
}

// ofDrive reports whether a drive is available, and what it can do.
func (doc *doctor) ofDrive(ctx context.Context, in *redbook.DriveInfo) []finding {
	name := in.Path
	at := func(level findingLevel, fix, format string, args ...any) []finding {
		return []finding{{level, name, fmt.Sprintf(format, args...), fix, ""}}
	}
	about := func(t topic, fix, format string, args ...any) []finding {
		return []finding{{findingProblem, name, fmt.Sprintf(format, args...), fix, t}}
	}
	switch {
	case len(in.Mounts) > 0:
		return about("mounted", "Add --unmount to the command that burns.", "its disc is mounted at %s", strings.Join(in.Mounts, ", "))
	case len(in.Holders) > 0:
		return about("drive-in-use", "Close "+holderNames(in.Holders)+".", "it is in use")
	case errors.Is(in.Err, fs.ErrPermission):
		return about("no-permission", permissionFix(in.Err), "%s", sentence(in.Err, false))
	case errors.Is(in.Err, scsi.ErrLocked):
		return about("drive-in-use", "Close the other program.", "%s", sentence(in.Err, false))
	case in.Err != nil:
		next := doc.advise.about(in.Err)
		return about(next.topic, next.text, "%s", sentence(in.Err, false))
	}
	var d hostDrive
	d.Path = name
	doc.drives.askAbilities(ctx, &d)
	model := modelOf(&in.Info)
	switch {
	case d.Writes == nil:
		return about(adviceRestart.topic, adviceRestart.text, "%s: %s", model, d.Unknown)
	case !d.Writes.TrackAtOnce && !d.Writes.SessionAtOnce:
		return about("no-burner", "Use a drive that writes CD-R.", "%s does not write CDs", model)
	}
	list := at(findingOK, "", "%s writes %s", model, abilities(d.Writes))
	if !d.Writes.BurnFree {
		list = append(list, at(findingWarning, "Do not use the computer for anything else during a burn.", "it has no buffer underrun protection")...)
	}
	switch {
	case in.Empty:
		list = append(list, at(findingNote, "", "no disc is in it")...)
	default:
		list = append(list, at(findingNote, "", "in it: %s, %s", mediaText(in.Disc.Media), statusText(in.Disc.Status))...)
	}
	return list
}

// permissionFix extracts the command from the error of package host.
func permissionFix(err error) string {
	_, cure, ok := strings.Cut(err.Error(), "(sudo ")
	cure, _, end := strings.Cut(cure, ")")
	if !ok || !end {
		return ""
	}
	return "sudo " + cure + "   then log in again"
}

// slowUSB is what a drive needs for 4x, including the overhead of USB 1.1.
const slowUSB = 12

// busFindings are about the connection of a drive.
func busFindings(sysfs, path string) []finding {
	way, ok := bus.Of(sysfs, path)
	if !ok || !way.USB {
		return nil
	}
	var list []finding
	if way.Mbps > 0 && way.Mbps <= slowUSB {
		list = append(list, finding{findingWarning, path, fmt.Sprintf("it runs at %g Mbit/s, as on a USB 1.1 port: enough for 4x at most", way.Mbps),
			"Plug it into another port, without a hub.", ""})
	}
	if way.Hubs > 0 {
		list = append(list, finding{findingNote, path, "it is attached through " + count(way.Hubs, "USB hub"),
			"If burns fail, plug it into a port of the computer.", "connection"})
	}
	return list
}

// ofComputer checks everything that isn't about a drive.
func (doc *doctor) ofComputer(ctx context.Context) []finding {
	var list []finding
	if doc.hooks.host == nil {
		list = append(list, awakeFinding(ctx))
		if power.LimitedByStandby() {
			list = append(list, finding{findingWarning, "", "this computer runs on battery, and may go to sleep during a burn", "Plug it in.", ""})
		}
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		list = append(list, finding{findingNote, "", "ffmpeg is not installed: M4A, WMA and other formats that redbook doesn't decode itself can't be burned", "", ""})
	}
	if _, err := doc.config.read(); err != nil {
		_, next := verdict(err)
		list = append(list, finding{findingProblem, "", sentence(err, false), next, ""})
	}
	return list
}

// awakeFinding tries to keep the computer awake for a moment.
func awakeFinding(ctx context.Context) finding {
	lock, err := power.KeepAwake(ctx, "checking whether redbook can keep the computer awake")
	if err != nil {
		cause := err
		if inner := errors.Unwrap(err); inner != nil {
			cause = inner // the sentence already names what failed
		}
		return finding{findingWarning, "", "the computer can't be kept awake during a burn: " + cause.Error(), "Switch off the sleep timer while a disc is burned.", ""}
	}
	text := "the computer can be kept awake: " + lock.String()
	if err := lock.Release(); err != nil {
		return finding{findingWarning, "", text + "; " + err.Error(), "", ""}
	}
	return finding{findingOK, "", text, "", ""}
}

// sysfs is where Linux shows its devices; a test's computer has none.
func (doc *doctor) sysfs() string {
	if doc.hooks.host != nil || runtime.GOOS != "linux" {
		return "none"
	}
	return bus.Sysfs
}
