// Command mutate measures tests by mutation: it changes one thing at a time in the source
// of a package (a comparison, a constant, an assignment) and runs the tests that reach the
// changed line. At least one of them should fail. A mutant that survives marks code that
// can be wrong without a failing test.
//
//	go run ./internal/mutate -n 300 toc mmc internal/engine=internal/engine,tao,sao
//
// A package is measured by its own tests, or with PACKAGE=A,B by those of A and B.
//
// The working tree is never changed: the compiler gets changed files as an overlay. All
// mutants of function bodies are in one test binary, each as a copy of its function that an
// environment variable selects, so a mutant takes one run of the tests that reach it and no
// build. A change outside functions gets a separate build.
//
// One run with coverage per test determines the lines that it reaches. Tests run cheapest
// first until one fails. A test that takes far longer than without the change counts as
// failed, unless it is then slow without the change too: a busy machine kills no mutant. A
// seed shuffles the mutants, which makes a sample reproducible. Mutants that don't compile
// don't count; mutants on lines that no test reaches are counted separately and not run.
//
// See docs/internals/faults.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	var o options
	flag.IntVar(&o.sample, "n", 300, "mutants per package that compile and are covered; 0 is all")
	flag.Uint64Var(&o.seed, "seed", 1, "order of the mutants")
	flag.IntVar(&o.jobs, "jobs", 2, "tests beside one another")
	flag.DurationVar(&o.timeout, "timeout", 20*time.Second, "for the tests of one mutant, besides ten times what they take without it; a mutant that takes longer is killed")
	flag.Float64Var(&o.floor, "floor", 0, "percentage of mutants that must be killed")
	flag.StringVar(&o.at, "at", "", "only mutants at these places, as file.go:12:5,file.go:40")
	flag.DurationVar(&o.budget, "budget", 0, "of the tests that reach a mutant only the cheapest, up to this time in all: quicker, and a lower bound; 0 is all")
	flag.BoolVar(&o.short, "short", false, "run the tests with -short: quicker, and a lower bound of what they notice")
	flag.BoolVar(&o.verbose, "v", false, "print every mutant as it is decided")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: mutate [flags] package[=tests,...]...")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	good := true
	for _, arg := range flag.Args() {
		s, err := measure(ctx, arg, o)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutate:", err)
			os.Exit(1)
		}
		s.print(os.Stdout)
		good = good && s.score() >= o.floor
	}
	if !good {
		fmt.Printf("fewer than %.0f %% are killed\n", o.floor)
		os.Exit(1)
	}
}

type options struct {
	sample  int
	seed    uint64
	jobs    int
	timeout time.Duration
	floor   float64
	at      string
	budget  time.Duration
	short   bool
	verbose bool
}
