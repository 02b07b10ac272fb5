package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// source is the package that is changed.
type source struct {
	dir   string // as a pattern for the go command, ./burn
	name  string // of the package
	path  string // where it is imported from
	files []*sourceFile
	tests []*ast.File // inside the package: a mutant must compile with them

	fset    *token.FileSet
	imports types.Importer
}

// sourceFile is one file of it, unchanged.
type sourceFile struct {
	path string
	text string
	tree *ast.File
}

// load reads the sources built on this machine.
func load(ctx context.Context, dir string) (*source, error) {
	s := &source{dir: "./" + filepath.Clean(strings.TrimPrefix(dir, "./")), fset: token.NewFileSet()}
	out, err := goCommand(ctx, "list", "-json=Dir,Name,ImportPath,GoFiles,TestGoFiles", s.dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", dir, err, out)
	}
	var p struct {
		Dir, Name, ImportPath string
		GoFiles, TestGoFiles  []string
	}
	if err := json.Unmarshal(out, &p); err != nil {
		return nil, fmt.Errorf("go list %s: %w", dir, err)
	}
	s.name, s.path = p.Name, p.ImportPath
	for _, name := range p.GoFiles {
		path := filepath.Join(p.Dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		tree, err := parser.ParseFile(s.fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, &sourceFile{path, string(text), tree})
	}
	for _, name := range p.TestGoFiles {
		tree, err := parser.ParseFile(s.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.tests = append(s.tests, tree)
	}
	return s, s.exports(ctx)
}

// exports finds the compiled form of everything that the package imports.
func (s *source) exports(ctx context.Context) error {
	out, err := goCommand(ctx, "list", "-export", "-deps", "-test", "-f", "{{if not .ForTest}}{{.ImportPath}}\t{{.Export}}{{end}}", s.dir)
	if err != nil {
		return fmt.Errorf("go list -export %s: %w: %s", s.dir, err, out)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			exports[path] = file
		}
	}
	s.imports = importer.ForCompiler(s.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	return nil
}

// file returns the file of an edit.
func (s *source) file(e edit) *sourceFile {
	for _, f := range s.files {
		if f.path == e.file {
			return f
		}
	}
	return nil
}

// apply returns a whole file with one edit.
func (f *sourceFile) apply(e edit) string {
	return f.text[:e.from] + e.text + f.text[e.to:]
}

// compiles reports whether the package with one edit passes the type checker.
func (s *source) compiles(e edit) bool {
	list := append([]*ast.File(nil), s.tests...)
	for _, f := range s.files {
		tree := f.tree
		if f.path == e.file {
			var err error
			if tree, err = parser.ParseFile(s.fset, f.path, f.apply(e), parser.SkipObjectResolution); err != nil {
				return false
			}
		}
		list = append(list, tree)
	}
	conf := types.Config{Importer: s.imports}
	_, err := conf.Check(s.path, s.fset, list, nil)
	return err == nil
}

// function returns the function whose body contains an edit, or nil.
func (s *source) function(e edit) *ast.FuncDecl {
	for _, d := range s.file(e).tree.Decls {
		d, ok := d.(*ast.FuncDecl)
		if ok && d.Body != nil && s.offset(d.Body.Pos()) <= e.from && e.to <= s.offset(d.Body.End()) {
			return d
		}
	}
	return nil
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// between returns the text of a node.
func (s *source) between(f *sourceFile, from, to token.Pos) string {
	return f.text[s.offset(from):s.offset(to)]
}

// line returns the source line of an edit, without its indentation.
func (s *source) line(e edit) string {
	return strings.TrimSpace(strings.Split(s.file(e).text, "\n")[e.pos.Line-1])
}

// old returns the text that an edit replaces.
func (s *source) old(e edit) string { return s.file(e).text[e.from:e.to] }

// overlay writes changed files to a folder and returns the flag that makes the go
// command use them.
func overlay(tmp string, changed map[string]string) (string, error) {
	replace := map[string]string{}
	for path, text := range changed {
		replace[path] = filepath.Join(tmp, filepath.Base(path))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	var list bytes.Buffer
	if err := json.NewEncoder(&list).Encode(map[string]any{"Replace": replace}); err != nil {
		return "", err
	}
	name := filepath.Join(tmp, "overlay.json")
	return "-overlay=" + name, os.WriteFile(name, list.Bytes(), 0o600)
}
