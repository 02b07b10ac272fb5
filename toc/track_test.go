package toc

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestControlString(t *testing.T) {
	for c, want := range map[Control]string{
		0:                           "audio",
		PreEmphasis:                 "audio, pre-emphasis",
		CopyPermitted:               "audio, copy permitted",
		PreEmphasis | CopyPermitted: "audio, pre-emphasis, copy permitted",
		FourChannel:                 "audio, four channels",
		DataTrack:                   "data",
		DataTrack | 1:               "data", // here bit 0 means recorded incrementally
		DataTrack | FourChannel:     "data",
	} {
		assert.Equal(t, want, c.String())
		assert.Equal(t, c&DataTrack == 0, c.Audio())
	}
}

func TestParseISRC(t *testing.T) {
	for text, want := range map[string]ISRC{
		"":                 "",
		"   ":              "",
		"USABC1234567":     "USABC1234567",
		"us-abc-12-34567":  "USABC1234567",
		" GB-AYE-67-00531": "GBAYE6700531",
		"DEA459800001":     "DEA459800001",
	} {
		got, err := ParseISRC(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for text, reason := range map[string]string{
		"USABC123456":   "has 11 characters",
		"USABC12345678": "has 13 characters",
		"1SABC1234567":  "two letters",
		"US.BC1234567":  "letters or digits",
		"USABCX234567":  "seven digits",
		"USABC12345é":   "seven digits",
	} {
		_, err := ParseISRC(text)
		assert.ErrorIs(t, err, ErrISRC)
		assert.ErrorContains(t, err, reason)
	}
}

func TestParseMCN(t *testing.T) {
	// EAN-13 of the GS1 General Specifications and of the Wikipedia article; a UPC-A
	// from its article there.
	for text, want := range map[string]MCN{
		"":                "",
		"4006381333931":   "4006381333931",
		"400638 133393-1": "4006381333931",
		"5901234123457":   "5901234123457",
		"036000291452":    "0036000291452",
		"0000000000000":   "0000000000000",
	} {
		got, err := ParseMCN(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for text, reason := range map[string]string{
		"4006381333932":  "check digit 1",
		"5901234123450":  "check digit 7",
		"59012341234":    "has 11 digits",
		"40063813339310": "has 14 digits",
		"400638133393X":  "something other than digits",
	} {
		_, err := ParseMCN(text)
		assert.ErrorIs(t, err, ErrMCN)
		assert.ErrorContains(t, err, reason)
	}
}

func FuzzParseISRC(f *testing.F) {
	for _, s := range []string{"USABC1234567", "us-abc-12-34567", "", "é", "ſSABC1234567"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseISRC(text)
		if err != nil {
			if code != "" || !errors.Is(err, ErrISRC) {
				t.Fatalf("%q -> %q, %v", text, code, err)
			}
			return
		}
		again, err := ParseISRC(string(code))
		if err != nil || again != code || (len(code) != 0 && len(code) != 12) {
			t.Fatalf("%q -> %q -> %q, %v", text, code, again, err)
		}
	})
}

func FuzzParseMCN(f *testing.F) {
	for _, s := range []string{"4006381333931", "036000291452", "", "-", "٤٠٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseMCN(text)
		if err != nil {
			if code != "" || !errors.Is(err, ErrMCN) {
				t.Fatalf("%q -> %q, %v", text, code, err)
			}
			return
		}
		again, err := ParseMCN(string(code))
		if err != nil || again != code || (len(code) != 0 && len(code) != 13) {
			t.Fatalf("%q -> %q -> %q, %v", text, code, again, err)
		}
	})
}
