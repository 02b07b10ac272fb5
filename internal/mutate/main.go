// Command mutate measures tests by mutation: it changes one thing at a time in the
// source of a package (a comparison, a constant, an assignment) and runs that
// package's own tests. A test suite that is worth something fails. Mutants that
// survive are places where the code can be wrong without anyone noticing.
//
//	go run ./internal/mutate -n 300 toc mmc
//
// The changed file never touches the working tree: the tests are built with an
// overlay. The order of the mutants is shuffled with a seed, so that a sample is the
// same every time. Mutants that don't compile don't count; mutants on lines that no
// test covers are counted apart and not run.
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
	flag.DurationVar(&o.timeout, "timeout", 2*time.Minute, "for the tests of one mutant; a mutant that takes longer is killed")
	flag.Float64Var(&o.floor, "floor", 0, "percentage of mutants that must be killed")
	flag.StringVar(&o.run, "run", "", "only these tests, as in go test -run")
	flag.BoolVar(&o.verbose, "v", false, "print every mutant as it is decided")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: mutate [flags] package...")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	good := true
	for _, dir := range flag.Args() {
		s, err := measure(ctx, dir, o)
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
	run     string
	verbose bool
}
