package cue

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

func TestParseTime(t *testing.T) {
	for _, s := range []toc.Sectors{0, 1, 74, 75, 4499, 4500, 449999, 450000, 12345678} {
		got, err := ParseTime(s.Position())
		require.NoError(t, err)
		assert.Equal(t, s, got)
	}
	for _, bad := range []string{"", ":", "1", "1:1", "00:", "x:00:00", "0:60:00", "0:0:75", "0:001:00", "70000:00:00", "-1:00:00", "+1:00:00", "1::2", "1:2:3:4"} {
		n, err := ParseTime(bad)
		assert.ErrorIs(t, err, ErrTime, bad)
		assert.Zero(t, n)
	}
	for text, want := range map[string]string{
		"70000:00:00": `in "70000:00:00" the minutes must be 0 to 65535`, "00:60:00": "seconds must be 0 to 59", "00:00:75": "frames must be 0 to 74",
		"0:001:00": `"0:001:00" is not minutes:seconds:frames`, "x:00:00": `"x:00:00" is not minutes:seconds:frames`,
	} {
		_, err := ParseTime(text)
		require.ErrorContains(t, err, want)
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"00:02:00", "99:59:74", "100:00:00", "a", ":::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseTime(text)
		if err != nil {
			if !errors.Is(err, ErrTime) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseTime(s.Position()); err != nil || again != s {
			t.Fatalf("%q -> %d -> %d, %v", text, s, again, err)
		}
	})
}
