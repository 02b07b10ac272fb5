package layers

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// private reports whether other modules can't import a package of ours.
func private(path string) bool {
	return strings.HasPrefix(path, module) && slices.Contains(strings.Split(path, "/"), "internal")
}

// leaks returns the exported names of a package through which a type of a private package
// is visible.
func leaks(pkg *types.Package) (list []string) {
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		report := func(at string, t types.Type) {
			if found := foreign(t, map[types.Type]bool{}); found != "" {
				list = append(list, fmt.Sprintf("%s.%s: %s", pkg.Path(), at, found))
			}
		}
		kind, ok := object.(*types.TypeName)
		if !ok {
			report(name, object.Type())
			continue
		}
		report(name, object.Type())
		report(name, object.Type().Underlying())
		if named, ok := types.Unalias(kind.Type()).(*types.Named); ok {
			for m := range named.Methods() {
				if m.Exported() {
					report(name+"."+m.Name(), m.Type())
				}
			}
		}
	}
	return list
}

// foreign returns a type of a private package that is visible in t, or "".
func foreign(t types.Type, seen map[types.Type]bool) string {
	if seen[t] {
		return ""
	}
	seen[t] = true
	var parts []types.Type
	switch t := t.(type) {
	case interface {
		Obj() *types.TypeName
		TypeArgs() *types.TypeList
	}:
		if o := t.Obj(); o.Pkg() != nil && private(o.Pkg().Path()) {
			return o.Pkg().Path() + "." + o.Name()
		}
		parts = slices.Collect(t.TypeArgs().Types())
		if alias, ok := t.(*types.Alias); ok {
			parts = append(parts, alias.Rhs())
		}
	case *types.Map:
		parts = []types.Type{t.Key(), t.Elem()}
	case interface{ Elem() types.Type }:
		parts = []types.Type{t.Elem()}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				parts = append(parts, f.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			parts = append(parts, m.Type())
		}
	case *types.Signature:
		for v := range t.Params().Variables() {
			parts = append(parts, v.Type())
		}
		for v := range t.Results().Variables() {
			parts = append(parts, v.Type())
		}
	}
	for _, part := range parts {
		if found := foreign(part, seen); found != "" {
			return found
		}
	}
	return ""
}

// TestExportedTypes checks that the documentation of public packages names only types that
// other modules can import.
func TestExportedTypes(t *testing.T) {
	if testing.Short() {
		t.Skip("lists all packages as they were built")
	}
	exports := map[string]string{}
	var public []string
	list := exec.Command("go", "list", "-export", "-f", "{{.ImportPath}} {{.Name}} {{.Export}}", "./...")
	list.Dir = "../.."
	out, err := list.Output() // as built for the tests
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue // only tests
		}
		exports[fields[0]] = fields[2]
		if strings.HasPrefix(fields[0], module) && !private(fields[0]) && fields[1] != "main" {
			public = append(public, fields[0])
		}
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	load := func(path string) *types.Package {
		pkg, err := imports.Import(path)
		require.NoError(t, err)
		return pkg
	}
	assert.Contains(t, public, module+"/rip")
	for _, path := range public {
		assert.Empty(t, leaks(load(path)))
	}
	assert.NotEmpty(t, leaks(load(module+"/internal/image")), "of its own types")
}
