package sweep

import (
	"bytes"
	"flag"
	"fmt"
	"github.com/redbook-audio/redbook/internal/race"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	flagAll   = flag.Bool("all", false, "run every point, not only the sample")
	flagPoint = flag.String("point", "", "the run that TestOne repeats")
	flagTable = flag.String("table", "", "file to write the table of violations to")
	flagCount = flag.Bool("count", false, "only count the points")
	flagOnly  = flag.String("only", "", "run every point whose name begins with this, such as plain/modern/5B, and check no limits")
	flagWith  = flag.String("with", "", "run every point whose name contains this, such as /swapped, and check no limits")
	flagEvery = flag.Uint("every", 1, "run one point in so many, and check no limits")
	flagClass = flag.String("class", "", "print every violation of this class, or of all")
)

// go test runs one point in sampleOf, and one in shortSampleOf with -short or under the
// race detector. shortSampleOf is a multiple, so every run of the smaller sample is also in
// the larger.
const (
	sampleOf      = 200
	shortSampleOf = 60 * sampleOf
)

// TestClean: without a fault every scenario ends correctly, and no truth is violated.
func TestClean(t *testing.T) {
	for _, sc := range everyScenario {
		r, err := run(point{sc: sc, drive: modern}, false)
		require.NoError(t, err)
		require.Empty(t, r.violated, "%s: %v", sc.name, r.out.err)
		require.Equal(t, !sc.wrong, r.perfect, sc.name)
	}
}

// TestOne repeats a run by its name: -point.
func TestOne(t *testing.T) {
	if *flagPoint == "" {
		t.Skip("-point is needed")
	}
	p, err := parsePoint(*flagPoint)
	require.NoError(t, err)
	require.Equal(t, *flagPoint, p.name())
	r, err := run(p, true)
	require.NoError(t, err)
	t.Log(r.describe())
	for _, v := range r.violated {
		t.Errorf("%s: %s", v.class, v.what)
	}
}

// TestPointNames: the name of a run is enough to repeat it.
func TestPointNames(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 400,000 names")
	}
	n := 0
	var room []byte
	require.NoError(t, allPoints(func(p point) {
		if room = p.appendName(room[:0]); sampled(room, 5000) {
			name := string(room)
			again, err := parsePoint(name)
			require.NoError(t, err)
			require.Equal(t, p.faults, again.faults, name)
			require.Equal(t, name, again.name())
			n++
		}
	}))
	require.Positive(t, n)
}

// TestSweep runs a sample of the sweep, or all of it with -all, and compares the number of
// violations of each class with the limits.
func TestSweep(t *testing.T) {
	if race.Enabled && *flagAll {
		t.Skip("takes too long with the race detector")
	}
	if *flagCount {
		n := 0
		require.NoError(t, allPoints(func(point) { n++ }))
		t.Skipf("%d points", n)
	}
	before := runtime.NumGoroutine()
	c := newCounter()
	n := uint32(sampleOf)
	if race.Enabled || testing.Short() {
		n = shortSampleOf
	}
	c.sweep(func(name []byte) bool {
		if part() {
			return bytes.HasPrefix(name, []byte(*flagOnly)) && bytes.Contains(name, []byte(*flagWith)) && sampled(name, uint32(max(*flagEvery, 1)))
		}
		return *flagAll || sampled(name, n)
	})
	for _, err := range c.errs {
		t.Error(err)
	}
	text := c.table()
	t.Log("\n" + text)
	if *flagTable != "" {
		require.NoError(t, os.WriteFile(*flagTable, []byte(text), 0o644))
	}
	for _, class := range classes() {
		limit := limits[class].sample
		if *flagAll {
			limit = limits[class].all
		}
		if got := c.count[class]; got > limit && !part() {
			t.Errorf("%s: %d violations, %d are allowed; for example -point %s", class, got, limit, strings.Join(c.examples[class], " "))
		}
	}
	if !c.hung {
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 10*time.Second, 10*time.Millisecond, "goroutines are left")
	}
}

// part reports whether the flags choose a part of the sweep, for which no limits hold.
func part() bool { return *flagOnly != "" || *flagWith != "" || *flagEvery > 1 }

// describe describes a run for readers.
func (r *result) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%v, %v by the drive's clock, %d commands, %d faults\nerror: %v\n",
		r.p.name(), r.out.verdict, r.took, r.in.count, r.in.fired, r.out.err)
	fmt.Fprintf(&b, "report: rows %+v\n  on disc %+v\n  closed %d, appendable %d, claims nothing %v, stage %v\n",
		r.out.rows, r.out.onDisc, r.out.closed, r.out.appendable, r.out.claimsNothing, r.out.stage)
	fmt.Fprintf(&b, "words: %s\n", r.out.text)
	fmt.Fprintf(&b, "disc: %d tracks, %d sessions, finalized %v; perfect %v, wrong %q, locked %v, answers %v\n",
		len(r.later.tracks), len(r.later.sessions), r.later.Finalized, r.perfect, r.wrong, r.locked, r.answers)
	for _, t := range r.later.tracks {
		fmt.Fprintf(&b, "  %+v\n", t)
	}
	ops := make([]string, 0, len(r.in.trace))
	for _, c := range r.in.trace {
		ops = append(ops, fmt.Sprintf("%02X", c.op))
	}
	fmt.Fprintf(&b, "commands: %s", strings.Join(ops[max(0, len(ops)-400):], " "))
	return b.String()
}

// counter counts the results of a sweep.
type counter struct {
	mu       sync.Mutex
	runs     int
	byPart   map[string]int // runs by scenario or group
	broken   int            // runs with any violation
	count    map[string]int
	causes   map[string]map[string]int
	examples map[string][]string
	errs     []error
	hung     bool
	began    time.Time
	took     time.Duration
}

func newCounter() *counter {
	return &counter{
		byPart: map[string]int{}, count: map[string]int{}, causes: map[string]map[string]int{},
		examples: map[string][]string{}, began: time.Now(),
	}
}

// sweep runs the chosen points, as many at once as there are processors.
func (c *counter) sweep(chosen func(name []byte) bool) {
	points := make(chan point, 64)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range points {
				r, err := run(p, false)
				c.add(p, r, err)
			}
		})
	}
	var name []byte
	if err := allPoints(func(p point) {
		if name = p.appendName(name[:0]); chosen(name) {
			points <- p
		}
	}); err != nil {
		c.errs = append(c.errs, err)
	}
	close(points)
	wg.Wait()
	c.took = time.Since(c.began)
}

func (c *counter) add(p point, r *result, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if len(c.errs) < 10 {
			c.errs = append(c.errs, fmt.Errorf("%s: %w", p.name(), err))
		}
		return
	}
	c.runs++
	c.byPart[p.part()]++
	if r.hung {
		c.hung = true
		r.violated = append(r.violated, violation{"hang", "the job never returned"})
	}
	if len(r.violated) > 0 {
		c.broken++
	}
	for _, v := range r.violated {
		class := p.class(v)
		c.count[class]++
		if c.causes[class] == nil {
			c.causes[class] = map[string]int{}
		}
		c.causes[class][p.cause()]++
		if len(c.examples[class]) < 3 {
			c.examples[class] = append(c.examples[class], p.name())
		}
		if class == *flagClass || *flagClass == "all" {
			fmt.Printf("%s %s: %s\n", class, p.name(), v.what)
		}
	}
}

// part is the group in which a run is counted.
func (p point) part() string {
	switch {
	case p.cancel != nil:
		return "Ctrl-C, once and twice"
	case len(p.faults) > 1:
		return "several faults"
	case p.drive != modern:
		return "personalities"
	}
	return p.sc.name
}
