package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/spf13/cobra"
)

// drivesDoc is redbook drives --json.
type drivesDoc struct {
	Drives []hostDrive `json:"drives"`
}

// hostDrive is a CD burner of this computer.
type hostDrive struct {
	Path     string      `json:"path"` // what --device takes
	ID       string      `json:"id,omitempty"`
	Vendor   string      `json:"vendor"`
	Model    string      `json:"model"`
	Revision string      `json:"revision"`
	Medium   string      `json:"medium,omitempty"` // "no disc" too; empty if it could not be asked
	Unknown  string      `json:"medium_unknown,omitempty"`
	Mounts   []string    `json:"mounts,omitempty"`
	Holders  []holderDoc `json:"holders,omitempty"`
}

// holderDoc is a program that has the drive open.
type holderDoc struct {
	PID    int    `json:"pid"`
	Name   string `json:"name"`
	Locked bool   `json:"locked"`
}

// drivesCommand lists the burners. An empty list is an error (exit code 3) although
// it is printed: a script that asks for drives wants one.
func drivesCommand(a *app) *cobra.Command {
	return a.command("drives", "List the CD burners of this computer", "", noArgs, func(ctx context.Context, _ []string) error {
		found, err := a.host().list()
		if err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return fail(exitNoDrive, "", "looking for CD burners: %w", err)
		}
		drives := make([]hostDrive, len(found)) // [] rather than null
		for i := range found {
			drives[i] = a.lookAt(ctx, &found[i])
		}
		if a.flags.json {
			err = a.document("drives", drivesDoc{drives})
		} else {
			err = a.print("%s", drivesText(drives))
		}
		if err == nil && len(drives) == 0 {
			_, err = a.onlyDrive()
		}
		return err
	})
}

// lookAt adds to what the system knows what is in the drive, if the drive is free:
// one that is in use gets no command.
func (a *app) lookAt(ctx context.Context, in *host.Info) hostDrive {
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
		return d
	case len(in.Holders) > 0:
		d.Unknown = "in use by " + holderNames(in.Holders)
		return d
	}
	if err := a.ask(ctx, &d); err != nil {
		d.Unknown = strings.Join(strings.Fields(sentence(err, false)), " ") // a row of a table
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

// lookTime is how long a drive may take to know a disc that was just put in.
const lookTime = 10 * time.Second

// ask asks a drive what is in it, and its name if the system doesn't know that. Access is
// exclusive: a drive that another program uses must not be disturbed, and the program
// can't always be seen.
func (a *app) ask(ctx context.Context, d *hostDrive) (err error) {
	t, err := a.host().open(ctx, d.Path, &host.Options{Look: true, Wait: -1, Client: clientName})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	drive, err := mmc.Open(ctx, t)
	if err != nil {
		return err
	}
	if name := drive.Inquiry(); d.Vendor == "" && d.Model == "" {
		d.Vendor, d.Model, d.Revision = name.Vendor, name.Product, name.Revision
	}
	medium, err := mediumIn(ctx, drive)
	if err == nil {
		d.Medium = medium
	}
	return err
}

func mediumIn(ctx context.Context, drive *mmc.Drive) (string, error) {
	on, err := disc.Look(ctx, drive, &disc.LookOptions{ReadyTimeout: lookTime, Patience: lookTime})
	switch {
	case noDisc(err):
		return "no disc", nil
	case err != nil:
		return "", err
	case errors.Is(on.NotReady, scsi.CodeBecomingReady):
		return "", on.NotReady
	}
	return mediaText(on.Media) + ", " + statusText(on.Status), nil
}

// drivesText is the list in columns.
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
	return b.String()
}
