package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
)

// jobsCommand lists the albums whose burn was interrupted.
func jobsCommand(a *app) *cobra.Command {
	var forget string
	cmd := a.command("jobs", "List albums whose burn was interrupted", "", noArgs,
		func(context.Context, []string) error {
			folder, err := a.journals.folder()
			if err != nil {
				return fail(exitFailed, "", "%w", err)
			}
			if forget != "" {
				return a.journals.forget(folder, forget)
			}
			return a.journals.list(folder)
		})
	cmd.Flags().StringVar(&forget, "forget", "", "remove `JOB` from the list; the disc stays as it is")
	return cmd
}

// jobsDoc is redbook jobs --json.
type jobsDoc struct {
	Jobs []jobDoc `json:"jobs"`
}

// list prints the list.
func (js *journals) list(folder jobdir.Folder) error {
	jobs, broken := folder.Jobs()
	for _, err := range broken {
		js.talk.warn("%v", err)
	}
	if js.flags.json {
		docs := []jobDoc{}
		for _, j := range jobs {
			docs = append(docs, jobDocOf(j))
		}
		return js.data.document("jobs", jobsDoc{docs})
	}
	if len(jobs) == 0 {
		js.talk.note("No interrupted burn is on record.")
		return nil
	}
	return js.data.sentences(jobsText(jobs))
}

// jobsText returns the list as a table.
func jobsText(jobs []*jobdir.Job) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tSTARTED\tTRACKS\tDRIVE\tALBUM")
	for _, j := range jobs {
		whole, all := j.Tracks()
		note := ""
		switch {
		case j.Busy:
			note = " (being burned now)"
		case j.Plan != nil && j.Plan.Mode == burn.ModeSAO:
			note = " (session-at-once)"
		}
		fmt.Fprintf(w, "%s\t%s\t%d of %d\t%s\t%s%s\n", j.Name, j.Started.Local().Format(time.DateTime), whole, all,
			j.Begin.Device, jobTitle(j.Job), note)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

// forget removes a job.
func (js *journals) forget(folder jobdir.Folder, name string) error {
	if err := folder.Forget(name); err != nil {
		return jobError(name, err)
	}
	if js.flags.json {
		return js.list(folder) // what remains
	}
	js.talk.note("Job %s is forgotten.", name)
	return nil
}

// jobError explains why a job can't be used.
func jobError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, "./\\"):
		return fail(exitUsage, "redbook jobs lists the albums that can be finished.", "%s: no such journal", name)
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitUsage, "redbook jobs lists the albums that can be finished.", "no interrupted album %s is on record", name)
	case errors.Is(err, journal.ErrBusy):
		return fail(exitNoDrive, "Wait until it is done.", "another redbook is working on job %s", name)
	case errors.Is(err, journal.ErrNotJournal) && !isNumber(name):
		return fail(exitUsage, "Name no files: the disc in the drive decides which album is finished. redbook jobs lists all.", "%w", err)
	}
	return fail(exitFailed, "", "%w", err)
}

// approveClose warns that an album on the disc can't be finished after it is closed.
func (js *journals) approveClose(ctx context.Context, d *device) error {
	folder, err := js.folder()
	if err != nil {
		return nil
	}
	if jobs, _ := folder.Jobs(); len(jobs) == 0 {
		return nil
	}
	on, err := inspect.Look(ctx, d.drive, nil)
	if err != nil {
		return nil // closing describes what is wrong
	}
	jobs := js.fitting(&on, d.name)
	for _, j := range jobs {
		js.talk.warn("%s; the other tracks can't be added after it is closed. To finish the album instead: %s",
			holdsText(j.Job, &on), js.advise.resumeLine(j.Name))
	}
	if len(jobs) > 0 && js.talk.inTerm && !js.flags.json {
		return js.talk.confirm(ctx, "Close the disc anyway?")
	}
	return nil
}
