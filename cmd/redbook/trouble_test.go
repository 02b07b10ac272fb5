package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/docs"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/scsi"
)

// bySymptom are the sections that no message names.
var bySymptom = []topic{"gaps", "no-playback", "no-titles"}

// namedTopics are the topics in the program's source: those of tips, of failures, of explain
// and of variables.
func namedTopics(t *testing.T) map[topic]bool {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	named := map[topic]bool{}
	add := func(e ast.Expr) {
		if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING {
			name, err := strconv.Unquote(text.Value)
			require.NoError(t, err)
			named[topic(name)] = true
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if is(n.Type, "tip") && len(n.Elts) == 2 || is(n.Type, "finding") {
					add(n.Elts[len(n.Elts)-1])
				}
				if list, ok := n.Type.(*ast.ArrayType); ok && is(list.Elt, "finding") {
					for _, e := range n.Elts {
						row := e.(*ast.CompositeLit)
						add(row.Elts[len(row.Elts)-1])
					}
				}
			case *ast.KeyValueExpr:
				if is(n.Key, "topic") {
					add(n.Value)
				}
			case *ast.CallExpr:
				if is(n.Fun, "explain") || is(n.Fun, "topic") || is(n.Fun, "about") {
					add(n.Args[0])
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if field, ok := to.(*ast.SelectorExpr); i < len(n.Rhs) && (is(to, "more") || ok && field.Sel.Name == "topic") {
						add(n.Rhs[i])
					}
				}
			case *ast.ReturnStmt:
				if file == "exit.go" && len(n.Results) == 1 {
					add(n.Results[0]) // of topicOf
				}
			}
			return true
		})
	}
	delete(named, "")
	return named
}

func is(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func TestEveryPageIsInTheHelp(t *testing.T) {
	embedded, err := fs.Glob(docs.Troubleshooting, "*")
	require.NoError(t, err)
	require.ElementsMatch(t, embedded, troubleFiles)
}

// Every message that names a section has one, and every section has a message or is about a
// symptom without one.
func TestEveryTopicHasASection(t *testing.T) {
	named := namedTopics(t)
	require.Greater(t, len(named), 40)
	for name := range named {
		assert.NotNil(t, troubleAbout(name), "no section %q", name)
	}
	seen := map[topic]bool{}
	for _, page := range troublePages() {
		for _, s := range page.sections {
			assert.False(t, seen[s.topic], "two sections %q", s.topic)
			seen[s.topic] = true
			assert.Equal(t, !slices.Contains(bySymptom, s.topic), named[s.topic], "messages name %q", s.topic)
			assert.Greater(t, len(strings.Fields(s.body)), 8, s.topic)
		}
	}
	for _, name := range bySymptom {
		assert.True(t, seen[name], name)
	}
	for _, row := range advice {
		assert.NotEmpty(t, row.topic, row.text)
	}
}

// A topic isn't a command: redbook help NAME prints one of them.
func TestTopicsAreNotCommands(t *testing.T) {
	root := newRoot(&app{env: func(string) string { return "" }})
	for _, cmd := range root.Commands() {
		assert.Nil(t, troubleAbout(topic(cmd.Name())), cmd.Name())
	}
	assert.Nil(t, troubleAbout(troubles))
}

// A section fits every terminal: only addresses and commands, which users copy, are wider.
func TestSectionsFitTheTerminal(t *testing.T) {
	whole := regexp.MustCompile(`https://\S+|^ *redbook `)
	for _, page := range troublePages() {
		for _, s := range page.sections {
			for columns := 20; columns <= 100; columns += 7 {
				for l := range strings.SplitSeq(s.text(columns), "\n") {
					assert.True(t, line.Width(l) <= columns || whole.MatchString(l), "%d: %q", columns, l)
				}
			}
			text := s.text(80)
			assert.NotContains(t, text, "](")
			assert.NotContains(t, text, "<a ")
			assert.NotContains(t, text, "docs/docs")
		}
	}
}

func TestFill(t *testing.T) {
	text := "One two\nthree four five.\n- item one\n  continues [here](troubleshooting-disc.md#gaps)\n- two: [pages](gapless.md)\n\nEnd [web](https://example.com/a)."
	assert.Equal(t, "One two three four five.\n- item one continues\n  here (`redbook help\n  gaps`)\n- two: pages\n  ("+online+"gapless.md)\n\nEnd web\n(https://example.com/a).",
		fill(text, 24))
}

// Each page begins with the list of its topics. To update them:
// REDBOOK_UPDATE=1 go test -run TestTopicTable ./cmd/redbook
func TestTopicTable(t *testing.T) {
	for _, page := range troublePages() {
		var b strings.Builder
		b.WriteString("\n| problem | `redbook help` |\n|---|---|\n")
		for _, s := range page.sections {
			fmt.Fprintf(&b, "| [%s](#%s) | `%s` |\n", s.title, s.topic, s.topic)
		}
		keepCurrent(t, "../../docs/"+page.sections[0].page, "topics", b.String()+"\n")
	}
}

// Nothing was written, unless WRITE can fail with such an error: then the section is also read
// about a disc that isn't blank any more.
func TestSectionsAreTrueDuringABurn(t *testing.T) {
	a := &adviser{flags: &globals{}, config: &config{}}
	report := &burn.Report{Tracks: []burn.TrackReport{{Number: 1, Sent: 54}}}
	seen := map[topic]bool{}
	for key := scsi.SenseKey(1); key <= scsi.KeyAbortedCommand; key++ {
		for code := scsi.Code(0); code < 0x8000; code += 0x100 {
			for _, ascq := range []scsi.Code{0, 2, 5, 8, 9} {
				cause := &scsi.SenseError{Op: "WRITE(10)", Sense: scsi.Sense{Key: key, Code: code | ascq}}
				seen[a.next(engine.Wrap(burn.PhaseWrite, 1, 54, cause), &device{}, report).topic] = true
			}
		}
	}
	require.Greater(t, len(seen), 12)
	for name := range seen {
		body := troubleAbout(name).body
		assert.False(t, strings.Contains(body, "Nothing was written"), name)
	}
}

// anchors are the names that links to a page can have: those of its headings as GitHub makes
// them, and explicit ones.
func anchors(page string) map[string]bool {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(page, -1) {
		names[m[1]] = true
	}
	tag, mark := regexp.MustCompile(`<[^>]*>|\]\([^)]*\)`), regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		title := mark.ReplaceAllString(strings.ToLower(tag.ReplaceAllString(m[1], "")), "")
		names[strings.ReplaceAll(strings.TrimSpace(title), " ", "-")] = true
	}
	return names
}

// Links to a part of a page lead to a heading that exists.
func TestLinksHaveAnchors(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	internals, err := filepath.Glob("../../docs/internals/*.md")
	require.NoError(t, err)
	link := regexp.MustCompile(`\]\(([^)#:]*)#([^)]+)\)`)
	checked := 0
	for _, page := range append(append(pages, internals...), "../../README.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target := page
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(page), m[1])
			}
			other, err := os.ReadFile(target)
			require.NoError(t, err, page)
			assert.True(t, anchors(string(other))[m[2]], "%s: %s#%s", page, m[1], m[2])
			checked++
		}
	}
	assert.Greater(t, checked, 50)
}
