package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary stand in for the tool, which runs itself.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && (os.Args[1] == "-decode" || os.Args[1] == "-sectors") {
		main()
		return
	}
	os.Exit(m.Run())
}

var fixture = filepath.Join("..", "..", "audio", "testdata", "s24.flac")

// What is measured is what is meant: all samples, and those of a disc.
func TestRead(t *testing.T) {
	var decoded, disc bytes.Buffer
	require.NoError(t, run(&decoded, fixture, "", 0, 0))
	require.NoError(t, run(&disc, "", fixture, 0, 0))
	assert.Positive(t, decoded.Len())
	assert.Zero(t, disc.Len()%4)
	assert.NotEqual(t, decoded.Bytes(), disc.Bytes())
	assert.Error(t, run(&disc, "no such file", "", 0, 0))
}

// Every row has figures where the programs are there, and a gap where they aren't.
func TestTable(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	var out bytes.Buffer
	if _, err := exec.LookPath("sox"); err != nil {
		assert.Error(t, table(&out, self, 1, 1))
		return
	}
	require.NoError(t, table(&out, self, 1, 1))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2+len(rows))
	form := regexp.MustCompile(`^\| [^|]+ \| (\d+x|-) \| [^|]* \| [^|]* \| (\d+x|-) \| [^|]* \| [^|]* \|$`)
	for _, line := range lines[2:] {
		assert.Regexp(t, form, line)
	}
}

func TestFigures(t *testing.T) {
	assert.Equal(t, "60x", times(60, time.Second))
	assert.Equal(t, "-", times(60, 0))
	assert.Equal(t, "2.00", ratio(2*time.Second, time.Second))
	assert.Equal(t, "-", ratio(0, time.Second))
}
