package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// block is a piece of a file that the tests run through.
type block struct{ fromLine, fromCol, toLine, toCol int }

// coverMap has the covered blocks of each file, by base name.
type coverMap map[string][]block

// has reports whether a mutant is covered. Declarations outside functions belong to
// no block: they count as covered.
func (m coverMap) has(e edit) bool {
	inside := false
	for _, b := range m[filepath.Base(e.file)] {
		if b.holds(e.pos.Line, e.pos.Column) {
			return true
		}
	}
	for _, b := range m["!"+filepath.Base(e.file)] {
		inside = inside || b.holds(e.pos.Line, e.pos.Column)
	}
	return !inside
}

func (b block) holds(line, col int) bool {
	past := line > b.fromLine || line == b.fromLine && col >= b.fromCol
	before := line < b.toLine || line == b.toLine && col <= b.toCol
	return past && before
}

// coverage runs the tests once as they are. Blocks that are not covered are under
// the name of their file with an exclamation mark.
func coverage(ctx context.Context, dir string, o options) (coverMap, error) {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	profile := filepath.Join(tmp, "cover.out")
	args := []string{"test", "-coverprofile", profile, "-count=1"}
	if out, err := goCommand(ctx, append(args, o.tests(dir)...)...); err != nil {
		return nil, fmt.Errorf("the tests of %s fail without a change: %w\n%s", dir, err, out)
	}
	f, err := os.Open(profile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m := coverMap{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, rest, ok := strings.Cut(lines.Text(), ":")
		var b block
		var statements, count int
		if !ok || name == "mode" {
			continue
		}
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &b.fromLine, &b.fromCol, &b.toLine, &b.toCol, &statements, &count); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", profile, lines.Text(), err)
		}
		key := filepath.Base(name)
		if count == 0 {
			key = "!" + key
		}
		m[key] = append(m[key], b)
	}
	return m, nil
}
