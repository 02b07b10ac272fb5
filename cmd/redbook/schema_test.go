package main

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	schemaFile = "../../docs/redbook.schema.json"
	schemaID   = "https://github.com/redbook-audio/redbook/docs/redbook.schema.json"
)

// object is a JSON object in the making.
type object = map[string]any

// schemaMaker makes a JSON Schema of Go types. Named structs become definitions of their
// own. A strict schema knows no other fields than these; the one in docs lets readers
// ignore what is added later.
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
		return object{"type": "string", "format": "date-time"}
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
		panic(fmt.Sprintf("%v makes JSON of its own: say here of what form", t))
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

// named is the reference to the definition of a struct.
func (m *schemaMaker) named(t reflect.Type) object {
	name := strings.ReplaceAll(strings.TrimPrefix(t.String(), "main."), "*", "")
	if _, ok := m.defs[name]; !ok {
		m.defs[name] = object{} // a struct that holds itself
		fields := object{}
		m.defs[name] = m.closed(fields, m.fields(t, fields))
	}
	return object{"$ref": "#/$defs/" + name}
}

// fields fills in the fields of a struct, and gives the names of those that are always
// there.
func (m *schemaMaker) fields(t reflect.Type, fields object) (required []string) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-", !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "":
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				m.fields(inner.Elem(), fields) // there or not, as a whole
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

// closed is an object with these fields; only a strict one lets no others in.
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

// makeSchema is the schema of everything that --json prints.
func makeSchema(strict bool) object {
	m := &schemaMaker{defs: object{}, strict: strict}
	var forms []any
	add := func(form, name string, body any, head object) {
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
		add("event", event, eventBodies[event], object{"time": object{"type": "string", "format": "date-time"}})
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

// compileForm compiles the definition of one form out of a schema.
func compileForm(text []byte, ref string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schemaID, doc); err != nil {
		return nil, err
	}
	return c.Compile(schemaID + ref)
}

// checkJSON is hooks.json: everything that the scripts make the program print is held to
// the strict schema. A field that the schema lacks ends the program with exit code 98.
func checkJSON(form, name string, text []byte) {
	s, err := strictForm("#/$defs/" + form + "-" + name)
	var doc any
	if err == nil {
		doc, err = jsonschema.UnmarshalJSON(bytes.NewReader(text))
	}
	if err == nil {
		err = s.Validate(doc)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s is not what docs/redbook.schema.json says: %v\n", text, err)
		os.Exit(98)
	}
}

// strictForms keeps what compileForm made of the strict schema: a burn prints one form a
// thousand times.
var (
	strictForms sync.Map
	strictText  = sync.OnceValue(func() []byte { return schemaText(makeSchema(true)) })
)

func strictForm(ref string) (*jsonschema.Schema, error) {
	if s, ok := strictForms.Load(ref); ok {
		return s.(*jsonschema.Schema), nil
	}
	s, err := compileForm(strictText(), ref)
	if err == nil {
		strictForms.Store(ref, s)
	}
	return s, err
}

// docs/redbook.schema.json is made of the types. To bring it up to date:
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

// The schema in docs accepts what it should and refuses what it shouldn't, fields of a
// later release included.
func TestSchema(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	s, err := compileForm(text, "")
	require.NoError(t, err)
	strict, err := compileForm(schemaText(makeSchema(true)), "")
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
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(row.doc))
		require.NoError(t, err)
		assert.Equal(t, row.valid, s.Validate(doc) == nil, row.doc)
		assert.Equal(t, row.strict, strict.Validate(doc) == nil, row.doc)
	}
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
