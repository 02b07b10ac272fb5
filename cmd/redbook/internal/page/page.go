// Package page draws the report of a burn as one HTML page: the verdict, the tracks, the
// layout of the disc, plots of speed and buffers over time, and every event. The page loads
// nothing, has no script, follows the light or dark setting of the browser, and prints as the
// track list of a CD sleeve.
package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// State rates a result.
type State string

// The states.
const (
	Good State = "good"
	Warn State = "warn"
	Bad  State = "bad"
)

// Page is the content of a report. Its texts are plain; Write escapes them.
type Page struct {
	Title, Performer string // of the album; may be empty
	Headline         string // how the burn ended
	State            State
	Date             time.Time
	Program          string // name and version
	Next             string // what to do; empty after a success
	Facts            []Fact
	Tracks           []Track
	Earlier          []Track // what the disc held before; only Number, LBA and Sectors count
	Capacity         int     // sectors; 0 unknown
	Samples          []Sample
	// The lowest levels of the buffers while there was more to read, 0..1; below 0: unknown.
	FIFOLowest, DriveLowest float64
	Marks                   []Mark
	Events                  []Event
}

// Fact is a line about the burn.
type Fact struct{ Name, Value string }

// Track is a row of the list.
type Track struct {
	Number           int
	Title, Performer string
	Length           string // as people read it
	Start            string // MSF
	Source           string // what it was made of
	Status           string
	ReadBack         string
	State            State
	Notes            []string
	LBA, Sectors     int // where it lies; 0 sectors: nowhere
}

// Sample is one moment of the burn.
type Sample struct {
	At    time.Duration
	X     float64 // speed; 0 while nothing is written
	FIFO  float64 // 0..1
	Drive float64 // 0..1; below 0 if the drive doesn't report it
}

// MarkKind is what a Mark shows.
type MarkKind string

// The kinds of marks.
const (
	TrackMark MarkKind = "track"  // a track begins
	Pause     MarkKind = "pause"  // nothing is written from At to To
	Repeat    MarkKind = "repeat" // a WRITE was sent again
)

// Mark is something on the time axis of the plots.
type Mark struct {
	Kind   MarkKind
	At, To time.Duration
	Text   string
}

// Event is a line of the log.
type Event struct {
	At    time.Duration
	Text  string
	State State
}

// clock shows a time from the start of the burn.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// wedge is a track on the disc, as an SVG path.
type wedge struct {
	Path   string
	Number int
	Title  string
	State  State
	X, Y   float64 // of its number
	Shown  bool    // there is room for the number
	Even   bool
	Old    bool
}

// The ring is drawn in a square of 200; the program area lies between these radii, in the
// proportions of a disc (23 to 58 mm of 60).
const (
	center = 100.0
	inner  = 46.0
	outer  = 94.0
)

// ring returns a wedge for each track on the disc, in proportion to the capacity. Where it
// isn't known, the tracks fill the ring.
func (p *Page) ring() []wedge {
	capacity := p.Capacity
	all := slices.Concat(p.Earlier, p.Tracks)
	for _, t := range all {
		capacity = max(capacity, t.LBA+t.Sectors)
	}
	var list []wedge
	for i, t := range all {
		if t.Sectors <= 0 || capacity <= 0 {
			continue
		}
		from, to := angle(t.LBA, capacity), angle(t.LBA+t.Sectors, capacity)
		to = math.Min(to, from+2*math.Pi-0.001) // a whole circle is no arc
		x, y := point((inner+outer)/2, (from+to)/2)
		list = append(list, wedge{
			Path: arc(from, to), Number: t.Number, Title: t.Title, State: t.State, X: x, Y: y + 3,
			Shown: to-from > 0.13, Even: t.Number%2 == 0, Old: i < len(p.Earlier),
		})
	}
	return list
}

func angle(lba, capacity int) float64 { return 2 * math.Pi * float64(max(lba, 0)) / float64(capacity) }

// point is a place on the ring; angles run clockwise from the top.
func point(radius, angle float64) (x, y float64) {
	return center + radius*math.Sin(angle), center - radius*math.Cos(angle)
}

func arc(from, to float64) string {
	large := 0
	if to-from > math.Pi {
		large = 1
	}
	ax, ay := point(outer, from)
	bx, by := point(outer, to)
	cx, cy := point(inner, to)
	dx, dy := point(inner, from)
	return fmt.Sprintf("M%.2f %.2fA%g %g 0 %d 1 %.2f %.2fL%.2f %.2fA%g %g 0 %d 0 %.2f %.2fZ",
		ax, ay, outer, outer, large, bx, by, cx, cy, inner, inner, large, dx, dy)
}

// plot is one curve over time.
type plot struct {
	Name   string
	Top    string // the value at the upper edge
	Line   string // an SVG path
	Lowest string
	Marks  []plotMark
	End    string
}

// plotMark is a mark in the coordinates of a plot.
type plotMark struct {
	Kind     MarkKind
	X, Width float64
	Text     string
}

// The plots are drawn in a box of this size, with a margin of 4 above and below, so that the
// whole width of a curve is seen at its limits.
const (
	plotWidth  = 720.0
	plotHeight = 90.0
)

// plots returns the curves that have figures. A burn of a few seconds has none.
func (p *Page) plots() []plot {
	if !slices.ContainsFunc(p.Samples, func(s Sample) bool { return s.X > 0 }) || len(p.Samples) < 2 {
		return nil
	}
	end := p.Samples[len(p.Samples)-1].At
	if end <= 0 {
		return nil
	}
	fastest, reports := 1.0, false
	for _, s := range p.Samples {
		fastest = math.Max(fastest, s.X)
		reports = reports || s.Drive >= 0
	}
	list := []plot{
		p.plot("Speed", fmt.Sprintf("%.0fx", math.Ceil(fastest)), end, -1, func(s Sample) (float64, bool) { return s.X / math.Ceil(fastest), true }),
		p.plot("redbook's buffer", "100 %", end, p.FIFOLowest, func(s Sample) (float64, bool) { return s.FIFO, s.X > 0 }),
	}
	if reports {
		list = append(list, p.plot("The drive's buffer", "100 %", end, p.DriveLowest, func(s Sample) (float64, bool) { return s.Drive, s.X > 0 && s.Drive >= 0 }))
	}
	return list
}

// plot draws one curve. If value is false the curve has a gap there.
func (p *Page) plot(name, top string, end time.Duration, lowest float64, value func(Sample) (float64, bool)) plot {
	at := func(t time.Duration) float64 { return plotWidth * float64(t) / float64(end) }
	var path strings.Builder
	gap := true
	for _, s := range thin(p.Samples, value) {
		v, ok := value(s)
		if ok {
			command := "L"
			if gap {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", command, at(s.At), plotHeight*(1-math.Min(math.Max(v, 0), 1)))
		}
		gap = !ok
	}
	out := plot{Name: name, Top: top, Line: path.String(), End: clock(end)}
	if lowest >= 0 {
		out.Lowest = fmt.Sprintf("lowest: %.0f %%", math.Floor(100*lowest))
	}
	for _, m := range p.Marks {
		width := 0.0
		if m.To > m.At {
			width = at(m.To) - at(m.At)
		}
		out.Marks = append(out.Marks, plotMark{m.Kind, at(m.At), width, m.Text})
	}
	return out
}

// mostPoints is how many points a curve has at most; more can't be seen.
const mostPoints = 800

// thin reduces the samples of a long burn. It keeps the lowest and the highest of each group,
// so that a buffer that was empty for a moment is visible.
func thin(all []Sample, value func(Sample) (float64, bool)) []Sample {
	if len(all) <= mostPoints {
		return all
	}
	var kept []Sample
	for group := range slices.Chunk(all, (2*len(all)+mostPoints-1)/mostPoints) {
		low, high := -1, -1
		for i, s := range group {
			v, ok := value(s)
			if !ok {
				continue
			}
			if l := func(j int) float64 { x, _ := value(group[j]); return x }; low < 0 || v < l(low) {
				low = i
			} else if v > l(max(high, 0)) || high < 0 {
				high = i
			}
		}
		if low < 0 {
			kept = append(kept, group[0]) // a gap stays one
		}
		if high >= 0 && low > high {
			low, high = high, low
		}
		for _, i := range []int{low, high} {
			if i >= 0 {
				kept = append(kept, group[i])
			}
		}
	}
	return kept
}
