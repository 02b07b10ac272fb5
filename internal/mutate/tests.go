package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// test is a function of a test binary.
type test struct {
	pkg  string // ./tao
	name string
	took time.Duration // alone, with coverage
	cost time.Duration // of that: processor time, which other programs don't affect
}

// suite is every test that counts for a package.
type suite struct {
	pkgs  []string
	tests []*test // cheapest first
	cover coverMap
	left  []*test // fail with the switch in place although nothing is changed
}

// survey builds the tests with coverage and runs each alone.
func survey(ctx context.Context, s *source, pkgs []string, o options) (*suite, error) {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // leftovers are in the system's temporary folder
	u := &suite{cover: coverMap{}}
	bins := map[string]string{}
	for _, pkg := range pkgs {
		pkg = "./" + filepath.Clean(strings.TrimPrefix(pkg, "./"))
		u.pkgs = append(u.pkgs, pkg)
		bins[pkg] = filepath.Join(tmp, fmt.Sprint(len(bins)))
		if out, err := goCommand(ctx, "test", "-c", "-vet=off", "-ldflags=-s -w", "-coverpkg", s.dir, "-o", bins[pkg], pkg); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", pkg, err, out)
		}
		out, _, err := runBinary(ctx, bins[pkg], pkg, 0, time.Minute, "-test.list", "^(Test|Example|Fuzz)")
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", pkg, err, out)
		}
		for name := range strings.FieldsSeq(string(out)) {
			u.tests = append(u.tests, &test{pkg: pkg, name: name})
		}
	}
	var mu sync.Mutex
	err = inParallel(o.jobs, len(u.tests), func(i int) error {
		t := u.tests[i]
		profile := filepath.Join(tmp, fmt.Sprintf("%d.cover", i))
		began := time.Now()
		out, cost, err := runBinary(ctx, bins[t.pkg], t.pkg, 0, 10*time.Minute, o.shorten("-test.run", "^"+t.name+"$", "-test.coverprofile", profile)...)
		if err != nil {
			return fmt.Errorf("%s of %s fails without a change: %w\n%s", t.name, t.pkg, err, out)
		}
		mu.Lock()
		defer mu.Unlock()
		t.took, t.cost = time.Since(began), cost
		return u.cover.add(profile, t)
	})
	slices.SortStableFunc(u.tests, func(a, b *test) int { return cmp.Compare(a.cost, b.cost) })
	return u, err
}

// binaries are test binaries of packages with changed files, each built on first use.
type binaries struct {
	tmp, flag string
	built     map[string]string // package -> file
}

// errBroken matches the error of a change that doesn't compile.
var errBroken = errors.New("doesn't compile")

func newBinaries(tmp string, changed map[string]string) (*binaries, error) {
	flag, err := overlay(tmp, changed)
	return &binaries{tmp, flag, map[string]string{}}, err
}

// of returns the test binary of a package.
func (b *binaries) of(ctx context.Context, pkg string) (string, error) {
	if bin, ok := b.built[pkg]; ok {
		return bin, nil
	}
	bin := filepath.Join(b.tmp, fmt.Sprint(len(b.built)))
	// Most of a build is linking, and half of that is debugging information.
	out, err := goCommand(ctx, "test", "-c", "-vet=off", "-ldflags=-s -w", b.flag, "-o", bin, pkg)
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return "", fmt.Errorf("%s %w: %s", pkg, errBroken, out)
	}
	b.built[pkg] = bin
	return bin, err
}

var failedTest = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

// leaveOut finds the tests that fail with the switch alone, such as those that count
// allocations.
func (u *suite) leaveOut(ctx context.Context, bins *binaries, o options) error {
	for _, pkg := range u.pkgs {
		bin, err := bins.of(ctx, pkg)
		if err != nil {
			return err
		}
		out, _, err := runBinary(ctx, bin, pkg, 0, 10*time.Minute, o.shorten()...)
		if err == nil {
			continue
		}
		found := failedTest.FindAllStringSubmatch(string(out), -1)
		if ctx.Err() != nil || len(found) == 0 {
			return fmt.Errorf("%s with mutants that are switched off: %w\n%s", pkg, err, out)
		}
		for _, name := range found {
			i := slices.IndexFunc(u.tests, func(t *test) bool { return t.pkg == pkg && t.name == name[1] })
			if i >= 0 {
				u.left = append(u.left, u.tests[i])
				u.tests = slices.Delete(u.tests, i, i+1)
			}
		}
	}
	return nil
}

// afford keeps the cheapest tests, at least one.
func (o options) afford(tests []*test) []*test {
	var total time.Duration
	for i, t := range tests {
		if total += t.cost; o.budget > 0 && total > o.budget && i > 0 {
			return tests[:i]
		}
	}
	return tests
}

// rounds splits the tests into portions: a few cheap ones first.
func rounds(tests []*test) [][]*test {
	limits := []time.Duration{time.Second / 2, 4 * time.Second}
	var list [][]*test
	var total time.Duration
	from := 0
	for i, t := range tests {
		total += t.cost
		if len(limits) > 0 && total > limits[0] && i > from {
			list = append(list, tests[from:i])
			from, total, limits = i, t.cost, limits[1:]
		}
	}
	return append(list, tests[from:])
}

// variant is a mutant to run: test binaries and its number in them. The binaries of
// plain do the same work without a change if their number is 0.
type variant struct {
	bins, plain *binaries
	id          int
}

// kill runs tests until one fails.
func (u *suite) kill(ctx context.Context, v variant, tests []*test, o options) (fate, bool, error) {
	for _, round := range rounds(o.afford(tests)) {
		for _, pkg := range u.pkgs {
			var names []string
			limit := o.timeout
			for _, t := range round {
				if t.pkg == pkg {
					names = append(names, t.name)
					limit += 10 * t.took
				}
			}
			if len(names) == 0 {
				continue
			}
			f, slow, err := v.try(ctx, pkg, limit, o.shorten("-test.failfast", "-test.run", "^("+strings.Join(names, "|")+")$"))
			if err != nil || f != survived {
				return f, slow, err
			}
		}
	}
	return survived, false, nil
}

// attempts is how often the tests of a mutant are started if they time out each time.
const attempts = 3

// try runs tests of one package, and reports also whether they took too long. A test
// may take long because the machine is busy, so running out of time counts only if
// the same tests without the change then take a quarter of the limit at most.
func (v variant) try(ctx context.Context, pkg string, limit time.Duration, args []string) (fate, bool, error) {
	bin, err := v.bins.of(ctx, pkg)
	if errors.Is(err, errBroken) {
		return broken, false, nil
	}
	if err != nil {
		return broken, false, err
	}
	plain, err := v.plain.of(ctx, pkg)
	if err != nil {
		return broken, false, err
	}
	for range attempts {
		out, _, err := runBinary(ctx, bin, pkg, v.id, limit, args...)
		var exit *exec.ExitError
		switch {
		case ctx.Err() != nil:
			return broken, false, ctx.Err()
		case err == nil:
			return survived, false, nil
		case errors.Is(err, context.DeadlineExceeded) || bytes.Contains(out, []byte("panic: test timed out")):
		case errors.As(err, &exit):
			return killed, false, nil
		default:
			return broken, false, err
		}
		if _, _, err = runBinary(ctx, plain, pkg, 0, limit/4, args...); err == nil {
			return killed, true, nil
		}
	}
	return survived, false, nil
}

// shorten adds -test.short if requested.
func (o options) shorten(args ...string) []string {
	if o.short {
		args = append(args, "-test.short")
	}
	return args
}

// runBinary runs a test binary in the folder of its package. Its memory is limited, because
// a mutant may allocate without end.
func runBinary(ctx context.Context, bin, pkg string, id int, limit time.Duration, args ...string) (out []byte, cost time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit+10*time.Second)
	defer cancel()
	args = append(args, "-test.timeout", limit.String())
	cmd := exec.CommandContext(ctx, bin, args...)
	if runtime.GOOS == "linux" {
		cmd = exec.CommandContext(ctx, "sh", append([]string{"-c", `ulimit -v 6000000; exec "$0" "$@"`, bin}, args...)...)
	}
	cmd.Dir = pkg
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, id))
	printed := &head{}
	cmd.Stdout, cmd.Stderr = printed, printed
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if cmd.ProcessState != nil {
		cost = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return printed.Bytes(), cost, err
}

// head keeps the first megabyte of a program's output.
type head struct{ bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	if room := 1<<20 - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// inParallel calls f for 0 to n-1 and returns the first error.
func inParallel(jobs, n int, f func(int) error) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var first error
	next := 0
	take := func(err error) int {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = err
		}
		next++
		if first != nil {
			return n
		}
		return next - 1
	}
	for range max(jobs, 1) {
		wg.Go(func() {
			for i := take(nil); i < n; {
				i = take(f(i))
			}
		})
	}
	wg.Wait()
	return first
}

// goCommand runs the go command and returns its output, also with an error.
func goCommand(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	return out.Bytes(), err
}
