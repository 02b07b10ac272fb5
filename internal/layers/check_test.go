package layers

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// kind is the relation of a Go file to its package.
type kind int

const (
	product      kind = iota // ships
	internalTest             // package x, file x_test.go
	externalTest             // package x_test
)

// file has the facts about a file that the checker needs.
type file struct {
	path    string // in the module, with slashes
	kind    kind
	imports []string
	// uses are the used names of our packages, such as "scsi.Request".
	uses []string
}

// top is the folder of the package at the module's root.
const top = "."

func (f file) dir() string { return path.Dir(f.path) }

// shown reports whether the file is an example for the users of a public package, or an
// example program. gen makes the audio that the programs burn.
func (f file) shown() bool {
	if strings.HasPrefix(f.path, "internal/") || strings.Contains(f.path, "/internal/") || f.dir() == "examples/album/gen" {
		return false
	}
	return path.Base(f.path) == "example_test.go" || f.kind == product && strings.HasPrefix(f.path, "examples/")
}

// find returns the row of a package.
func find(dir string) (row, bool) {
	if r, ok := table[dir]; ok {
		return r, true
	}
	for name, r := range table {
		if strings.HasSuffix(name, "/") && strings.HasPrefix(dir+"/", name) {
			return r, true
		}
	}
	return row{}, false
}

// check returns every violation of the table. constants are the names of toc's constants.
func check(files []file, constants []string) []string {
	var broken []string
	for _, f := range files {
		r, ok := find(f.dir())
		if !ok {
			broken = append(broken, fmt.Sprintf("%s: package %s isn't in the table: add it to the table", f.path, f.dir()))
			continue
		}
		for _, imported := range f.imports {
			if why := r.refuses(f, imported); why != "" {
				broken = append(broken, fmt.Sprintf("%s imports %s: %s", f.path, imported, why))
			}
		}
		if f.dir() == "sim" && f.kind != externalTest {
			broken = append(broken, checkSimUses(f, constants)...)
		}
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

// refuses returns why f must not import this, or "".
func (r row) refuses(f file, imported string) string {
	if imported == module {
		return r.refusesOurs(f, top)
	}
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		return r.refusesOurs(f, ours)
	}
	if !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		if f.kind == product && listed(r.never, imported) {
			return f.dir() + " must not know this"
		}
		return ""
	}
	for prefix, suffix := range onlyOn {
		if name := strings.Replace(f.path, "_test.go", ".go", 1); within(imported, prefix) && !strings.HasSuffix(name, suffix) {
			return "only in files that end in " + suffix
		}
	}
	for prefix, folder := range onlyIn {
		if within(imported, prefix) && !within(f.dir(), folder) {
			return "only in " + folder
		}
	}
	if f.kind != product || r.others == "*" {
		return ""
	}
	for allowed := range strings.FieldsSeq(r.others) {
		if within(imported, allowed) {
			return ""
		}
	}
	return f.dir() + " may use only these modules of others: " + orNothing(r.others)
}

// refusesOurs checks the import of one of our packages, given by its folder. Tests don't
// ship and may import anything that compiles; those of sim may not, because they must not
// compare one mistake with itself.
func (r row) refusesOurs(f file, ours string) string {
	inSim := f.dir() == "sim" || f.dir() == "internal/iscsi"
	switch {
	case f.shown() && strings.HasPrefix(ours, "internal/"):
		return "readers of an example can't import this"
	case f.kind == externalTest && inSim:
		if listed(simTests, ours) || ours == f.dir() {
			return ""
		}
		return "external tests of sim may import only " + simTests
	case f.kind != product && !inSim:
		return ""
	case r.ours == "*" || listed(r.ours, ours):
		return ""
	case strings.HasPrefix(ours+"/", f.dir()+"/internal/"):
		return ""
	}
	return where(f) + " may import of ours: " + orNothing(r.ours)
}

// where is the name of a package in messages.
func where(f file) string {
	if f.dir() == top {
		return "the package at the top"
	}
	return f.dir()
}

func checkSimUses(f file, constants []string) []string {
	var broken []string
	for _, use := range f.uses {
		pkg, name, _ := strings.Cut(use, ".")
		switch pkg {
		case "scsi":
			for pattern := range strings.FieldsSeq(simForbidden) {
				stem, open := strings.CutSuffix(pattern, "*")
				if name == stem || (open && strings.HasPrefix(name, stem)) {
					broken = append(broken, fmt.Sprintf("%s uses %s: sim has sense and CDB code of its own", f.path, use))
				}
			}
		case "toc":
			if !listed(simTOC, name) && !slices.Contains(constants, name) {
				broken = append(broken, fmt.Sprintf("%s uses %s: sim may use of toc only %s and constants", f.path, use, simTOC))
			}
		}
	}
	return broken
}

func listed(list, name string) bool { return slices.Contains(strings.Fields(list), name) }

// within reports whether path is the module, a later version of it, or one of its packages.
func within(imported, module string) bool {
	return imported == module || strings.HasPrefix(imported, module+"/")
}

func orNothing(list string) string {
	if list == "" {
		return "nothing"
	}
	return list
}
