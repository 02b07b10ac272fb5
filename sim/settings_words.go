package sim

import (
	"fmt"
	"slices"
	"strings"
)

// setting is a setting that is a word.
type setting struct{ name, value, words string }

// wordSettings returns the settings that are words, with the words that each may be besides "".
func (s *Settings) wordSettings() []setting {
	return []setting{
		{"Features", s.Features, "cd bd"},
		{"WhenFull", s.WhenFull, "2/04/08 2/04/07 busy"},
		{"CloseTrack", s.CloseTrack, "refused no-pad"},
		{"Reserve", s.Reserve, "refused ignored other-size unwritable"},
		{"Overburn", s.Overburn, "never always"},
		{"FreeBlocks", s.FreeBlocks, "zero huge"},
		{"LastTrack", s.LastTrack, "info toc"},
		{"TrackEnd", s.TrackEnd, "zero grows"},
		{"ChangedAfter", s.ChangedAfter, "flush close"},
		{"Sheets", s.Sheets, "unknown refused"},
		{"TextSheet", s.TextSheet, "A B"},
		{"Q", s.Q, "none raw formatted binary zeros"},
	}
}

// clockWords are the words that Config.Clock may be besides "".
const clockWords = clockInstant + " " + clockAccelerated + " " + clockReal

func checkClock(word string) error {
	if !slices.Contains(strings.Fields(clockWords), word) {
		return fmt.Errorf("sim: Config.Clock is %q and may be %s", word, strings.ReplaceAll(clockWords, " ", ", "))
	}
	return nil
}

// check returns an error for a word that isn't documented: a drive that silently behaved like
// the default would let a test pass for the wrong reason.
func (s *Settings) check() error {
	for _, w := range s.wordSettings() {
		if w.value != "" && !slices.Contains(strings.Fields(w.words), w.value) {
			return fmt.Errorf("sim: Settings.%s is %q and may be %s", w.name, w.value, strings.ReplaceAll(w.words, " ", ", "))
		}
	}
	for _, text := range []string{s.CloseSays, s.ImmedSays} {
		if _, err := parseSense(text); text != "" && err != nil {
			return fmt.Errorf("sim: Settings.CloseSays and ImmedSays are sense such as \"5/72/03\", not %q", text)
		}
	}
	for _, v := range slices.Concat(s.SpeedsR, s.SpeedsRW) {
		if v.KBps < slowestKBps || v.KBps > fastestKBps || !slices.Contains([]string{clv, zclv, pcav, cav}, v.Mode) {
			return fmt.Errorf("sim: the Speed %+v: KBps may be %d to %d, and Mode ZCLV, PCAV, CAV or empty", v, slowestKBps, fastestKBps)
		}
	}
	return nil
}
