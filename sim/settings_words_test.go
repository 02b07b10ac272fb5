package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// New accepts the documented words of each setting that is a word, and no others.
func TestMisspelledSettings(t *testing.T) {
	free := []string{"Vendor", "Product", "Revision", "CloseSays", "ImmedSays"}
	allowed := map[string]string{}
	for _, w := range (&Settings{}).wordSettings() {
		allowed[w.name] = w.words
	}
	for f := range reflect.TypeFor[Settings]().Fields() {
		if f.Type.Kind() != reflect.String || slices.Contains(free, f.Name) {
			continue
		}
		require.Contains(t, allowed, f.Name, "the table lacks a setting")
		for word := range strings.FieldsSeq(allowed[f.Name] + " nonsense") {
			var s Settings
			reflect.ValueOf(&s).Elem().FieldByIndex(f.Index).SetString(word)
			start := func() { New(Config{Personality: Personality{Settings: s}}).Close() }
			if word == "nonsense" {
				assert.PanicsWithError(t, s.check().Error(), start, f.Name)
			} else {
				assert.NotPanics(t, start, f.Name+" "+word)
			}
		}
	}
}

// All personalities use documented words.
func TestSettingsOfPersonalities(t *testing.T) {
	for _, p := range personalities {
		assert.NoError(t, p.check(), p.Name)
	}
}

// quotedWord is a word in quotes in a comment, with the "" that some lists contain.
var quotedWord = regexp.MustCompile(`"([^"\n]*)"`)

// documentedWords returns the words in the comments of each field of the package's types, by
// "Type.Field". Fields with one comment have the same words.
func documentedWords(t *testing.T) map[string][]string {
	t.Helper()
	words := map[string][]string{}
	set := token.NewFileSet()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range fields.Fields.List {
				for _, name := range field.Names {
					for _, m := range quotedWord.FindAllStringSubmatch(field.Doc.Text()+field.Comment.Text(), -1) {
						if m[1] != "" {
							words[spec.Name.Name+"."+name.Name] = append(words[spec.Name.Name+"."+name.Name], m[1])
						}
					}
				}
			}
			return true
		})
	}
	return words
}

// The comment of each field that is a word lists the words that the drive knows, and no
// others.
func TestWordsAreDocumented(t *testing.T) {
	documented := documentedWords(t)
	known := map[string][]string{
		"Config.Clock": strings.Fields(clockWords), "Fault.Kind": faultKinds,
		"Track.State": {trackReserved, trackOpen, trackComplete}, "Speed.Mode": {zclv, pcav, cav},
	}
	for _, w := range (&Settings{}).wordSettings() {
		known["Settings."+w.name] = strings.Fields(w.words)
	}
	for field, words := range known {
		assert.ElementsMatch(t, words, documented[field], field)
	}
}

// New refuses a clock that isn't documented, and AddFault a fault that means something else
// than its fields suggest.
func TestMisspelledClocksAndFaults(t *testing.T) {
	for _, word := range append(strings.Fields(clockWords), "") {
		assert.NotPanics(t, func() { New(Config{Clock: word}).Close() }, word)
	}
	assert.PanicsWithError(t, `sim: Config.Clock is "fast" and may be instant, accelerated, real`, func() { New(Config{Clock: "fast"}) })
	d := New(Config{})
	for _, word := range append(slices.Clone(faultKinds), "") {
		assert.NotPanics(t, func() { d.AddFault(Fault{Kind: word}) }, word)
	}
	for _, f := range []Fault{
		{Kind: "Drop"}, {Kind: "3/0C/00"}, {Kind: faultBusy, Key: 2, ASC: 4, ASCQ: 8}, {Kind: faultDrop, Deferred: true},
		{Kind: faultGood, Bytes: 2352}, {Bytes: 1}, {Key: 0x13},
	} {
		assert.Panics(t, func() { d.AddFault(f) }, "%+v", f)
	}
	assert.Len(t, d.faults, len(faultKinds)+1)
}

// Each setting that is a number has limits, and New refuses what lies past them.
func TestNumbersHaveLimits(t *testing.T) {
	limits := map[string]numberSetting{}
	for _, n := range (&Settings{}).numberSettings() {
		limits[n.name] = n
	}
	for f := range reflect.TypeFor[Settings]().Fields() {
		if !slices.Contains([]reflect.Kind{reflect.Int, reflect.Int32}, f.Type.Kind()) {
			continue
		}
		require.Contains(t, limits, f.Name, "the table lacks a setting")
		for _, n := range []int{limits[f.Name].least - 1, limits[f.Name].most + 1} {
			var s Settings
			reflect.ValueOf(&s).Elem().FieldByIndex(f.Index).SetInt(int64(n))
			assert.Error(t, s.check(), "%s %d", f.Name, n)
		}
	}
}

// New refuses sense that isn't sense, and speeds that no drive has.
func TestImpossibleSettings(t *testing.T) {
	for _, s := range []Settings{
		{CloseSays: "5/72"}, {ImmedSays: "busy"}, {CloseSays: "5/72/03x"}, {CloseSays: "5/172/03"}, {CloseSays: "5/72/03/01"},
		{SpeedsR: []Speed{{KBps: 48}}}, {SpeedsRW: []Speed{{KBps: 1764, Mode: "cav"}}}, {SpeedsR: []Speed{{KBps: -1}}},
		{BlankTypes: []int{8}}, {Lacks: []int{0x100}}, {Lacks: []int{-1}},
	} {
		assert.Panics(t, func() { New(Config{Personality: Personality{Settings: s}}) }, "%+v", s)
	}
}
