package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// scan parses every Go file of a module, for every system.
func scan(root fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		// Folders that the go command skips.
		hidden := name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_"))
		if entry.IsDir() && (hidden || base == "testdata" || base == "vendor") {
			return fs.SkipDir
		}
		if entry.IsDir() || hidden || path.Ext(base) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parse(name, source)
		files = append(files, f)
		return err
	})
	return files, err
}

func parse(name string, source []byte) (file, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
	if err != nil {
		return file{}, err
	}
	f := file{path: name}
	if strings.HasSuffix(name, "_test.go") {
		f.kind = internalTest
		if strings.HasSuffix(parsed.Name.Name, "_test") {
			f.kind = externalTest
		}
	}
	local := map[string]string{} // the name in this file -> our package
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return f, err
		}
		f.imports = append(f.imports, imported)
		if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
			name := path.Base(ours)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			local[name] = ours
		}
	}
	f.uses = selectors(parsed, local)
	return f, nil
}

// selectors returns the names of our packages that a file uses. A dot import hides them,
// and so counts as a use of the name ".".
func selectors(parsed *ast.File, local map[string]string) []string {
	var uses []string
	if ours, ok := local["."]; ok {
		uses = append(uses, ours+"..")
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && local[x.Name] != "" {
				uses = append(uses, local[x.Name]+"."+sel.Sel.Name)
			}
		}
		return true
	})
	slices.Sort(uses)
	return slices.Compact(uses)
}

// constantsOf returns the names of the constants of the package in a folder.
func constantsOf(root fs.FS, dir string) ([]string, error) {
	names, err := fs.Glob(root, dir+"/*.go")
	if err != nil {
		return nil, err
	}
	var constants []string
	for _, name := range names {
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range parsed.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.CONST {
				for _, spec := range gen.Specs {
					for _, ident := range spec.(*ast.ValueSpec).Names {
						constants = append(constants, ident.Name)
					}
				}
			}
		}
	}
	return constants, nil
}
