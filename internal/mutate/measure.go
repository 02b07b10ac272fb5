package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// fate is what became of a mutant.
type fate int

const (
	killed fate = iota
	survived
	uncovered
	broken // doesn't compile
)

// score of a package.
type summary struct {
	dir       string
	found     int // all mutants
	counts    [4]int
	slow      int // of those killed by the timeout
	survivors []edit
	lines     map[string][]string
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
		s.dir, s.found, s.counts[killed]+s.counts[survived], s.counts[killed], s.slow, s.counts[survived], s.score(),
		s.counts[broken], s.counts[uncovered], s.took.Round(time.Second))
	for _, e := range s.survivors {
		line := strings.TrimSpace(s.lines[e.file][e.pos.Line-1])
		fmt.Fprintf(w, "  %s:%d:%d %s: %q -> %q in: %s\n", filepath.Join(s.dir, filepath.Base(e.file)), e.pos.Line, e.pos.Column, e.kind, s.old(e), e.text, line)
	}
}

// old is the text that was replaced.
func (s *summary) old(e edit) string {
	src := strings.Join(s.lines[e.file], "\n")
	return src[e.from:e.to]
}

// measure runs the mutants of one package.
func measure(ctx context.Context, dir string, o options) (*summary, error) {
	began := time.Now()
	dir = "./" + filepath.Clean(strings.TrimPrefix(dir, "./"))
	files, err := filesOf(ctx, dir)
	if err != nil {
		return nil, err
	}
	cover, err := coverage(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	s := &summary{dir: dir, lines: map[string][]string{}}
	var list []edit
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found, err := mutants(file, src)
		if err != nil {
			return nil, err
		}
		s.lines[file] = strings.Split(string(src), "\n")
		list = append(list, found...)
	}
	s.found = len(list)
	r := rand.New(rand.NewPCG(o.seed, 1))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	err = s.runAll(ctx, list, cover, o)
	s.took = time.Since(began)
	return s, err
}

// runAll goes through the mutants until the sample is full.
func (s *summary) runAll(ctx context.Context, list []edit, cover coverMap, o options) error {
	var mu sync.Mutex
	idle := sync.NewCond(&mu)
	var wg sync.WaitGroup
	var first error
	next, running := 0, 0
	take := func() (edit, bool) {
		mu.Lock()
		defer mu.Unlock()
		for next < len(list) && first == nil && ctx.Err() == nil {
			// Those that are running count as if they compiled: so the sample is the
			// same whatever their number.
			if o.sample > 0 && s.counts[killed]+s.counts[survived]+running >= o.sample {
				if running == 0 {
					break
				}
				idle.Wait()
				continue
			}
			e := list[next]
			next++
			if !cover.has(e) {
				s.counts[uncovered]++
				continue
			}
			running++
			return e, true
		}
		return edit{}, false
	}
	for range max(o.jobs, 1) {
		wg.Go(func() {
			for e, ok := take(); ok; e, ok = take() {
				f, slow, err := s.try(ctx, e, o)
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				running--
				s.enter(e, f, slow, o)
				mu.Unlock()
				idle.Broadcast()
			}
		})
	}
	wg.Wait()
	if first == nil {
		first = ctx.Err()
	}
	return first
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
		fmt.Printf("%s %s:%d:%d %q -> %q\n", [...]string{"killed  ", "SURVIVED", "", "invalid "}[f], filepath.Base(e.file), e.pos.Line, e.pos.Column, s.old(e), e.text)
	}
}

// try builds the package with one change and runs its tests.
func (s *summary) try(ctx context.Context, e edit, o options) (f fate, slow bool, err error) {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return broken, false, err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // what is left is in the system's temporary folder
	src := strings.Join(s.lines[e.file], "\n")
	changed := filepath.Join(tmp, filepath.Base(e.file))
	if err := os.WriteFile(changed, []byte(src[:e.from]+e.text+src[e.to:]), 0o600); err != nil {
		return broken, false, err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {e.file: changed}})
	if err != nil {
		return broken, false, err
	}
	list := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return broken, false, err
	}
	args := []string{"test", "-overlay", list, "-vet=off", "-failfast", "-count=1", "-timeout", o.timeout.String()}
	out, err := goCommand(ctx, append(args, o.tests(s.dir)...)...)
	text := string(out)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return survived, false, nil
	case ctx.Err() != nil:
		return broken, false, ctx.Err()
	case !errors.As(err, &exit):
		return broken, false, err
	case strings.Contains(text, "[build failed]") || strings.Contains(text, "[setup failed]"):
		return broken, false, nil
	}
	return killed, strings.Contains(text, "panic: test timed out"), nil
}

// tests are the arguments that choose what go test runs.
func (o options) tests(dir string) []string {
	if o.run == "" {
		return []string{dir}
	}
	return []string{"-run", o.run, dir}
}

// goCommand runs the go command; what it prints comes back also with an error.
func goCommand(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	return out.Bytes(), err
}

// filesOf are the sources of a package that are built on this machine.
func filesOf(ctx context.Context, dir string) ([]string, error) {
	out, err := goCommand(ctx, "list", "-json=Dir,GoFiles", dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", dir, err, out)
	}
	var p struct {
		Dir     string
		GoFiles []string
	}
	if err := json.Unmarshal(out, &p); err != nil {
		return nil, fmt.Errorf("go list %s: %w", dir, err)
	}
	for i, f := range p.GoFiles {
		p.GoFiles[i] = filepath.Join(p.Dir, f)
	}
	return p.GoFiles, nil
}
