package line_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

func ExampleFit() {
	parts := []line.Part{
		line.Text(4, "Writing track 3 of 12", "Writing 3/12", "Writing"),
		{Rank: 2, Bar: 20, Done: 0.5},
		line.Text(3, "16x"),
		line.Text(5, "4:10 left"),
	}
	for _, columns := range []int{80, 40, 24} {
		fmt.Println(line.Fit(columns, parts...))
	}
	// Output:
	// Writing track 3 of 12  [##########..........]  16x  4:10 left
	// Writing track 3 of 12  16x  4:10 left
	// Writing 3/12  4:10 left
}

// The widths are those of the terminal tests of Markus Kuhn's wcwidth and of the emoji
// sequences in Unicode's emoji-sequences.txt.
func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "音楽": 4, "ｱ": 1, "한": 2,
		"e\u0301":  1, // e and a combining acute
		"👩\u200d🚀": 2, // one astronaut of two letters and a joiner
		"🇩🇪":       2, // a flag of two letters
	} {
		assert.Equal(t, want, line.Width(text), "%+q", text)
	}
}

func TestCutKeepsLettersWhole(t *testing.T) {
	assert.Equal(t, "e\u0301", line.Cut("e\u0301a\u0300", 1))
	assert.Equal(t, "音", line.Cut("音楽", 3))
	assert.Equal(t, "", line.Cut("音楽", 1))
	assert.Equal(t, "音…", line.Shorten("音楽の", 4))
	assert.Equal(t, "abc", line.Shorten("abc", 3))
}

func TestDefuse(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[31mb": "a\uFFFD[31mb", "\u202egnp.exe": "\uFFFDgnp.exe", "\u0085\u009b2J": "\uFFFD\uFFFD2J",
		"\u2066x\u2069": "\uFFFDx\uFFFD", "\u200e\u200f\u061c": "\uFFFD\uFFFD\uFFFD", "\ufeffx": "\uFFFDx",
		"\u2028\u2029": "\uFFFD\uFFFD", "\x7f\x00": "\uFFFD\uFFFD", "\xff": "\uFFFD", "\U000E0041": "\uFFFD",
		"line\nand\ttab": "line\nand\ttab", "می\u200cخواهم": "می\u200cخواهم", "Björk 音楽": "Björk 音楽",
	} {
		assert.Equal(t, want, line.Defuse(in), "%+q", in)
	}
	assert.Equal(t, "a\uFFFDb c", line.OneLine("a\nb\tc"))
}

// Escaping changes only the bytes of a JSON document, never its value.
func TestEscapeJSONKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\u202e\u0085\x7f\U000E0041\u2028\u200d")))
		want := map[string]string{rapid.StringOfN(runes, 0, 5, -1).Draw(t, "key"): rapid.StringOfN(runes, 0, 9, -1).Draw(t, "value")}
		doc, err := json.MarshalIndent(want, "", "\t")
		require.NoError(t, err)
		escaped := line.EscapeJSON(doc)
		var got map[string]string
		require.NoError(t, json.Unmarshal(escaped, &got))
		assert.Equal(t, want, got)
		assert.Equal(t, string(escaped), line.Defuse(string(escaped)))
	})
}

// Every width from 20 on is respected, whatever the texts are, and the line contains the
// part of the highest rank as long as its shortest form fits.
func TestFitKeepsTheWidth(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("ab 音\u0301👩")), 1, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(0, 200).Draw(t, "columns")
		parts := []line.Part{
			line.Text(3, letters.Draw(t, "first"), letters.Draw(t, "shorter")),
			{Rank: 1, Bar: 20, Done: rapid.Float64().Draw(t, "done")},
			line.Text(9, "4:10 left", "4:10"),
			line.Text(2, letters.Draw(t, "last")),
		}
		got := line.Fit(columns, parts...)
		assert.LessOrEqual(t, line.Width(got), columns)
		if columns >= 4 {
			assert.Contains(t, got, "4:10")
		}
		if columns >= 200 {
			assert.Contains(t, got, "[")
		}
	})
}

func TestFitDrawsTheBar(t *testing.T) {
	bar := func(columns int, done float64) string { return line.Fit(columns, line.Part{Bar: 10, Done: done}) }
	assert.Equal(t, "[..........]", bar(80, -1))
	assert.Equal(t, "[#####.....]", bar(80, 0.5))
	assert.Equal(t, "[##########]", bar(80, 7))
	assert.Equal(t, "[###...]", bar(8, 0.5))
	assert.Equal(t, "", line.Fit(10))
	assert.Equal(t, "b", line.Fit(10, line.Text(1, ""), line.Text(1, "b")))
}

func TestWrap(t *testing.T) {
	for _, row := range []struct {
		text    string
		columns int
		want    string
	}{
		{"short", 20, "short"},
		{"", 20, ""},
		{"players that support CD-TEXT show", 16, "players that\nsupport CD-TEXT\nshow"},
		{"  as far in as its line", 14, "  as far in as\n  its line"},
		{"one\n  two words\nthree", 7, "one\n  two\n  words\nthree"},
		{"  no-drive              redbook finds no drive", 39, "  no-drive\n      redbook finds no drive"},
		{"  no-drive              redbook finds no drive", 20, "  no-drive\n      redbook finds\n      no drive"},
		{"      --device DRIVE       DRIVE to use", 30, "      --device DRIVE\n          DRIVE to use"},
		{"   1   3:41  Name", 12, "   1   3:41\n   Name"},
		{"日本語 日本語", 8, "日本語\n日本語"},
		{"unbreakablebecauseitisoneword", 10, "unbreakablebecauseitisoneword"},
		{"a unbreakablebecauseitisoneword b", 10, "a\nunbreakablebecauseitisoneword\nb"},
		{"To finish it: redbook resume 1 --device sim:a.disc", 24, "To finish it:\nredbook resume 1 --device sim:a.disc"},
		{"disc   CD-R, finalized, 1 closed session", 20, "disc   CD-R,\n       finalized, 1\n       closed\n       session"},
		{"   1   日本   success   reads what it wrote", 40, "   1   日本   success   reads what it\n                        wrote"},
		{"  redbook burn album/   a folder", 20, "  redbook burn album/\n      a folder"},
		{"  redbook burn album/   a folder or files", 40, "  redbook burn album/   a folder or\n                        files"},
		{"  redbook burn --device sim:a.disc album", 20, "  redbook burn --device sim:a.disc album"},
		{"redbook burns audio CDs", 16, "redbook burns\naudio CDs"},
		{"track01.wav\t0:05\tAccurateRip", 16, "track01.wav\t0:05\tAccurateRip"},
		{"   1      0:05  01-first-light.wav", 30, "   1      0:05\n            01-first-light.wav"},
		{"   1      0:05  01-first-light.wav", 20, "   1      0:05\n  01-first-light.wav"},
		{"   1      0:05  01-first-light.wav", 16, "   1      0:05\n   01-first-light.wav"},
		{"  track 2: 01-first-light.wav is empty", 19, "  track 2:\n 01-first-light.wav\n is empty"},
		{"  01-first-light.wav: empty", 20, " 01-first-light.wav:\n empty"},
		{"   1   日本   success   reads", 12, "   1   日本\n    success\n    reads"},
		{"  To finish it later: redbook resume 1", 16, "  To finish it\n  later:\n  redbook resume 1"},
	} {
		assert.Equal(t, row.want, line.Wrap(row.text, row.columns), row.text)
	}
}
