package layers

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longestPage is the maximum number of words of a page without tables and code blocks.
const longestPage = 1500

// Pages stay short. golden.md is data.
func TestPagesAreShort(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	internals, err := filepath.Glob("../../docs/internals/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, internals)
	block := regexp.MustCompile("(?s)```.*?```")
	for _, page := range append(append(pages, internals...), "../../README.md", "../../CONTRIBUTING.md") {
		if filepath.Base(page) == "golden.md" {
			continue
		}
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		words := 0
		for line := range strings.Lines(block.ReplaceAllString(string(text), "")) {
			if !strings.HasPrefix(line, "|") {
				words += len(strings.Fields(line))
			}
		}
		assert.LessOrEqual(t, words, longestPage, page)
	}
}

// The tests named in faults.md exist: tests are merged and renamed.
func TestFaultsNamesTests(t *testing.T) {
	var tests []byte
	require.NoError(t, fs.WalkDir(os.DirFS("../.."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(filepath.Join("../..", name))
		tests = append(tests, source...)
		return err
	}))
	text, err := os.ReadFile("../../docs/internals/faults.md")
	require.NoError(t, err)
	names := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		assert.True(t, bytes.Contains(tests, []byte("func "+name+"(")), name)
	}
}
