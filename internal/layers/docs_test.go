package layers

import (
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
