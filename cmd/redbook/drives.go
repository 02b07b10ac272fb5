package main

import (
	"context"

	"github.com/spf13/cobra"
)

// drivesCommand lists what listDrives finds. An empty list is an error (exit code
// 3) although it is printed: a script that asks for drives wants one.
func drivesCommand(a *app) *cobra.Command {
	return a.command("drives", "List the burners of this computer", "", noArgs, func(ctx context.Context, _ []string) error {
		drives := listDrives(ctx)
		if a.flags.json {
			list := struct {
				Drives []hostDrive `json:"drives"`
			}{append([]hostDrive{}, drives...)} // [] rather than null
			if err := a.document("drives", list); err != nil {
				return err
			}
		} else {
			for _, d := range drives {
				if err := a.print("%s\t%s\n", d.Path, d.Model); err != nil {
					return err
				}
			}
		}
		if len(drives) == 0 {
			_, err := onlyDrive(drives)
			return err
		}
		return nil
	})
}
