package asc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// TestNames parses the source: a code has at most one name, and always a text.
func TestNames(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "asc.go", nil, 0)
	require.NoError(t, err)
	named := map[scsi.Code]string{}
	for _, decl := range parsed.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			value := spec.(*ast.ValueSpec)
			n, err := strconv.ParseUint(value.Values[0].(*ast.BasicLit).Value, 0, 16)
			require.NoError(t, err)
			assert.Empty(t, named[scsi.Code(n)], "%s has two names", value.Names[0])
			assert.NotContains(t, scsi.Code(n).Error(), "/", "%s has no text", value.Names[0])
			named[scsi.Code(n)] = value.Names[0].Name
		}
	}
	assert.Greater(t, len(named), 40)
}
