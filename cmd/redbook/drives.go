package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/spf13/cobra"
)

// drivesDoc is redbook drives --json.
type drivesDoc struct {
	Drives []hostDrive `json:"drives"`
}

// hostDrive is a drive of this computer.
type hostDrive struct {
	Path     string      `json:"path"` // what --device takes
	ID       string      `json:"id,omitempty"`
	Vendor   string      `json:"vendor"`
	Model    string      `json:"model"`
	Revision string      `json:"revision"`
	Medium   string      `json:"medium,omitempty"` // may be "no disc"; empty if it could not be asked
	Unknown  string      `json:"medium_unknown,omitempty"`
	Mounts   []string    `json:"mounts,omitempty"`
	Holders  []holderDoc `json:"holders,omitempty"`
	// With --verbose, for a drive that is free:
	Writes *driveDoc  `json:"writes,omitempty"`
	Speeds []speedDoc `json:"write_speeds,omitempty"`
}

// holderDoc is a program that has the drive open.
type holderDoc struct {
	PID    int    `json:"pid"`
	Name   string `json:"name"`
	Locked bool   `json:"locked"`
}

// drivesCommand lists the drives. An empty list is printed but is an error (exit code 3):
// a script that asks for drives needs one.
func drivesCommand(a *app) *cobra.Command {
	return a.command("drives", "List the drives of this computer", "", noArgs, func(ctx context.Context, _ []string) error {
		found, err := a.drives.look().opener().Drives(ctx)
		if err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return fail(exitNoDrive, "", "%w", err)
		}
		drives := make([]hostDrive, len(found)) // [] rather than null
		for i := range found {
			drives[i] = hostDriveOf(&found[i])
			if a.flags.verbose > 0 && found[i].Err == nil {
				a.drives.askAbilities(ctx, &drives[i])
			}
		}
		if a.flags.json {
			err = a.data.document("drives", drivesDoc{drives})
		} else {
			err = a.data.sentences(drivesText(drives))
		}
		if err == nil && len(drives) == 0 {
			_, err = a.drives.look().onlyDrive(ctx)
			if f, ok := errors.AsType[*failure](err); ok && strings.HasPrefix(a.flags.device, simPrefix) {
				f.next = "Only drives of this computer are listed. To look at the simulated one: redbook info --device " + quote(a.flags.device)
			}
		}
		return err
	})
}

// askAbilities asks a drive what it can write. If it doesn't answer, the fields stay
// empty.
func (ac *access) askAbilities(ctx context.Context, d *hostDrive) {
	drive, err := ac.look().opener().Open(ctx, d.Path)
	if err == nil {
		var in redbook.Info
		in, err = drive.Info(ctx)
		if err == nil {
			doc := infoOf(&device{name: d.Path}, &in)
			d.Writes, d.Speeds = &doc.Drive, doc.Speeds
		}
		err = errors.Join(err, drive.Close())
	}
	if err != nil && d.Unknown == "" {
		d.Unknown = inOneLine(err)
	}
}

// hostDriveOf describes a drive and its disc, or why the disc isn't known.
func hostDriveOf(in *redbook.DriveInfo) hostDrive {
	d := hostDrive{
		Path: in.Path, ID: in.ID, Vendor: in.Vendor, Model: in.Model, Revision: in.Revision,
		Medium: in.Medium, Mounts: in.Mounts,
	}
	for _, h := range in.Holders {
		d.Holders = append(d.Holders, holderDoc{h.PID, h.Name, h.Locked})
	}
	switch {
	case len(in.Mounts) > 0:
		d.Unknown = "mounted at " + strings.Join(in.Mounts, ", ")
	case len(in.Holders) > 0:
		d.Unknown = "in use by " + holderNames(in.Holders)
	case in.Err != nil:
		d.Unknown = inOneLine(in.Err) // a row of a table
	case in.Empty:
		d.Medium = "no disc"
	default:
		d.Medium = mediaText(in.Disc.Media) + ", " + statusText(in.Disc.Status)
	}
	return d
}

func holderNames(holders []host.Holder) string {
	names := make([]string, len(holders))
	for i, h := range holders {
		names[i] = h.String()
	}
	return strings.Join(names, ", ")
}

// drivesText returns the list in columns.
func drivesText(drives []hostDrive) string {
	if len(drives) == 0 {
		return ""
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "DEVICE\tVENDOR\tMODEL\tFIRMWARE\tDISC\n")
	for _, d := range drives {
		medium := d.Medium
		switch {
		case medium == "":
			medium = "unknown: " + d.Unknown
		case d.Unknown != "":
			medium += " (" + d.Unknown + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.Path, d.Vendor, d.Model, d.Revision, medium)
	}
	_ = w.Flush() // into a strings.Builder
	for _, d := range drives {
		if d.Writes != nil {
			fmt.Fprintf(&b, "\n%s writes %s\n", d.Path, abilities(d.Writes))
			if len(d.Speeds) > 0 {
				fmt.Fprintf(&b, "%s speeds %s\n", d.Path, speedsText(d.Speeds))
			}
		}
	}
	return b.String()
}
