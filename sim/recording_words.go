package sim

import (
	"fmt"
	"slices"
	"strings"
)

// facts lists what is known about the drive with its sources, and what isn't.
func (r *trialReader) facts(p *Personality) []Fact {
	var list []Fact
	add := func(name, key, value, otherwise string) {
		from, ok := r.from[key]
		if !ok {
			value = otherwise
		}
		list = append(list, Fact{name, value, from})
	}
	states := make([]string, len(r.rec.States))
	features, pages := 0, 0
	for i := range r.rec.States {
		s := &r.rec.States[i]
		states[i] = s.Disc.text()
		features = max(features, len(recordedFeatures(s.Configuration)))
		pages = max(pages, len(s.Pages[0].Pages))
	}
	add("names", "names", p.Summary, "")
	add("seen with", "features and profiles", strings.Join(states, ", "), "nothing")
	add("features", "features and profiles", fmt.Sprint(features), "those of a DVD writer")
	add("mode pages", "mode pages", fmt.Sprint(pages), "those of a DVD writer")
	add("vital product data", "vital product data", fmt.Sprintf("%d pages", len(r.rec.Vital)), "two pages")
	r.from["speeds R"], r.from["speeds RW"] = r.from["performance"], r.from["performance"]
	if len(p.SpeedsR) == 0 {
		delete(r.from, "speeds R")
	}
	if len(p.SpeedsRW) == 0 {
		delete(r.from, "speeds RW")
	}
	add("write speeds, CD-R", "speeds R", speedsText(p.SpeedsR), speedsText(speedsR48))
	add("write speeds, CD-RW", "speeds RW", speedsText(p.SpeedsRW), speedsText(speedsRW))
	add("buffer", "buffer", fmt.Sprintf("%d KiB", p.BufferKiB), "2048 KiB")
	add("track-at-once", "features and profiles", abilityText(!p.NoFeature2D, !p.NoTestWrite, !p.NoBurnFree), "as a DVD writer")
	add("session-at-once", "features and profiles", sheetsText(p.Sheets), "works")
	add("unknown commands", "unknown commands", opcodesText(p.Lacks), "none")
	add("sense data", "sense format", choose(p.DescriptorSense, "descriptor format", "fixed format"), "fixed format")
	add("empty tray", "empty tray", choose(p.PlainNoMedium, "2/3A/00", "2/3A/01"), "2/3A/01")
	add("full buffer", "full buffer", "answers "+p.WhenFull, "holds a WRITE")
	add("information while busy", "information while busy", "2/04/07", "works")
	add("track information", "track information", fmt.Sprintf("%d bytes", p.ShortTrackInfo), "36 bytes")
	add("next writable address of a blank disc", "next writable address", fmt.Sprint(p.BlankNWA), "0")
	add("pause between tracks", "pause between tracks", fmt.Sprintf("%d sectors", r.seen.pause), "150 sectors")
	add("finished tracks", "finished tracks", fmt.Sprintf("RT %d, %s", digit(p.RTFinished),
		choose(p.SizeWithRunOut, "size with run-out", "size without run-out")), "RT 0, size without run-out")
	add("read offset", "read offset", fmt.Sprintf("%+d samples", p.ReadOffset), "0")
	return list
}

// text names the disc in words.
func (d recordedDisc) text() string {
	if !d.Present {
		return "no disc"
	}
	kind := choose(d.Erasable, "CD-RW", "CD-R")
	return []string{"blank ", "open ", "finalized "}[min(d.Status, 2)] + kind
}

func choose(which bool, yes, no string) string {
	if which {
		return yes
	}
	return no
}

func digit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func speedsText(list []Speed) string {
	var words []string
	for _, s := range list {
		words = append(words, fmt.Sprintf("%gx", s.x()))
	}
	return strings.Join(slices.Compact(words), " ")
}

func abilityText(feature, test, burnFree bool) string {
	return choose(feature, "reported", "not reported") + choose(test, ", test write", ", no test write") +
		choose(burnFree, ", underrun protection", ", no underrun protection")
}

func sheetsText(s string) string {
	switch s {
	case sheetsUnknown:
		return "not supported"
	case sheetsRefused:
		return "every cue sheet is refused"
	}
	return "works"
}

func opcodesText(list []int) string {
	words := make([]string, len(list))
	for i, op := range list {
		words[i] = fmt.Sprintf("%02Xh", op)
	}
	return strings.Join(words, " ")
}
