package layers

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is what the names in the pages refer to.
type tree struct {
	root  fs.FS
	dirs  map[string][]string // the folders of the packages, by their last element
	files map[string]bool     // Go files without their folder
	funcs map[string][]string // the folders in which a function or a type is declared
	makes string              // the Makefile
}

// readTree reads the Go files of a module.
func readTree(root fs.FS) (*tree, error) {
	w := &tree{root: root, dirs: map[string][]string{}, files: map[string]bool{}, funcs: map[string][]string{}}
	makes, err := fs.ReadFile(root, "Makefile")
	if err != nil {
		return nil, err
	}
	w.makes = string(makes)
	return w, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (base == "testdata" || name != "." && strings.HasPrefix(base, ".")):
			return fs.SkipDir
		case path.Ext(base) != ".go":
			return nil
		}
		w.files[base] = true
		dir := path.Dir(name)
		last := path.Base(dir)
		if dir == top {
			last = path.Base(module)
		}
		if !slices.Contains(w.dirs[last], dir) {
			w.dirs[last] = append(w.dirs[last], dir)
		}
		source, err := fs.ReadFile(root, name)
		for _, keyword := range []string{"\nfunc ", "\ntype "} { // a regular expression takes ten times as long
			rest := source
			for found := true; found; {
				if _, rest, found = bytes.Cut(rest, []byte(keyword)); found {
					end := max(bytes.IndexAny(rest, " ([\n"), 0)
					w.funcs[string(rest[:end])] = append(w.funcs[string(rest[:end])], dir)
				}
			}
		}
		return err
	})
}

// declares reports whether one of the packages declares a name, or a type with such a field
// or method.
func (w *tree) declares(dirs []string, name string) bool {
	declaration := regexp.MustCompile(`(?m)^(?:func (?:\([^)]*\) )?|type |var |const |\t(?:\w+, )*)` + name + `\b`)
	for _, dir := range dirs {
		files, _ := fs.Glob(w.root, path.Join(dir, "*.go"))
		for _, file := range files {
			if source, _ := fs.ReadFile(w.root, file); bytes.Contains(source, []byte(name)) && declaration.Match(source) {
				return true
			}
		}
	}
	return false
}

var (
	testName  = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w+`)
	ofPackage = regexp.MustCompile("`([a-z/]+)` (?:(?:Test|Fuzz)\\w+,? ?)*$") // before a name: its package
	code      = regexp.MustCompile("`[^`]+`")
	goName    = regexp.MustCompile(`(?:^|[^\w./-])([a-z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	target    = regexp.MustCompile(`\bmake ([a-z][a-z0-9-]*)`)
	fileName  = regexp.MustCompile(`^[\w./-]+$`)
	folders   = regexp.MustCompile(`^(?:internal|cmd|docs|scripts|examples)/`)
	link      = regexp.MustCompile(`\]\(([^)#:]+)[)#]`)
)

// missing returns the names in a line of a page that don't exist: tests, names of our
// packages, files, folders and targets of make.
func (w *tree) missing(line string) (list []string) {
	for _, at := range testName.FindAllStringIndex(line, -1) {
		name := line[at[0]:at[1]]
		dirs := w.funcs[name]
		if m := ofPackage.FindStringSubmatch(line[:at[0]]); m != nil {
			dirs = slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return !slices.Contains(w.dirs[path.Base(m[1])], dir) })
		}
		if len(dirs) == 0 {
			list = append(list, name)
		}
	}
	for _, quoted := range code.FindAllString(line, -1) {
		text := strings.Trim(quoted, "`")
		for _, m := range goName.FindAllStringSubmatch(text, -1) {
			dirs := w.dirs[m[1]]
			if len(dirs) > 0 && !(w.declares(dirs, m[2]) && (m[3] == "" || w.declares(dirs, m[3]))) {
				list = append(list, strings.TrimSpace(m[0]))
			}
		}
		if m := target.FindStringSubmatch(text); m != nil && !strings.Contains(w.makes, "\n"+m[1]+":") {
			list = append(list, text)
		}
		if !fileName.MatchString(text) {
			continue
		}
		if folders.MatchString(text) {
			if _, err := fs.Stat(w.root, strings.TrimSuffix(text, "/")); err != nil {
				list = append(list, text)
			}
		} else if path.Ext(text) == ".go" && !w.files[path.Base(text)] {
			list = append(list, text)
		}
	}
	return list
}

// Everything that the pages name exists. Code is renamed and moved more often than the pages
// about it are read.
func TestPagesNameWhatExists(t *testing.T) {
	w, err := readTree(os.DirFS("../.."))
	require.NoError(t, err)
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/internals/*.md", ".github/*.md", ".github/*/*.yml"} {
		found, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		pages = append(pages, found...)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			for _, name := range w.missing(line) {
				t.Errorf("%s:%d: %s doesn't exist", page, number, name)
			}
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
				assert.NoError(t, err, "%s:%d", page, number)
			}
		}
	}
	// It would find what is missing.
	for _, line := range []string{
		"`engine` TestCheckFindsViolations", "TestOfNothing", "`toc.Nothing`", "an error (`burn.Error.Nothing`)", "`make nothing`",
		"`internal/nothing`", "`nothing.go`", "`tao` TestX, TestOfNothing",
	} {
		assert.NotEmpty(t, w.missing(line), line)
	}
	assert.Empty(t, w.missing("`layers` TestImports, TestCheckFindsViolations: `toc.LBA`, `burn.Error.Phase`, `make check`, `internal/layers/`, `doc.go`"))
}
