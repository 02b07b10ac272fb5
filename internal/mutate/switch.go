package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
	"strings"
)

// variable is the environment variable that selects a mutant in a test binary with all of
// them.
const variable = "REDBOOK_MUTANT"

// selector is the file that reads it. Mutants are numbered from 1.
const selector = `package %s

import (
	"os"
	"strconv"
)

var mutantID, _ = strconv.Atoi(os.Getenv(%q))
`

// switchable reports whether an edit can be one of many in a binary: it lies in a
// function, which does not call recover itself (in a copy, recover would no longer be
// called by the deferred function).
func (s *source) switchable(e edit) bool {
	d := s.function(e)
	if d == nil {
		return false
	}
	recovers := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			id, ok := call.Fun.(*ast.Ident)
			recovers = recovers || ok && id.Name == "recover"
		}
		return !recovers
	})
	return !recovers
}

// switched returns the files of the package with all these edits in them, numbered
// from 1. Each function with edits starts with a switch that calls one of its copies.
func (s *source) switched(list []edit) map[string]string {
	changed := map[string]string{
		filepath.Join(filepath.Dir(s.files[0].path), "mutants_switch.go"): fmt.Sprintf(selector, s.name, variable),
	}
	for _, f := range s.files {
		numbers := map[*ast.FuncDecl][]int{}
		for i, e := range list {
			if e.file == f.path {
				d := s.function(e)
				numbers[d] = append(numbers[d], i)
			}
		}
		if len(numbers) == 0 {
			continue
		}
		var inserts []edit
		var copies strings.Builder
		for d, which := range numbers {
			args, named := s.arguments(d)
			inserts = append(inserts, named...)
			var table strings.Builder
			for _, i := range which {
				name := fmt.Sprintf("mutant%d", i+1)
				fmt.Fprintf(&table, " case %d: %s;", i+1, call(d, name, args))
				copies.WriteString("\n" + s.copyOf(f, d, name, list[i]) + "\n")
			}
			brace := s.offset(d.Body.Lbrace) + 1
			inserts = append(inserts, edit{from: brace, to: brace, text: " switch mutantID {" + table.String() + " };"})
		}
		text := f.text
		slices.SortFunc(inserts, func(a, b edit) int { return cmp.Compare(b.from, a.from) })
		for _, e := range inserts {
			text = text[:e.from] + e.text + text[e.to:]
		}
		changed[f.path] = text + copies.String()
	}
	return changed
}

// copyOf is a function with another name and one edit.
func (s *source) copyOf(f *sourceFile, d *ast.FuncDecl, name string, e edit) string {
	return s.between(f, d.Type.Func, d.Name.Pos()) + name +
		s.between(f, d.Name.End(), d.End())[:e.from-s.offset(d.Name.End())] + e.text +
		f.text[e.to:s.offset(d.End())]
}

// call is the statement that runs a copy instead.
func call(d *ast.FuncDecl, name, args string) string {
	if d.Recv != nil {
		name = receiverName(d) + "." + name
	}
	if d.Type.TypeParams != nil {
		var params []string
		for _, field := range d.Type.TypeParams.List {
			for _, id := range field.Names {
				params = append(params, id.Name)
			}
		}
		name += "[" + strings.Join(params, ", ") + "]"
	}
	if d.Type.Results == nil {
		return name + "(" + args + "); return"
	}
	return "return " + name + "(" + args + ")"
}

// nameless is the name given to an unnamed receiver.
const nameless = "mutated"

func receiverName(d *ast.FuncDecl) string {
	if names := d.Recv.List[0].Names; len(names) > 0 && names[0].Name != "_" {
		return names[0].Name
	}
	return nameless
}

// arguments are the parameters of a function as the arguments of its copy, and the
// edits that give names to those that have none.
func (s *source) arguments(d *ast.FuncDecl) (string, []edit) {
	var args []string
	var named []edit
	if d.Recv != nil && receiverName(d) == nameless {
		named = append(named, s.giveName(d.Recv.List[0], 0, nameless))
	}
	for _, field := range d.Type.Params.List {
		for i := range max(len(field.Names), 1) {
			var name string
			if len(field.Names) > 0 && field.Names[i].Name != "_" {
				name = field.Names[i].Name
			} else {
				name = fmt.Sprintf("%s%d", nameless, len(args)+1)
				named = append(named, s.giveName(field, i, name))
			}
			if _, ok := field.Type.(*ast.Ellipsis); ok {
				name += "..."
			}
			args = append(args, name)
		}
	}
	return strings.Join(args, ", "), named
}

// giveName names a parameter that is unnamed or blank.
func (s *source) giveName(field *ast.Field, i int, name string) edit {
	if len(field.Names) > 0 {
		id := field.Names[i]
		return edit{from: s.offset(id.Pos()), to: s.offset(id.End()), text: name}
	}
	at := s.offset(field.Type.Pos())
	return edit{from: at, to: at, text: name + " "}
}
