package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// expandFiles replaces patterns (*.wav) by the matching files, in natural order. Shells on
// Unix have already done that; those on Windows have not. A name that exists is used as it
// is, so a file called "[live].wav" needs no quoting.
func expandFiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		if _, err := os.Lstat(arg); err == nil || !strings.ContainsAny(arg, "*?[") {
			files = append(files, arg)
			continue
		}
		matches, err := filepath.Glob(arg)
		switch {
		case errors.Is(err, filepath.ErrBadPattern):
			return nil, fail(exitBadInput, "", "%s: no such file, and not a pattern either", arg)
		case len(matches) == 0:
			return nil, fail(exitBadInput, "", "%s: no file matches this pattern", arg)
		}
		slices.SortStableFunc(matches, naturalCompare)
		files = append(files, matches...)
	}
	return files, nil
}

// orderWarning warns if a list looks sorted alphabetically although its names contain
// numbers: 1, 10, 11, 2. It returns "" otherwise.
func orderWarning(files []string) string {
	if !slices.IsSorted(files) {
		return "" // the user chose this order
	}
	natural := slices.Clone(files)
	slices.SortStableFunc(natural, naturalCompare)
	for i := range files {
		if files[i] != natural[i] {
			return fmt.Sprintf("the files are in alphabetical order: track %d is %s, but by number it would be %s. "+
				"If that is wrong, name them in the order you want", i+1, filepath.Base(files[i]), filepath.Base(natural[i]))
		}
	}
	return ""
}

// naturalCompare orders names so that runs of digits count as numbers: a2 before a10.
func naturalCompare(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			if c := compareNumbers(a[:da], b[:db]); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits returns the length of the run of digits at the beginning of s.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// compareNumbers orders runs of digits of any length by value.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
