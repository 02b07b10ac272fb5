package sweep

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// topCauses is how many causes of each class the table lists.
const topCauses = 10

// table formats the result of a sweep for readers.
func (c *counter) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d runs in %v, %d with a violation\n\n", c.runs, c.took.Round(time.Second), c.broken)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, part := range slices.Sorted(maps.Keys(c.byPart)) {
		fmt.Fprintf(w, "%s\t%d\n", part, c.byPart[part])
	}
	fmt.Fprintln(w)
	for _, class := range classes() {
		fmt.Fprintf(w, "%s\t%d\n", class, c.count[class])
	}
	w.Flush() // a strings.Builder never fails
	for _, class := range classes() {
		if c.count[class] == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %d\n", class, c.count[class])
		for _, cause := range topOf(c.causes[class]) {
			fmt.Fprintf(&b, "  %6d  %s\n", c.causes[class][cause], cause)
		}
		for _, name := range c.examples[class] {
			fmt.Fprintf(&b, "          -point %s\n", name)
		}
	}
	return b.String()
}

// topOf returns the most frequent causes.
func topOf(causes map[string]int) []string {
	list := slices.SortedFunc(maps.Keys(causes), func(a, b string) int {
		return cmp.Or(causes[b]-causes[a], strings.Compare(a, b))
	})
	return list[:min(len(list), topCauses)]
}
