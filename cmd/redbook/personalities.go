package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
)

// personalityDoc is a personality in --json. The verdicts are those of a burn on a CD-R, on a
// CD-R with --reserve always, and on a CD-RW.
type personalityDoc struct {
	Name       string           `json:"name"`
	Summary    string           `json:"summary"`
	Source     string           `json:"source"`
	Verdict    verdicts.Verdict `json:"verdict"`
	Reserve    verdicts.Verdict `json:"reserve_verdict"`
	Rewritable verdicts.Verdict `json:"rewritable_verdict"`
	Note       string           `json:"note,omitempty"`
}

// personalitiesDoc is redbook sim personalities --json.
type personalitiesDoc struct {
	Personalities []personalityDoc `json:"personalities"`
}

// simPersonalitiesCommand lists the drives for --personality, with the result of a burn on
// each, which tests of the engine enforce.
func simPersonalitiesCommand(a *app) *cobra.Command {
	return a.command("personalities [ARCHIVE]", "List the kinds of simulated drives, or what an archive of redbook try describes",
		"  redbook sim personalities -v\n  redbook sim personalities redbook-try-PIONEER-DVR-115.zip",
		atMostOne("archive"), func(_ context.Context, args []string) error {
			if len(args) == 1 {
				return a.data.personality(args[0])
			}
			list := []personalityDoc{}
			for _, p := range sim.Personalities() {
				e := verdicts.Of(p.Name)
				list = append(list, personalityDoc{p.Name, p.Summary, p.Source, e.Plain, e.Reserve, e.Rewritable, e.Note})
			}
			if a.flags.json {
				return a.data.document("personalities", personalitiesDoc{list})
			}
			return a.data.sentences(personalitiesText(list, a.flags.verbose > 0))
		})
}

// personalitiesText returns the list in columns; verbose adds the sources.
func personalitiesText(list []personalityDoc, verbose bool) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "NAME\tA BURN ENDS\tWHAT IT IS\n")
	for _, p := range list {
		what := p.Summary
		if p.Reserve != p.Verdict {
			what += fmt.Sprintf(" (with --reserve always: %s)", p.Reserve)
		}
		if p.Rewritable != p.Verdict {
			what += fmt.Sprintf(" (on CD-RW: %s)", p.Rewritable)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Verdict, what)
		if verbose {
			fmt.Fprintf(w, "\t\t  from: %s\n", p.Source)
			if p.Note != "" {
				fmt.Fprintf(w, "\t\t  %s\n", p.Note)
			}
		}
	}
	_ = w.Flush() // into a strings.Builder
	return b.String()
}

// personalityOf returns the simulated drive of --personality: one from the list, or one
// made from an archive of redbook try.
func personalityOf(name string) (sim.Personality, error) {
	if name == "" {
		return sim.Personality{}, nil
	}
	p, err := sim.PersonalityByName(name)
	if err == nil {
		return p, nil
	}
	if !exists(name) {
		return p, fail(exitUsage, "To list them: redbook sim personalities. An archive of redbook try works too.",
			"--personality %q: no such simulated drive", name)
	}
	p, _, err = loadPersonality(name)
	return p, err
}

// isArchive reports whether --personality names an archive of redbook try.
func isArchive(name string) bool {
	_, err := sim.PersonalityByName(name)
	return name != "" && err != nil
}

// loadPersonality reads an archive of redbook try.
func loadPersonality(path string) (sim.Personality, []sim.Fact, error) {
	p, facts, err := sim.LoadPersonality(path)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		err = fail(exitBadInput, "", "no such archive: %s", path)
	case errors.Is(err, sim.ErrNotTrial):
		err = &failure{code: exitBadInput, err: err, next: "redbook try makes such archives.", brief: unpackaged(err)}
	default:
		err = &failure{code: exitBadInput, err: err, brief: unpackaged(err)}
	}
	return p, facts, err
}

// unpackaged is the text of an error of package sim without the package's name, which looks
// like a drive here.
func unpackaged(err error) string { return strings.TrimPrefix(err.Error(), "sim: ") }

// recordedDoc lists what an archive contains about a drive.
type recordedDoc struct {
	File  string    `json:"file"`
	Drive string    `json:"drive"`
	Facts []factDoc `json:"facts"`
}

// factDoc is one fact. Without a source it is the value of the default personality.
type factDoc struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"`
}

// personality prints what an archive contains about a drive.
func (r *results) personality(path string) error {
	p, facts, err := loadPersonality(path)
	if err != nil {
		return err
	}
	doc := recordedDoc{path, p.Summary, make([]factDoc, len(facts))}
	for i, f := range facts {
		doc.Facts[i] = factDoc{f.Name, f.Value, f.From}
	}
	if r.flags.json {
		return r.document("personality", doc)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "FACT\tVALUE\tFROM\n")
	for _, f := range doc.Facts {
		from := f.From
		if from == "" {
			from = "not in the archive: the default"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, oneLine(f.Value), oneLine(from))
	}
	_ = w.Flush() // into a strings.Builder
	return r.sentences(b.String())
}
