package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMutants: what is found in a file, as old -> new.
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

// TestMeasure: a package whose test looks at one function of three.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests a package a few times")
	}
	s, err := measure(context.Background(), "testdata/weak", options{seed: 1, jobs: 2})
	require.NoError(t, err)
	require.Equal(t, 8, s.found)
	require.Equal(t, [4]int{killed: 4, survived: 2, uncovered: 2}, s.counts)
	require.InDelta(t, 66.7, s.score(), 0.1)
	for _, e := range s.survivors {
		require.Equal(t, 8, e.pos.Line, "the survivors are in Run")
	}
	some, err := measure(context.Background(), "testdata/weak", options{seed: 1, jobs: 2, sample: 3})
	require.NoError(t, err)
	require.Equal(t, 3, some.counts[killed]+some.counts[survived])
}

// TestCoverage: a mutant is covered where a block of the profile says so, and outside
// of all blocks.
func TestCoverage(t *testing.T) {
	m := coverMap{"a.go": {{3, 5, 6, 2}}, "!a.go": {{8, 1, 9, 9}}}
	at := func(line, col int) edit {
		e := edit{file: "/x/a.go"}
		e.pos.Line, e.pos.Column = line, col
		return e
	}
	require.True(t, m.has(at(3, 5)))
	require.True(t, m.has(at(5, 1)))
	require.True(t, m.has(at(3, 4)), "a declaration")
	require.False(t, m.has(at(8, 1)))
	require.True(t, m.has(at(9, 10)))
}
