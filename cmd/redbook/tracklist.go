package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// trackSet is a set of tracks in a flag, numbered from 1 in the order in which they are
// burned.
type trackSet struct {
	all  bool
	some map[int]bool
}

// parseTracks parses "all", "2,5" or "2-4,7"; "" is the empty set.
func parseTracks(flag, text string) (trackSet, error) {
	set := trackSet{some: map[int]bool{}}
	if text == "" {
		return set, nil
	}
	if strings.EqualFold(text, "all") {
		set.all = true
		return set, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || from < 1 || to > toc.MaxTracks || to < from {
			return trackSet{}, usage("%s %q: all, or track numbers such as 2,5 or 2-4", flag, text)
		}
		for n := from; n <= to; n++ {
			set.some[n] = true
		}
	}
	return set, nil
}

// has reports whether track n is in the set.
func (s trackSet) has(n int) bool { return s.all || s.some[n] }

// list returns the numbers in order; none for all.
func (s trackSet) list() []int {
	if s.all {
		return nil
	}
	return slices.Sorted(maps.Keys(s.some))
}

// missing returns the first track of the set that isn't in a list, 0 if none.
func (s trackSet) missing(list []int) int {
	for _, n := range slices.Sorted(maps.Keys(s.some)) {
		if !slices.Contains(list, n) {
			return n
		}
	}
	return 0
}

// beyond returns a track of the set above n, 0 if none.
func (s trackSet) beyond(n int) (track int, ok bool) {
	for t := range s.some {
		if t > n && t > track {
			track = t
		}
	}
	return track, track > 0
}

// parseISRCs parses the values of --isrc, such as "3=USABC1234567".
func parseISRCs(args []string) (map[int]toc.ISRC, error) {
	codes := map[int]toc.ISRC{}
	for _, arg := range args {
		number, text, ok := strings.Cut(arg, "=")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if !ok || err != nil || n < 1 || n > toc.MaxTracks {
			return nil, usage("--isrc %q: a track number and its code, such as 3=USABC1234567", arg)
		}
		if codes[n] != "" {
			return nil, usage("--isrc: track %d has two codes", n)
		}
		code, err := toc.ParseISRC(text)
		if err != nil {
			return nil, usage("--isrc %s: %w", arg, err)
		}
		if code == "" {
			return nil, usage("--isrc %q: the code is missing", arg)
		}
		codes[n] = code
	}
	return codes, nil
}
