package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentedWords are the types of which the comment lists all values, and the package that
// has them as constants.
var documentedWords = []struct{ dir, name, constants string }{
	{"burn", "NoteKind", "internal/notekind"},
	{"burn", "OtherDiscKind", "internal/engine"},
	{"burn", "ReserveResult", "internal/trackatonce"},
	{"album", "NoteKind", "album"},
	{"album", "Step", "album"},
	{"cdtext", "NoteKind", "cdtext"},
	{"rip", "Loss", "internal/extract"},
	{".", "Need", "."},
	{".", "NoticeKind", "."},
}

// sources parses the files of a package that ship.
func sources(t *testing.T, dir string) []*ast.File {
	names, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	require.NoError(t, err)
	var list []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		list = append(list, f)
	}
	return list
}

// specs calls f for each specification of a kind of declaration.
func specs[S ast.Spec](files []*ast.File, kind token.Token, f func(S, *ast.GenDecl)) {
	for _, file := range files {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == kind {
				for _, s := range d.Specs {
					f(s.(S), d)
				}
			}
		}
	}
}

// wordLine is an entry of the list in a type's comment. Words of the same meaning share one.
var wordLine = regexp.MustCompile(`(?m)^\s+- ((?:"[^"]+"(?:, | and )?)+)`)

// documented returns the words that the comment of a type lists.
func documented(files []*ast.File, name string) (list []string) {
	specs(files, token.TYPE, func(s *ast.TypeSpec, d *ast.GenDecl) {
		if s.Name.Name != name {
			return
		}
		for _, line := range wordLine.FindAllStringSubmatch(d.Doc.Text(), -1) {
			for _, quoted := range regexp.MustCompile(`"[^"]+"`).FindAllString(line[1], -1) {
				list = append(list, strings.Trim(quoted, `"`))
			}
		}
	})
	return list
}

// constants returns the constants of a type, by name.
func constants(files []*ast.File, typeName string) map[string]string {
	list := map[string]string{}
	specs(files, token.CONST, func(s *ast.ValueSpec, _ *ast.GenDecl) {
		var name string
		switch typ := s.Type.(type) {
		case *ast.Ident:
			name = typ.Name
		case *ast.SelectorExpr:
			name = typ.X.(*ast.Ident).Name + "." + typ.Sel.Name
		}
		if name != typeName {
			return
		}
		for i, v := range s.Values {
			if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				list[s.Names[i].Name], _ = strconv.Unquote(lit.Value)
			}
		}
	})
	return list
}

// The comment of a type whose values are words lists exactly those that the code makes, and
// the constants are out of sight.
func TestWordsAreDocumented(t *testing.T) {
	for _, w := range documentedWords {
		at, name := w.dir+"."+w.name, w.name
		if w.constants != w.dir {
			name = filepath.Base(w.dir) + "." + name
		}
		made := constants(sources(t, w.constants), name)
		require.NotEmpty(t, made, "%s: no constants in %s", at, w.constants)
		listed := documented(sources(t, w.dir), w.name)
		assert.ElementsMatch(t, slices.Collect(maps.Values(made)), listed, at)
		if !strings.HasPrefix(w.constants, "internal/") {
			for c := range made {
				assert.False(t, ast.IsExported(c), "%s: %s is exported, and its word is documented", at, c)
			}
		}
	}
}
