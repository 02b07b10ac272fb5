package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
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

// numberSetting is a setting that is a number, with its limits. All may be 0.
type numberSetting struct {
	name               string
	value, least, most int
}

// numberSettings returns the settings that are numbers. The limits are those of the fields
// that hold the numbers, or of what a disc or a drive can be.
func (s *Settings) numberSettings() []numberSetting {
	const hour = 3600
	list := []numberSetting{
		{"BufferKiB", s.BufferKiB, 0, mostBuffer >> 10},
		{"BufferBytes", s.BufferBytes, 0, mostBuffer},
		{"ShortPage2A", s.ShortPage2A, 0, 0xFF},
		{"ShortPage05", s.ShortPage05, leastPage05 - 2, 0xFF},
		{"ShortTrackInfo", s.ShortTrackInfo, 0, 48},
		{"BlankNWA", s.BlankNWA, -toc.PregapSectors, int(storeEnd)},
		{"Pregap", s.Pregap, 0, int(storeEnd)},
		{"DeferredErrorAt", int(s.DeferredErrorAt), 0, int(storeEnd)},
		{"ReadOffset", s.ReadOffset, -mostOffset, mostOffset},
		{"WriteOffset", s.WriteOffset, -mostOffset, mostOffset},
		{"ConfigurationCut", s.ConfigurationCut, 0, 0xFFFF},
		{"TailEvery", s.TailEvery, 0, 1 << 20},
		{"RehearsedProfile", s.RehearsedProfile, 0, 0xFFFF},
		{"FirstWriteMs", s.FirstWriteMs, 0, 1000 * hour},
		{"StuckAt", int(s.StuckAt), 0, int(storeEnd)},
		{"CloseSeconds", s.CloseSeconds, 0, hour},
		{"SheetLimit", s.SheetLimit, 0, 0xFFFFFF},
		{"QShift", s.QShift, -toc.SectorsPerSecond, toc.SectorsPerSecond},
		{"QErrors", s.QErrors, 0, 1 << 20},
	}
	for _, n := range s.BlankTypes {
		list = append(list, numberSetting{"BlankTypes", n, 0, 7})
	}
	for _, n := range s.Lacks {
		list = append(list, numberSetting{"Lacks", n, 0, 0xFF})
	}
	return list
}

// mostBuffer is larger than the buffer of any drive.
const mostBuffer = 256 << 20

// mostOffset is a larger offset, in samples, than any drive has.
const mostOffset = 10 * toc.SamplesPerSector

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
	for _, n := range s.numberSettings() {
		if n.value != 0 && (n.value < n.least || n.value > n.most) {
			return fmt.Errorf("sim: Settings.%s is %d and may be %d to %d", n.name, n.value, n.least, n.most)
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
