package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

// results writes to stdout what a command prints for programs and pipes: data as text, one
// JSON document, or a stream of events.
type results struct {
	flags        *globals
	w            io.Writer
	screen       screen                               // of w
	seen         func(form, kind string, text []byte) // a hook; may be nil
	events       *eventStream                         // of a command that reports by events, with --json
	documentDone bool                                 // stdout already has its JSON document
	mu           *sync.Mutex                          // of the events of several drives
}

// jsonVersion is the version of everything that --json prints. Fields may be added; a
// changed meaning would be version 2.
const jsonVersion = 1

// header begins every JSON document.
type header struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`
}

// document prints the one JSON document of a query. The fields of body are next to version
// and kind, not below them.
func (r *results) document(kind string, body any) error {
	text, err := merge(header{jsonVersion, kind}, body)
	if err != nil {
		return err
	}
	var doc strings.Builder
	if err := indent(&doc, text); err != nil {
		return err
	}
	r.documentDone = true
	r.printed("kind", kind, text)
	return r.print("%s\n", doc.String())
}

// print writes data to stdout. A failed write (a full disk, a closed pipe) is the
// command's error.
func (r *results) print(format string, args ...any) error {
	if _, err := io.WriteString(r.w, printable(fmt.Sprintf(format, args...))); err != nil {
		return fail(exitFailed, "", "%w: %w", errUnprinted, err)
	}
	return nil
}

// errUnprinted is the error of a command whose output could not be written.
var errUnprinted = errors.New("writing to the standard output")

// unprinted reports whether nothing failed but the output.
func unprinted(err error) bool {
	return err != nil && !slices.ContainsFunc(errorParts(err), func(part error) bool { return !errors.Is(part, errUnprinted) })
}

// sentences prints text for people, with lines and the rows of tables broken between words
// on a terminal.
func (r *results) sentences(text string) error {
	if r.screen.live {
		text = line.Wrap(printable(text), r.screen.width()-1)
	}
	return r.print("%s", text)
}

// error makes the failure the last event, or the only document, of --json.
func (r *results) error(code int, err error, next string) {
	if !r.flags.json {
		return
	}
	e := errorOf(code, err, next)
	if r.events != nil {
		r.events.send("error", e)
		return
	}
	if !r.documentDone {
		_ = r.document("error", e) // stdout has failed: stderr and the exit code report it
	}
}

// merge puts the fields of the objects a and b into one object, those of a first.
func merge(a, b any) (json.RawMessage, error) {
	first, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	second, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	if len(second) <= len("{}") || second[0] != '{' {
		return first, nil
	}
	joined := append(first[:len(first)-1], ',')
	return line.EscapeJSON(append(joined, second[1:]...)), nil
}

// indent writes a JSON document with indentation.
func indent(w io.Writer, doc json.RawMessage) error {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
