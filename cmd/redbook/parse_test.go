package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

func TestParseSpeed(t *testing.T) {
	for text, want := range map[string]mmc.Speed{"": mmc.SpeedMax, "max": mmc.SpeedMax, "MAX": mmc.SpeedMax, "1x": mmc.SpeedX(1),
		"16x": mmc.SpeedX(16), "16": mmc.SpeedX(16), "52X": mmc.SpeedX(52), " 8x ": mmc.SpeedX(8)} {
		got, err := parseSpeed(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"0", "0x", "-4x", "fast", "x", "16kB"} {
		_, err := parseSpeed(text)
		code, _ := verdict(err)
		assert.Equal(t, exitUsage, code, text)
		assert.ErrorContains(t, err, text)
	}
}

// Which texts are speeds.
func TestTextsOfSpeeds(t *testing.T) {
	for text, want := range map[string]mmc.Speed{
		"16x": mmc.SpeedX(16), " 16X ": mmc.SpeedX(16), "4.5": mmc.SpeedX(4.5), "0.5x": mmc.SpeedX(0.5), "1000x": mmc.SpeedX(1000), "max": mmc.SpeedMax, "": mmc.SpeedMax,
	} {
		got, err := parseSpeed(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"0", "-1x", "1000.5", "1001x", "Inf", "NaN", "x", "16 x y"} {
		got, err := parseSpeed(text)
		require.Error(t, err, text)
		assert.Zero(t, got, text)
	}
}

func TestSpeedText(t *testing.T) {
	// The same speeds as drives state them: 176.4 rounded down, rounded up, 176 a step.
	for kBps, want := range map[int]string{2822: "16x", 2824: "16x", 2816: "16x", 8467: "48x", 706: "4x", 0: "unknown", 441: "2.5x"} {
		assert.Equal(t, want, speedText(kBps))
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int{"16M": 16 << 20, "16MiB": 16 << 20, "16mb": 16 << 20, "512k": 512 << 10, "1G": 1 << 30, "65536": 65536} {
		got, err := parseSize("--fifo", text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1M", "3G", "sixteen", "1.5M", "99999999999M"} {
		_, err := parseSize("--fifo", text)
		assert.Error(t, err, text)
	}
}

func TestParseTracks(t *testing.T) {
	set, err := parseTracks("--preemphasis", "2,5, 7-9")
	require.NoError(t, err)
	for n, want := range map[int]bool{1: false, 2: true, 3: false, 5: true, 7: true, 8: true, 9: true, 10: false} {
		assert.Equal(t, want, set.has(n), n)
	}
	n, beyond := set.beyond(5)
	assert.True(t, beyond)
	assert.Equal(t, 9, n)
	_, beyond = set.beyond(9)
	assert.False(t, beyond)

	set, err = parseTracks("--preemphasis", "all")
	require.NoError(t, err)
	assert.True(t, set.has(99))
	set, err = parseTracks("--preemphasis", "")
	require.NoError(t, err)
	assert.False(t, set.has(1))

	for _, text := range []string{"0", "100", "1-", "-2", "5-3", "one", "1,,2", "1;2"} {
		_, err := parseTracks("--preemphasis", text)
		code, _ := verdict(err)
		assert.Equal(t, exitUsage, code, text)
	}
}

func TestParseISRCs(t *testing.T) {
	codes, err := parseISRCs([]string{"3=USABC1234567", "1=us-xyz-24-00001"})
	require.NoError(t, err)
	assert.Equal(t, map[int]toc.ISRC{3: "USABC1234567", 1: "USXYZ2400001"}, codes)

	for _, arg := range []string{"USABC1234567", "0=USABC1234567", "100=USABC1234567", "3=", "3=USABC123456", "x=USABC1234567"} {
		_, err := parseISRCs([]string{arg})
		code, _ := verdict(err)
		assert.Equal(t, exitUsage, code, arg)
	}
	_, err = parseISRCs([]string{"3=USABC1234567", "3=USABC1234568"})
	assert.ErrorContains(t, err, "track 3 has two codes")
	_, err = parseISRCs([]string{"3=USABC123456"})
	assert.True(t, errors.Is(err, toc.ErrISRC))
}
