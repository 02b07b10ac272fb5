package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

// edit is one mutant: bytes from..to of a file become text.
type edit struct {
	file     string
	from, to int
	text     string
	kind     string
	pos      token.Position
}

// flips maps binary operators to their replacements.
var flips = map[token.Token][]token.Token{
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
	token.AND: {token.OR}, token.OR: {token.AND}, token.SHL: {token.SHR}, token.SHR: {token.SHL},
}

// finder collects the mutants of a file.
type finder struct {
	fset  *token.FileSet
	file  string
	src   []byte
	edits []edit
	types []*ast.FieldList // results of the functions around
}

// mutants returns every mutant of a file.
func mutants(file string, src []byte) ([]edit, error) {
	f := &finder{fset: token.NewFileSet(), file: file, src: src}
	tree, err := parser.ParseFile(f.fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil {
				f.function(d.Type, d.Body)
			}
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				f.expressions(d)
			}
		}
	}
	return f.edits, nil
}

// function searches a body whose result types are known.
func (f *finder) function(t *ast.FuncType, body *ast.BlockStmt) {
	f.types = append(f.types, t.Results)
	f.expressions(body)
	f.types = f.types[:len(f.types)-1]
}

// expressions walks a tree.
func (f *finder) expressions(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			f.function(n.Type, n.Body)
			return false
		case *ast.BinaryExpr:
			for _, op := range flips[n.Op] {
				f.add("operator", n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op.String())
			}
		case *ast.BasicLit:
			f.literal(n)
		case *ast.Ident:
			switch n.Name {
			case "true":
				f.add("constant", n.Pos(), n.End(), "false")
			case "false":
				f.add("constant", n.Pos(), n.End(), "true")
			}
		case *ast.IfStmt:
			f.condition(n.Cond)
		case *ast.ExprStmt:
			f.add("statement", n.Pos(), n.End(), "")
		case *ast.DeferStmt:
			f.add("statement", n.Pos(), n.End(), "")
		case *ast.IncDecStmt:
			f.add("statement", n.Pos(), n.End(), "")
		case *ast.AssignStmt:
			f.assignment(n)
		case *ast.ReturnStmt:
			f.result(n)
		case *ast.Field:
			return false // tags and types
		}
		return true
	})
}

// literal makes a whole number larger by one.
func (f *finder) literal(n *ast.BasicLit) {
	if n.Kind != token.INT {
		return
	}
	if v, err := strconv.ParseUint(n.Value, 0, 63); err == nil {
		f.add("constant", n.Pos(), n.End(), fmt.Sprint(v+1))
	}
}

// condition negates conditions other than comparisons, which are flipped already.
func (f *finder) condition(c ast.Expr) {
	if b, ok := c.(*ast.BinaryExpr); ok && len(flips[b.Op]) > 0 {
		return
	}
	f.add("condition", c.Pos(), c.End(), "!("+f.text(c)+")")
}

// assignment stores nothing, but still computes the value.
func (f *finder) assignment(n *ast.AssignStmt) {
	if n.Tok == token.DEFINE {
		return
	}
	if n.Tok != token.ASSIGN {
		f.add("assignment", n.Pos(), n.End(), "_ = "+f.text(n.Rhs[0]))
		return
	}
	for _, l := range n.Lhs {
		if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
			continue
		}
		f.add("assignment", l.Pos(), l.End(), "_")
	}
}

// result returns the zero value of each type instead.
func (f *finder) result(n *ast.ReturnStmt) {
	results := f.types[len(f.types)-1]
	if results == nil {
		return
	}
	var types []ast.Expr
	for _, field := range results.List {
		for range max(len(field.Names), 1) {
			types = append(types, field.Type)
		}
	}
	if len(types) != len(n.Results) {
		return // return f()
	}
	for i, r := range n.Results {
		if !isZero(r) {
			f.add("result", r.Pos(), r.End(), "*new("+f.text(types[i])+")")
		}
	}
}

// isZero reports whether the expression is already the zero value.
func isZero(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "nil" || e.Name == "false"
	case *ast.BasicLit:
		return e.Value == "0" || e.Value == `""`
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	}
	return false
}

func (f *finder) text(n ast.Node) string {
	return string(f.src[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset])
}

func (f *finder) add(kind string, from, to token.Pos, text string) {
	pos := f.fset.Position(from)
	f.edits = append(f.edits, edit{f.file, pos.Offset, f.fset.Position(to).Offset, text, kind, pos})
}
