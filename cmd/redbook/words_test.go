package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/cdtext"
)

// wordLine is a line of a doc comment that lists a word of a type.
var wordLine = regexp.MustCompile(`(?m)^\s*- "([^"]+)": `)

// documentedWords returns the words that the doc comment of a type lists.
func documentedWords(t *testing.T, folder, typeName string) (words []string) {
	files, err := filepath.Glob("../../" + folder + "/*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			group, ok := n.(*ast.GenDecl)
			if !ok || group.Tok != token.TYPE || group.Specs[0].(*ast.TypeSpec).Name.Name != typeName {
				return true
			}
			for _, m := range wordLine.FindAllStringSubmatch(group.Doc.Text(), -1) {
				words = append(words, m[1])
			}
			return false
		})
	}
	require.NotEmpty(t, words, "%s.%s", folder, typeName)
	return words
}

// has checks that a table has a row for each word of a type, and no other rows.
func has[K ~string, V any](t *testing.T, table map[K]V, folder, typeName string) {
	t.Helper()
	var rows []string
	for word := range table {
		rows = append(rows, string(word))
	}
	assert.ElementsMatch(t, documentedWords(t, folder, typeName), rows, "%s.%s", folder, typeName)
}

// Every word that a package documents for a kind has a text.
func TestEveryAlbumNoteHasWords(t *testing.T) {
	has(t, albumWords, "album", "NoteKind")
	for kind := range albumWords {
		n := album.Note{Kind: kind, Name: "a.wav", Used: "b.wav", N: 2, Length: 75, Tracks: "1, 3", Reason: "why"}
		text := albumNoteText(n)
		assert.NotEqual(t, n.String(), text, kind)
		assert.False(t, strings.HasSuffix(text, "."), "%s: %s", kind, text)
	}
}

func TestEveryLossHasWords(t *testing.T) { has(t, lossWords, "rip", "Loss") }

func TestEveryTextNoteHasWords(t *testing.T) {
	has(t, textWords, "cdtext", "NoteKind")
	for kind := range textWords {
		assert.NotEmpty(t, textNote(cdtext.Note{Kind: kind, Field: "title", Track: 2, From: "a", To: "b"}), kind)
	}
}

func TestEveryNeedHasWords(t *testing.T) { has(t, needWords, ".", "Need") }

func TestEveryNoticeHasWords(t *testing.T) {
	has(t, noticeWords, ".", "NoticeKind")
	for kind, words := range noticeWords {
		assert.NotEmpty(t, words.text(redbook.Notice{Kind: kind, Name: "a", Path: "b", Text: "c", Err: io.EOF}), kind)
	}
}
