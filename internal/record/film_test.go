//go:build linux

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shoot films a burn: silence of a minute, the question, the answer after five seconds, and 80
// seconds of work.
func shoot(t *testing.T) *film {
	t.Helper()
	c := newCamera()
	require.NoError(t, c.typeLine("redbook <&>"))
	began := c.now
	output := []chunk{{0, []byte("plan\r\n")}, {time.Minute, []byte("Burn? ")}, {65 * time.Second, []byte("y\r\n")}}
	for i := range 10 {
		output = append(output, chunk{time.Duration(73+8*i) * time.Second, []byte("\r\x1b[K" + strings.Repeat("#", i))})
	}
	require.NoError(t, c.play(output, 65*time.Second))
	assert.Equal(t, longestSilence+reading+10*time.Second, c.slow-began, "a second of silence, time to read, 80 seconds of work in 10")
	assert.Equal(t, longestSilence+reading, c.fast-began, "the label comes with the haste")
	require.NoError(t, c.end())
	assert.Equal(t, c.now+ending, c.length)
	return &c.film
}

func TestFilm(t *testing.T) {
	f := shoot(t)
	require.Len(t, f.lines, 4)
	assert.Equal(t, "$ redbook <&>", f.lines[0][len(f.lines[0])-1].text)
	assert.Equal(t, map[int]bool{0: true, 3: true}, f.typed)
	bars := f.lines[3]
	assert.Len(t, bars, 11, "a blank, nine bars, and the prompt at the end")
	for i := 2; i < len(bars)-1; i++ {
		assert.Equal(t, time.Second, bars[i].at-bars[i-1].at)
	}
}

// Output faster than the frames is thinned, and its last state is never lost.
func TestFramesAreNotShorterThanOne(t *testing.T) {
	c := newCamera()
	for i := range 1000 {
		require.NoError(t, c.show(time.Millisecond, "\r"+strings.Repeat("#", i%7+1)))
	}
	require.NoError(t, c.show(time.Second, "\r\x1b[Kend\r\n"))
	require.NoError(t, c.end())
	line := c.lines[0]
	assert.Less(t, len(line), 2+int(time.Second/frameTime))
	assert.Equal(t, "end", line[len(line)-1].text)
	for i := 1; i < len(line); i++ {
		assert.GreaterOrEqual(t, line[i].at, line[i-1].at)
	}
}

// elements parses an SVG strictly and returns its elements.
func elements(t *testing.T, svg string) map[string]int {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
}

// checkSVG checks that an SVG is a recording that a page can embed.
func checkSVG(t *testing.T, svg string) {
	t.Helper()
	for name := range elements(t, svg) {
		assert.Contains(t, []string{"svg", "title", "style", "rect", "line", "g", "text"}, name)
	}
	assert.NotRegexp(t, regexp.MustCompile(`(?i)url\(|@import|@font-face|href=|<script|javascript:`), svg)
	assert.Contains(t, svg, "prefers-color-scheme: dark")
	moving := strings.Index(svg, "prefers-reduced-motion: no-preference")
	require.Positive(t, moving)
	assert.NotContains(t, svg[:moving], "animation", "without motion the last picture stands still")
	assert.Contains(t, svg, "shown 8x as fast")
}

func TestSVG(t *testing.T) {
	svg := draw(shoot(t), "about <&>")
	checkSVG(t, svg)
	assert.Contains(t, svg, "redbook &lt;&amp;&gt;</text>")
	// line 3 is a reel: a blank, nine bars, the prompt; the last is the final state
	assert.Contains(t, svg, ".r3{transform:translateY(-190px)}\n")
	assert.Contains(t, svg, ">#########</text>")
}

func TestRuns(t *testing.T) {
	assert.Equal(t, `<text x="0" y="14" textLength="16.8">ab</text><text x="42" y="14" textLength="25.2">c d</text>`, runs("ab   c d", 14))
	assert.Equal(t, `<text x="8.4" y="14" textLength="8.4">x</text>`, runs(" x", 14))
	assert.Equal(t, `<text x="25.2" y="14" textLength="8.4">x</text>`, runs("   x", 14))
	assert.Empty(t, runs("", 14))
}

// The recording of the README is valid, and small enough.
func TestRecordingOfREADME(t *testing.T) {
	svg, err := os.ReadFile("../../docs/images/burn.svg")
	require.NoError(t, err)
	assert.Less(t, len(svg), 300<<10)
	checkSVG(t, string(svg))
	for _, text := range []string{escape("$ " + command), escape("Burn? [y/N] y"), "Reading back", "success: 4 of 4 tracks"} {
		assert.Contains(t, string(svg), text)
	}
}

// A program in the terminal gets its input, and one that never asks or fails is an error.
func TestRun(t *testing.T) {
	if _, err := os.Stat("/dev/ptmx"); err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	sh := func(script string) *exec.Cmd { return exec.Command("sh", "-c", script) }
	output, answered, err := run(sh(`stty size; printf 'Sure? '; read x; echo "<$x>"`), answer{"Sure? ", "y\n", 0})
	require.NoError(t, err)
	assert.Positive(t, answered)
	var all []byte
	for _, o := range output {
		all = append(all, o.data...)
	}
	assert.Equal(t, "24 80\r\nSure? y\r\n<y>\r\n", string(all))

	_, _, err = run(sh("echo no question"), answer{"Sure? ", "y\n", 0})
	assert.ErrorContains(t, err, "never asked")
	_, _, err = run(sh("printf 'Sure? '; read x; exit 3"), answer{"Sure? ", "y\n", 0})
	var exit *exec.ExitError
	assert.ErrorAs(t, err, &exit)
}
