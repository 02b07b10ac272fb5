package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMutants: the mutants of a file, as old -> new.
func TestMutants(t *testing.T) {
	for _, tt := range []struct {
		body string
		want []string
	}{
		{"if a < 3 {}", []string{"< -> <=", "< -> >=", "3 -> 4"}},
		{"if f() {}", []string{"f() -> !(f())"}},
		{"if a == b && c {}", []string{"&& -> ||", "== -> !="}},
		{"f()", []string{"f() -> "}},
		{"x.y = 0x10", []string{"x.y -> _", "0x10 -> 17"}},
		{"a, b = f()", []string{"a -> _", "b -> _"}},
		{"_ = a", nil},
		{"a := true", []string{"true -> false"}},
		{"a += b", []string{"a += b -> _ = b"}},
		{"a++", []string{"a++ -> "}},
		{"defer f()", []string{"defer f() -> "}},
		{"return a, nil", []string{"a -> *new(int)"}},
		{"return f()", nil},
		{"return 0, err", []string{"err -> *new(error)", "0 -> 1"}},
		{`g("text", 'c', 1.5)`, []string{`g("text", 'c', 1.5) -> `}},
		{"h = func() bool { return ok }", []string{"h -> _", "ok -> *new(bool)"}},
	} {
		src := "package p\nfunc f() (n int, err error) {\n" + tt.body + "\n}\n"
		list, err := mutants("p.go", []byte(src))
		require.NoError(t, err, tt.body)
		var got []string
		for _, e := range list {
			got = append(got, fmt.Sprintf("%s -> %s", src[e.from:e.to], e.text))
		}
		require.ElementsMatch(t, tt.want, got, tt.body)
	}
}

// TestMeasure: a package whose tests check one function, one variable and one method.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests a package a few times")
	}
	s, err := measure(context.Background(), "testdata/weak", options{seed: 1, jobs: 2, timeout: time.Second})
	require.NoError(t, err)
	require.Equal(t, 2, s.counts[uncovered], "Never")
	require.Positive(t, s.slow, "the loop that never ends")
	var survivors []string
	for _, e := range s.survivors {
		survivors = append(survivors, s.source.line(e)+" "+e.text)
	}
	require.ElementsMatch(t, []string{
		"func Run(p *int) { *p = 7 } _",
		"func Run(p *int) { *p = 7 } 8",
	}, survivors)
	require.Equal(t, s.found, s.counts[killed]+len(s.survivors)+s.counts[uncovered]+s.counts[broken])
	some, err := measure(context.Background(), "testdata/weak", options{seed: 1, jobs: 2, sample: 3, timeout: time.Second})
	require.NoError(t, err)
	require.Equal(t, 3, some.counts[killed]+some.counts[survived])
}

// TestFurtherTests: the tests of another package count when they are named.
func TestFurtherTests(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests a package a few times")
	}
	s, err := measure(context.Background(), "testdata/weak=testdata/weak/user", options{seed: 1, jobs: 2, timeout: time.Second})
	require.NoError(t, err)
	require.Equal(t, 2, s.counts[killed], "the two of Run")
	require.Len(t, s.survivors, 1)
	require.Equal(t, "var Limit = 100", s.source.line(s.survivors[0]), "no test checks it, but none can be ruled out")
}

// TestReach: a mutant is reached by the tests of the blocks that contain it; outside all
// blocks by those of its function; outside functions by all.
func TestReach(t *testing.T) {
	s, err := load(context.Background(), "testdata/weak")
	require.NoError(t, err)
	a, b, c := &test{name: "a"}, &test{name: "b"}, &test{name: "c"}
	run := s.function(find(t, s, "*p = 7"))
	line := s.fset.Position(run.Pos()).Line
	m := coverMap{"weak.go": {
		{line, 20, line, 22}: {a: true},
		{line, 23, line, 29}: {b: true},
		{1, 1, 1, 2}:         {c: true},
	}}
	all := []*test{a, b, c}
	require.Equal(t, []*test{b}, m.reach(s, find(t, s, "7 }"), all))
	require.Equal(t, all, m.reach(s, find(t, s, "100"), all), "a variable")
	m = coverMap{"weak.go": {{line, 20, line, 21}: {a: true}, {line, 28, line, 28}: {}}}
	require.Equal(t, []*test{a}, m.reach(s, find(t, s, "*p = 7"), all), "in the function")
	m = coverMap{"weak.go": {{line, 1, line, 99}: {}}}
	require.Empty(t, m.reach(s, find(t, s, "7 }"), all))
}

// find returns an edit of the first occurrence of a text.
func find(t *testing.T, s *source, text string) edit {
	from := strings.Index(s.files[0].text, text)
	require.Positive(t, from)
	pos := s.fset.Position(s.fset.File(s.files[0].tree.Pos()).Pos(from))
	return edit{file: s.files[0].path, from: from, to: from + len(text), pos: pos}
}

// TestRounds: cheap tests run first, and the sum of a round is limited.
func TestRounds(t *testing.T) {
	var tests []*test
	for _, ms := range []int{100, 300, 200, 3000, 900, 20000, 30000} {
		tests = append(tests, &test{cost: time.Duration(ms) * time.Millisecond})
	}
	var got []int
	for _, r := range rounds(tests) {
		got = append(got, len(r))
	}
	require.Equal(t, []int{2, 2, 3}, got)
	require.Len(t, rounds(tests[5:6]), 1)
	require.Len(t, options{}.afford(tests), 7)
	require.Len(t, options{budget: 4 * time.Second}.afford(tests), 4)
	require.Len(t, options{budget: 4 * time.Second}.afford(tests[5:]), 1)
}
