package sim

import (
	"reflect"
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
