package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
)

// block is a piece of a file that tests run through.
type block struct{ fromLine, fromCol, toLine, toCol int }

func (b block) holds(line, col int) bool {
	past := line > b.fromLine || line == b.fromLine && col >= b.fromCol
	before := line < b.toLine || line == b.toLine && col <= b.toCol
	return past && before
}

func (b block) within(o block) bool {
	return o.holds(b.fromLine, b.fromCol) && o.holds(b.toLine, b.toCol)
}

// coverMap has the blocks of each file, by base name, with the tests that run through
// them.
type coverMap map[string]map[block]map[*test]bool

// add adds the coverage of one test: a profile as go test writes it.
func (m coverMap) add(profile string, t *test) error {
	f, err := os.Open(profile)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, rest, ok := strings.Cut(lines.Text(), ":")
		if !ok || name == "mode" {
			continue
		}
		var b block
		var statements, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &b.fromLine, &b.fromCol, &b.toLine, &b.toCol, &statements, &count); err != nil {
			return fmt.Errorf("%s: %q: %w", profile, lines.Text(), err)
		}
		name = filepath.Base(name)
		if m[name] == nil {
			m[name] = map[block]map[*test]bool{}
		}
		if m[name][b] == nil {
			m[name][b] = map[*test]bool{}
		}
		if count > 0 {
			m[name][b][t] = true
		}
	}
	return lines.Err()
}

// reach returns the tests that run through a mutant. Code in a function but in none of its
// blocks, such as the expression of a case, counts as reached by all tests of the function.
// Code outside functions is reached by all tests.
func (m coverMap) reach(s *source, e edit, all []*test) []*test {
	blocks := m[filepath.Base(e.file)]
	reached := map[*test]bool{}
	found := false
	collect := func(tests map[*test]bool) {
		found = true
		for t := range tests {
			reached[t] = true
		}
	}
	for b, tests := range blocks {
		if b.holds(e.pos.Line, e.pos.Column) {
			collect(tests)
		}
	}
	if d := s.function(e); d != nil && !found {
		whole := s.blockOf(d)
		for b, tests := range blocks {
			if b.within(whole) {
				collect(tests)
			}
		}
	}
	if !found {
		return all
	}
	var list []*test
	for _, t := range all {
		if reached[t] {
			list = append(list, t)
		}
	}
	return list
}

func (s *source) blockOf(n ast.Node) block {
	from, to := s.fset.Position(n.Pos()), s.fset.Position(n.End())
	return block{from.Line, from.Column, to.Line, to.Column}
}
