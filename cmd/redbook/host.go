package main

import (
	"context"
	"errors"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
)

// hostDrive is a burner of this computer.
type hostDrive struct {
	Path  string `json:"path"`  // what --device takes
	Model string `json:"model"` // vendor, product and revision
}

const simAdvice = "A simulated drive needs no hardware: --device sim:first.disc"

// openHost opens a real drive. This build has no operating system backend, and says
// so rather than that the drive is missing.
func openHost(name string) (scsi.Transport, error) {
	return nil, fail(exitNoDrive, simAdvice,
		"%s: this build reaches only simulated drives (sim:FILE): %w", name, errors.ErrUnsupported)
}

// listDrives finds the burners of this computer: none in this build.
func listDrives(context.Context) []hostDrive { return nil }

// onlyDrive chooses the drive when nobody named one: the only one there is.
func onlyDrive(drives []hostDrive) (string, error) {
	switch len(drives) {
	case 0:
		return "", fail(exitNoDrive, simAdvice, "no CD burner was found (this build reaches only simulated drives)")
	case 1:
		return drives[0].Path, nil
	}
	var list strings.Builder
	for _, d := range drives {
		list.WriteString("--device " + quote(d.Path) + "   " + d.Model + "\n")
	}
	return "", fail(exitNoDrive, strings.TrimSuffix(list.String(), "\n"), "there is more than one CD burner; say which")
}
