package page

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// album is a report with a bit of everything.
func album() *Page {
	p := &Page{
		Title: "Live <b>&", Performer: "\"Quotes\"", Headline: "success: 3 tracks", State: Good,
		Date: time.Date(2026, 11, 29, 1, 2, 3, 0, time.UTC), Program: "redbook 1", Capacity: 4000,
		Facts:  []Fact{{"Drive", "A </script> drive"}},
		Events: []Event{{time.Minute, "an <event>", Warn}},
		Marks: []Mark{
			{Kind: TrackMark, At: time.Second}, {Kind: Pause, At: 2 * time.Second, To: 4 * time.Second, Text: "a pause"}, {Kind: Repeat, At: 5 * time.Second},
		},
	}
	for i := range 3 {
		p.Tracks = append(p.Tracks, Track{Number: i + 1, Title: "javascript:alert(1)", LBA: i * 1000, Sectors: 1000, State: Good, Notes: []string{"<i>"}})
	}
	for i := range 100 {
		p.Samples = append(p.Samples, Sample{At: time.Duration(i) * time.Second, X: 16, FIFO: 1, Drive: 0.5})
	}
	return p
}

func render(t *testing.T, p *Page) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, p.Write(&b))
	return b.String()
}

// The page is well-formed, contains no foreign markup, and loads no external resources.
func TestPageIsSelfContained(t *testing.T) {
	text := render(t, album())
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			assert.NotContains(t, []string{"script", "link", "img", "iframe"}, e.Name.Local)
			for _, a := range e.Attr {
				assert.NotContains(t, []string{"src", "href", "style", "onload"}, a.Name.Local)
			}
		case xml.EndElement:
			depth--
		}
	}
	assert.Zero(t, depth)
	assert.NotRegexp(t, regexp.MustCompile(`(?i)https?:|url\(|@import`), text)
	for _, raw := range []string{"Live <b>", "</script>", "<event>", "><i></span>"} {
		assert.NotContains(t, text, raw)
	}
	assert.Contains(t, text, "Live &lt;b&gt;&amp;")
	assert.Contains(t, text, "prefers-color-scheme: dark")
	assert.Contains(t, text, "@media print")
}

// The page of a failed burn is also valid.
func TestEmptyPage(t *testing.T) {
	text := render(t, &Page{Headline: "failed", State: Bad})
	assert.Contains(t, text, "failed")
	assert.NotContains(t, text, "<svg")
	assert.NotContains(t, text, "NaN")
	assert.NotContains(t, text, "Inf")
}

// Wedges are in proportion: a quarter of the capacity is a quarter of the ring.
func TestRing(t *testing.T) {
	ring := album().ring()
	require.Len(t, ring, 3)
	// from the top clockwise to three o'clock, by hand
	assert.Equal(t, "M100.00 6.00A94 94 0 0 1 194.00 100.00L146.00 100.00A46 46 0 0 0 100.00 54.00Z", ring[0].Path)
	whole := (&Page{Tracks: []Track{{Sectors: 500}}}).ring()
	require.Len(t, whole, 1)
	assert.Contains(t, whole[0].Path, "A94 94 0 1 1")
	assert.Empty(t, (&Page{Tracks: []Track{{Sectors: 0}}}).ring())
}

// A curve has gaps where nothing is written, in a short burn and in a long one.
func TestCurveHasGaps(t *testing.T) {
	for _, n := range []int{90, 9000} {
		p := &Page{}
		for i := range n {
			s := Sample{At: time.Duration(i) * time.Second, X: 8, FIFO: 1, Drive: 1}
			if i/(n/9)%2 == 1 {
				s.X = 0
			}
			p.Samples = append(p.Samples, s)
		}
		plots := p.plots()
		require.Len(t, plots, 3)
		assert.Equal(t, 1, strings.Count(plots[0].Line, "M"), "the speed is 0 then")
		assert.Equal(t, 5, strings.Count(plots[1].Line, "M"), n)
		assert.Equal(t, 5, strings.Count(plots[2].Line, "M"), n)
	}
}

// The sleeve has as many columns as its text needs, with wide characters counted double.
// The performer of the album isn't repeated.
func TestSleeve(t *testing.T) {
	list := func(n int, title, performer string) *Page {
		p := &Page{Performer: "Trio"}
		for i := range n {
			p.Tracks = append(p.Tracks, Track{Number: i + 1, Title: title, Performer: performer})
		}
		return p
	}
	assert.Equal(t, 1, list(1, "", "").sleeveColumns())
	assert.Equal(t, 1, list(21, strings.Repeat("x", 48), "Trio").sleeveColumns())
	assert.Equal(t, 2, list(22, "x", "Trio").sleeveColumns())
	assert.Equal(t, 2, list(11, strings.Repeat("音", 25), "").sleeveColumns(), "two rows each")
	assert.Equal(t, 2, list(11, strings.Repeat("x", 24), strings.Repeat("y", 24)).sleeveColumns(), "two rows each")
	assert.Equal(t, 3, list(99, "x", "Trio").sleeveColumns())
	assert.Equal(t, 3, list(99, strings.Repeat("x", 200), "Trio").sleeveColumns(), "the sleeve grows")
	assert.NotContains(t, strings.ReplaceAll(render(t, list(2, "x", "Trio")), `<p class="by"><bdi>Trio</bdi></p>`, ""), "Trio")
}

// A long burn is reduced to few points, and a moment with an empty buffer is kept.
func TestThinKeepsTheLowest(t *testing.T) {
	var all []Sample
	for i := range 20000 {
		all = append(all, Sample{At: time.Duration(i) * time.Second, X: 4, FIFO: 0.9 + 0.1*math.Sin(float64(i)), Drive: -1})
	}
	all[12345].FIFO = 0
	fifo := func(s Sample) (float64, bool) { return s.FIFO, true }
	kept := thin(all, fifo)
	assert.LessOrEqual(t, len(kept), mostPoints+2)
	lowest, last := 1.0, time.Duration(-1)
	for _, s := range kept {
		lowest = min(lowest, s.FIFO)
		assert.Greater(t, s.At, last)
		last = s.At
	}
	assert.Zero(t, lowest)
	plots := (&Page{Samples: all, FIFOLowest: 0.178, DriveLowest: -1}).plots()
	require.Len(t, plots, 2, "a drive that doesn't report its buffer has no curve")
	assert.Equal(t, "lowest: 17 %", plots[1].Lowest, "while there was more to read: the buffer drains at the end")
}

// What a disc held before is on its ring, without numbers.
func TestRingShowsEarlierTracks(t *testing.T) {
	p := &Page{Capacity: 1000, Earlier: []Track{{Number: 1, Sectors: 200}}, Tracks: []Track{{Number: 2, LBA: 300, Sectors: 200, State: Good}}}
	text := render(t, p)
	assert.Contains(t, text, "1, on the disc before")
	assert.Equal(t, 1, strings.Count(text, `class="num"`))
	assert.Equal(t, 1, strings.Count(text, `class="wedge old`))
}
