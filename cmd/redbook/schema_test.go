package main

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	schemaFile = "../../docs/redbook.schema.json"
	schemaID   = "https://github.com/redbook-audio/redbook/docs/redbook.schema.json"
)

// object is a JSON object under construction.
type object = map[string]any

// schemaMaker makes a JSON Schema of Go types. Named structs become separate definitions. A
// strict schema allows no other fields; the one in docs lets readers ignore fields that are
// added later.
type schemaMaker struct {
	defs   object
	strict bool
}

var (
	textType = reflect.TypeFor[encoding.TextMarshaler]()
	jsonType = reflect.TypeFor[json.Marshaler]()
)

// schema is the schema of a type.
func (m *schemaMaker) schema(t reflect.Type) object {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return timestamp()
	case strings.HasPrefix(t.Name(), "Fact[") && t.Implements(jsonType):
		value, _ := t.FieldByName("Value")
		return m.closed(object{
			"value":  object{"anyOf": []any{m.schema(value.Type), object{"type": "null"}}},
			"origin": object{"type": "string", "enum": []string{"unknown", "reported", "contradicted"}},
			"why":    object{"type": "string"},
		}, []string{"value", "origin"})
	case t == reflect.TypeFor[mmc.Speed]():
		return object{"type": "integer", "minimum": -1}
	case t.Implements(jsonType):
		panic(fmt.Sprintf("%v has its own JSON encoding: add its form here", t))
	case t.Implements(textType):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Float64, reflect.Float32:
		return object{"type": "number"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Pointer:
		return object{"anyOf": []any{m.schema(t.Elem()), object{"type": "null"}}}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": []string{"string", "null"}, "contentEncoding": "base64"}
		}
		return object{"type": []string{"array", "null"}, "items": m.schema(t.Elem())}
	case reflect.Array:
		return object{"type": "array", "items": m.schema(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Struct:
		return m.named(t)
	}
	panic(fmt.Sprintf("%v has no schema", t))
}

// timestamp is the schema of a time. Validators need not check formats, so it also has a
// pattern.
func timestamp() object {
	return object{"type": "string", "format": "date-time", "pattern": `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`}
}

// named is the reference to the definition of a struct.
func (m *schemaMaker) named(t reflect.Type) object {
	name := strings.ReplaceAll(strings.TrimPrefix(t.String(), "main."), "*", "")
	if _, ok := m.defs[name]; !ok {
		m.defs[name] = object{} // a struct that contains itself
		fields := object{}
		m.defs[name] = m.closed(fields, m.fields(t, fields))
	}
	return object{"$ref": "#/$defs/" + name}
}

// fields sets the fields of a struct, and returns the names of those that are always
// present.
func (m *schemaMaker) fields(t reflect.Type, fields object) (required []string) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-", !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "":
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				m.fields(inner.Elem(), fields) // present or absent as a whole
				continue
			}
			required = append(required, m.fields(inner, fields)...)
			continue
		case name == "":
			name = f.Name
		}
		fields[name] = m.schema(f.Type)
		if !strings.Contains(options, "omit") {
			required = append(required, name)
		}
	}
	return required
}

// closed is an object with these fields; only a strict schema forbids others.
func (m *schemaMaker) closed(fields object, required []string) object {
	o := object{"type": "object", "properties": fields, "required": required}
	if required == nil {
		o["required"] = []string{}
	}
	if m.strict {
		o["additionalProperties"] = false
	}
	return o
}

// makeSchema is the schema of all output of --json, or of one form of it ("event-progress")
// with its definitions.
func makeSchema(strict bool, only ...string) object {
	m := &schemaMaker{defs: object{}, strict: strict}
	var forms []any
	add := func(form, name string, body any, head object) {
		if only != nil && !slices.Contains(only, form+"-"+name) {
			return
		}
		fields := object{"version": object{"const": jsonVersion}, form: object{"const": name}}
		maps.Copy(fields, head)
		required := slices.Sorted(maps.Keys(fields))
		required = append(required, m.fields(reflect.TypeOf(body), fields)...)
		if _, has := fields["device"]; form == "event" && !has {
			fields["device"] = object{"type": "string"} // of a command that uses several
		}
		m.defs[form+"-"+name] = m.closed(fields, required)
		forms = append(forms, object{"$ref": "#/$defs/" + form + "-" + name})
	}
	for _, kind := range slices.Sorted(maps.Keys(documents)) {
		add("kind", kind, documents[kind], nil)
	}
	for _, event := range slices.Sorted(maps.Keys(eventBodies)) {
		add("event", event, eventBodies[event], object{"time": timestamp()})
	}
	return object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     schemaID,
		"title":   "What redbook --json prints",
		"description": "One document with a kind, or for burn, close, blank and verify one object with an event per line. " +
			"Fields that end in _ns are nanoseconds, fields called sectors are 1/75 second, fields that end in _lba are addresses. " +
			"New kinds, events and fields may be added under the same version; a change of meaning raises it.",
		"oneOf": forms,
		"$defs": m.defs,
	}
}

// schemaText is a schema as a file.
func schemaText(s object) []byte {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err)
	}
	return append(text, '\n')
}

// compile compiles a schema.
func compile(text []byte) (*jsonschema.Resolved, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, err
	}
	return s.Resolve(nil)
}

// checkJSON implements hooks.json: all JSON printed in tests is compared with the strict
// schema. A field that the schema lacks ends the program with exit code 98.
func checkJSON(form, name string, text []byte) {
	if err := strictly(form+"-"+name, text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(98)
	}
}

// strictForms caches the compiled forms of the strict schema: a burn prints one form a
// thousand times.
var strictForms sync.Map

// strictly compares output with the strict schema of its form.
func strictly(form string, text []byte) error {
	s, ok := strictForms.Load(form)
	if !ok {
		compiled, err := compile(schemaText(makeSchema(true, form)))
		if err != nil {
			return err
		}
		s, _ = strictForms.LoadOrStore(form, compiled)
	}
	var doc any
	err := json.Unmarshal(text, &doc)
	if err == nil {
		err = s.(*jsonschema.Resolved).Validate(doc)
	}
	if err != nil {
		return fmt.Errorf("%s does not match docs/redbook.schema.json: %w", text, err)
	}
	return nil
}

// noteJSON is checkJSON for the programs of the scripts: it appends their output to a file,
// which notedJSON checks after the script. Compiling the schema takes a program longer than
// most of its work.
func noteJSON(path string) func(form, name string, text []byte) {
	return func(form, name string, text []byte) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err == nil {
			_, err = fmt.Fprintf(f, "%s-%s %q\n", form, name, text)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(98)
		}
	}
}

// notedJSON checks a file of noteJSON. A script whose programs print no JSON has none.
func notedJSON(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for line := range strings.Lines(string(text)) {
		form, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		printed, err := strconv.Unquote(quoted)
		if err == nil {
			err = strictly(form, []byte(printed))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// docs/redbook.schema.json is generated from the types. To update it:
// REDBOOK_UPDATE=1 go test -run TestSchemaIsCurrent ./cmd/redbook
func TestSchemaIsCurrent(t *testing.T) {
	want := schemaText(makeSchema(false))
	if os.Getenv("REDBOOK_UPDATE") != "" {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o644))
	}
	got, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	if !bytes.Equal(want, bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n"))) {
		t.Errorf("%s isn't current: REDBOOK_UPDATE=1 go test -run TestSchemaIsCurrent ./cmd/redbook", schemaFile)
	}
}

// The schema in docs accepts valid documents, with fields of a later release, and rejects
// others.
func TestSchema(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	s, err := compile(text)
	require.NoError(t, err)
	strict, err := compile(schemaText(makeSchema(true)))
	require.NoError(t, err)
	for _, row := range []struct {
		doc           string
		valid, strict bool
	}{
		{`{"version":1,"kind":"eject","device":"sim:a"}`, true, true},
		{`{"version":1,"kind":"eject","device":"sim:a","later":1}`, true, false},
		{`{"version":2,"kind":"eject","device":"sim:a"}`, false, false},
		{`{"version":1,"kind":"eject"}`, false, false},
		{`{"version":1,"kind":"eject","device":7}`, false, false},
		{`{"version":1,"kind":"unheard","device":"sim:a"}`, false, false},
		{`{"version":1,"event":"session_closed","time":"2026-11-29T00:00:00Z","elapsed_ns":1,"appendable":false}`, true, true},
		{`{"version":1,"event":"session_closed","time":"yesterday","elapsed_ns":1,"appendable":false}`, false, false},
		{`[]`, false, false},
	} {
		var doc any
		require.NoError(t, json.Unmarshal([]byte(row.doc), &doc))
		assert.Equal(t, row.valid, s.Validate(doc) == nil, row.doc)
		assert.Equal(t, row.strict, strict.Validate(doc) == nil, row.doc)
	}
}

// The JSON printed in the scripts is checked, each by its own form.
func TestNotedJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "printed")
	require.NoError(t, notedJSON(path))
	note := noteJSON(path)
	note("kind", "eject", []byte(`{"version":1,"kind":"eject","device":"sim:a"}`+"\n"))
	require.NoError(t, notedJSON(path))
	note("kind", "eject", []byte(`{"version":1,"kind":"eject","device":"sim:a","later":1}`))
	assert.ErrorContains(t, notedJSON(path), "later")
}

// docs/cli.md names every kind, every event and every field of theirs.
func TestManualHasEveryField(t *testing.T) {
	text, err := os.ReadFile("../../docs/cli.md")
	require.NoError(t, err)
	m := &schemaMaker{defs: object{}}
	for name, body := range documents {
		assert.True(t, strings.Contains(string(text), "`"+name+"`"), name)
		fields := object{}
		m.fields(reflect.TypeOf(body), fields)
		for field := range fields {
			assert.True(t, strings.Contains(string(text), field), "%s: %s", name, field)
		}
	}
	for name, body := range eventBodies {
		assert.True(t, strings.Contains(string(text), "`"+name+"`"), name)
		fields := object{}
		m.fields(reflect.TypeOf(body), fields)
		for field := range fields {
			assert.True(t, strings.Contains(string(text), field), "%s: %s", name, field)
		}
	}
}
