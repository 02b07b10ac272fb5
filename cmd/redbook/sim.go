package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
)

// simCommand groups the commands for files of simulated discs. Using a simulated disc
// needs none of them.
func simCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Make, export, import and serve simulated discs",
		Long: "A simulated disc is a file. With --device sim:FILE every command uses it like a disc in a drive.\n" +
			"These commands make and convert such files.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(simNewCommand(a), simPersonalitiesCommand(a), simExportCommand(a), simImportCommand(a),
		simServeCommand(a), simControlCommand(a))
	return cmd
}

// discDoc is a simulated disc in --json.
type discDoc struct {
	File   string `json:"file"`
	Medium string `json:"medium"`
	CDRW   bool   `json:"cdrw"`
	Tracks int    `json:"tracks"`
	Free   int    `json:"free_sectors"`
}

// discDocOf describes a disc by its file, not as a drive reports it.
func discDocOf(file string, d *sim.Disc) discDoc {
	s := d.Summary()
	return discDoc{file, s.Media.Name, s.Media.Erasable, s.Tracks, int(s.Free)}
}

// simNewCommand creates a blank disc and never overwrites a file.
func simNewCommand(a *app) *cobra.Command {
	var minutes string
	var cdrw bool
	cmd := a.command("new DISC", "Make a blank disc", "  redbook sim new --media 74 --cdrw rewritable.disc",
		exactArgs(1, "the file to make"), func(_ context.Context, args []string) error {
			media, err := mediaOf(minutes, cdrw)
			if err != nil {
				return err
			}
			disc, err := sim.CreateDisc(args[0], media)
			if errors.Is(err, fs.ErrExist) {
				return fail(exitFailed, "Choose another name, or remove the file first.", "%s already exists", args[0])
			}
			if err != nil {
				return discFileError(args[0], err)
			}
			doc := discDocOf(args[0], disc)
			if err := disc.Close(); err != nil {
				return fail(exitFailed, "", "%w", err)
			}
			a.talk.note("%s is a blank %s. To use it: --device %s", args[0], media.Summary, quote(simPrefix+args[0]))
			if a.flags.json {
				return a.data.document("disc", doc)
			}
			return nil
		})
	cmd.Flags().StringVar(&minutes, "media", "80", "`MEDIUM`, minutes or a name: "+strings.Join(mediaNames(), ", "))
	cmd.Flags().BoolVar(&cdrw, "cdrw", false, "a CD-RW, which can be erased")
	return cmd
}

// mediaOf finds a medium: --media 74 --cdrw is the CD-RW of 74 minutes.
func mediaOf(name string, cdrw bool) (sim.Media, error) {
	if cdrw && digits(name) == len(name) {
		name = "cdrw" + name
	}
	m, err := sim.MediaByName(name)
	if err != nil {
		return m, usage("--media: %w", err)
	}
	if cdrw && !m.Erasable {
		return m, usage("--media %s is not a CD-RW", name)
	}
	return m, nil
}

// mediaNames lists the names for --media.
func mediaNames() []string {
	var names []string
	for _, m := range sim.Catalog() {
		names = append(names, m.Name)
	}
	return names
}
