package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// fate is the outcome of a mutant.
type fate int

const (
	killed fate = iota
	survived
	uncovered
	broken // doesn't compile
)

// summary is the result for a package.
type summary struct {
	source    *source
	suite     *suite
	found     int // all mutants
	counts    [4]int
	slow      int // of those killed, by the timeout
	survivors []edit
	took      time.Duration
}

// score is the percentage of killed mutants.
func (s *summary) score() float64 {
	ran := s.counts[killed] + s.counts[survived]
	if ran == 0 {
		return 0
	}
	return 100 * float64(s.counts[killed]) / float64(ran)
}

func (s *summary) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %d mutants possible; %d run, %d killed (%d by time), %d survived: %.1f %%; besides %d don't compile, %d are on lines that no test covers; %v\n",
		s.source.dir, s.found, s.counts[killed]+s.counts[survived], s.counts[killed], s.slow, s.counts[survived], s.score(),
		s.counts[broken], s.counts[uncovered], s.took.Round(time.Second))
	for _, t := range s.suite.left {
		fmt.Fprintf(w, "  %s of %s does not count: it fails with the mutants in place, even switched off\n", t.name, t.pkg)
	}
	slices.SortFunc(s.survivors, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.from, b.from))
	})
	for _, e := range s.survivors {
		fmt.Fprintf(w, "  %s %s: %q -> %q in: %s\n", filepath.Join(s.source.dir, e.place()), e.kind, s.source.old(e), e.text, s.source.line(e))
	}
}

// place returns where an edit is, as burn.go:12:5.
func (e edit) place() string {
	return fmt.Sprintf("%s:%d:%d", filepath.Base(e.file), e.pos.Line, e.pos.Column)
}

// wanted reports whether an edit is at one of the places of -at.
func (o options) wanted(e edit) bool {
	if o.at == "" {
		return true
	}
	for place := range strings.SplitSeq(o.at, ",") {
		if e.place() == place || strings.HasPrefix(e.place(), place+":") {
			return true
		}
	}
	return false
}

// measure runs the mutants of one package: PACKAGE or PACKAGE=TESTS,...
func measure(ctx context.Context, arg string, o options) (*summary, error) {
	began := time.Now()
	dir, by, _ := strings.Cut(arg, "=")
	src, err := load(ctx, dir)
	if err != nil {
		return nil, err
	}
	suite, err := survey(ctx, src, strings.Split(cmp.Or(by, dir), ","), o)
	if err != nil {
		return nil, err
	}
	s := &summary{source: src, suite: suite}
	list, err := s.draw(o)
	if err != nil {
		return nil, err
	}
	err = s.runAll(ctx, list, o)
	s.took = time.Since(began)
	return s, err
}

// draw chooses the sample: mutants that compile and that a test reaches.
func (s *summary) draw(o options) ([]edit, error) {
	var list []edit
	for _, f := range s.source.files {
		found, err := mutants(f.path, []byte(f.text))
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	s.found = len(list)
	r := rand.New(rand.NewPCG(o.seed, 1))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	var drawn []edit
	for _, e := range list {
		switch {
		case o.sample > 0 && len(drawn) == o.sample:
			return drawn, nil
		case !o.wanted(e):
		case len(s.suite.cover.reach(s.source, e, s.suite.tests)) == 0:
			s.counts[uncovered]++
		case !s.source.compiles(e):
			s.counts[broken]++
		default:
			drawn = append(drawn, e)
		}
	}
	return drawn, nil
}

// runAll builds the tests with the mutants and runs them for each.
func (s *summary) runAll(ctx context.Context, list []edit, o options) error {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	// Edits with a separate build have no number in the switch.
	slices.SortStableFunc(list, func(a, b edit) int {
		return cmp.Compare(s.alone(a), s.alone(b))
	})
	n := len(list)
	for n > 0 && s.alone(list[n-1]) == 1 {
		n--
	}
	bins, err := newBinaries(tmp, s.source.switched(list[:n]))
	if err != nil {
		return err
	}
	if err := s.suite.leaveOut(ctx, bins, o); err != nil {
		return err
	}
	var mu sync.Mutex
	return inParallel(o.jobs, len(list), func(i int) error {
		e := list[i]
		tests := s.suite.cover.reach(s.source, e, s.suite.tests)
		var f fate
		var slow bool
		var err error
		if i < n {
			f, slow, err = s.suite.kill(ctx, variant{bins, bins, i + 1}, tests, o)
		} else {
			f, slow, err = s.tryAlone(ctx, bins, e, tests, o)
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		s.enter(e, f, slow, o)
		return nil
	})
}

// alone is 1 for an edit that needs a build of its own.
func (s *summary) alone(e edit) int {
	if s.source.switchable(e) {
		return 0
	}
	return 1
}

// tryAlone builds the tests with one change and runs them.
func (s *summary) tryAlone(ctx context.Context, plain *binaries, e edit, tests []*test, o options) (fate, bool, error) {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return broken, false, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	bins, err := newBinaries(tmp, map[string]string{e.file: s.source.file(e).apply(e)})
	if err != nil {
		return broken, false, err
	}
	return s.suite.kill(ctx, variant{bins, plain, 0}, tests, o)
}

func (s *summary) enter(e edit, f fate, slow bool, o options) {
	s.counts[f]++
	if slow {
		s.slow++
	}
	if f == survived {
		s.survivors = append(s.survivors, e)
	}
	if o.verbose {
		fmt.Printf("%s %s %q -> %q\n", [...]string{"killed  ", "SURVIVED", "", "invalid "}[f], e.place(), s.source.old(e), e.text)
	}
}
