package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
)

// personalityDoc is a personality in --json. The verdicts say how a burn ends: on a
// CD-R, on a CD-R with --reserve always, on a CD-RW.
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

// simPersonalitiesCommand lists the drives that --personality takes, with the way a
// burn on each must end: the engine's tests hold it to that.
func simPersonalitiesCommand(a *app) *cobra.Command {
	return a.command("personalities", "List the kinds of simulated drives", "", noArgs, func(context.Context, []string) error {
		list := []personalityDoc{}
		for _, p := range sim.Personalities() {
			e := verdicts.Of(p.Name)
			list = append(list, personalityDoc{p.Name, p.Summary, p.Source, e.Plain, e.Reserve, e.Rewritable, e.Note})
		}
		if a.flags.json {
			return a.data.document("personalities", personalitiesDoc{list})
		}
		return a.data.print("%s", personalitiesText(list, a.flags.verbose > 0))
	})
}

// personalitiesText is the list in columns; verbose adds where each was seen.
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
