package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/redbook-audio/redbook/album"
	"github.com/spf13/pflag"
)

// levelFlags control the loudness of the tracks. Without any of them no level is changed.
type levelFlags struct {
	normalize  bool
	loudness   string // LUFS
	by         string // what gets that loudness: album or track
	replayGain string // album or track

	target float64 // loudness as a number
}

func (l *levelFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&l.normalize, "normalize", false, "bring the whole album to full scale with one gain (decodes every file twice)")
	f.StringVar(&l.loudness, "loudness", "", "bring the album to `LUFS` (EBU R 128), such as -14, without clipping (decodes every file twice)")
	f.StringVar(&l.by, "loudness-by", "album", "gain of --loudness: `WHAT` is album (one for all tracks) or track (one for each)")
	f.StringVar(&l.replayGain, "replaygain", "", "apply the ReplayGain tags of the files: `WHICH` is album or track")
}

// The range of --loudness, in LUFS.
const (
	minLoudness = -60
	maxLoudness = 0
)

// check reads the values. Errors are about the command line.
func (l *levelFlags) check() error {
	asked := 0
	for _, on := range []bool{l.normalize, l.loudness != "", l.replayGain != ""} {
		if on {
			asked++
		}
	}
	switch {
	case asked > 1:
		return usage("--normalize, --loudness and --replaygain: use only one of them")
	case l.by != "album" && l.by != "track" && l.by != "":
		return usage("--loudness-by %q: must be album or track", l.by)
	case l.by == "track" && l.loudness == "":
		return usage("--loudness-by works only with --loudness")
	case l.replayGain != "" && l.replayGain != "album" && l.replayGain != "track":
		return usage("--replaygain %q: must be album or track", l.replayGain)
	case l.loudness == "":
		return nil
	}
	var err error
	if l.target, err = strconv.ParseFloat(l.loudness, 64); err != nil || !(l.target >= minLoudness && l.target <= maxLoudness) {
		return usage("--loudness %q: must be a number of LUFS from %d to %d, such as -14", l.loudness, minLoudness, maxLoudness)
	}
	return nil
}

// level is the requested one, once checked.
func (l *levelFlags) level() album.Level {
	switch {
	case l.normalize:
		return album.Normalize
	case l.loudness != "" && l.by == "track":
		return album.LoudTracks
	case l.loudness != "":
		return album.LoudAlbum
	case l.replayGain == "track":
		return album.GainTracks
	case l.replayGain != "":
		return album.GainAlbum
	}
	return album.KeepLevel
}

// text describes how a level was changed.
func (l *levelFlags) text(a album.Adjustment) string {
	switch {
	case l.normalize && a.Gain == 0:
		return "the album is already at full scale: its level is not changed (--normalize)"
	case l.normalize:
		return fmt.Sprintf("the album is %s, all tracks alike (--normalize)", changeText(a.Gain))
	case l.loudness != "":
		return l.loudnessText(a)
	}
	return l.replayGainText(a)
}

func (l *levelFlags) loudnessText(a album.Adjustment) string {
	what := "the album"
	if a.Track > 0 {
		what = fmt.Sprintf("track %d", a.Track)
	}
	if math.IsInf(a.Measured, -1) {
		return fmt.Sprintf("%s is silent, or shorter than 0.4 s: its level is not changed (--loudness %s)", what, l.loudness)
	}
	more := ""
	if a.Held > 0 {
		more = fmt.Sprintf("; %.1f dB are missing, since more would clip", a.Held)
	}
	return fmt.Sprintf("%s has %.1f LUFS: %s (--loudness %s)%s", what, a.Measured, changeText(a.Gain), l.loudness, more)
}

func (l *levelFlags) replayGainText(a album.Adjustment) string {
	used := "album"
	switch a.Tags {
	case album.KeepLevel:
		return fmt.Sprintf("%s has no ReplayGain tags: its level is not changed", baseName(a.File))
	case album.GainTracks:
		used = "track"
	}
	held := ""
	if a.Held > 0 {
		held = fmt.Sprintf("; %.1f dB are missing, since more would clip", a.Held)
	}
	return fmt.Sprintf("%s: %s by its %s gain (--replaygain %s)%s", baseName(a.File), changeText(a.Gain), used, l.replayGain, held)
}

// changeText describes a change of level.
func changeText(db float64) string {
	switch {
	case db == 0:
		return "its level is not changed"
	case db < 0:
		return fmt.Sprintf("made %.1f dB quieter", -db)
	default:
		return fmt.Sprintf("made %.1f dB louder", db)
	}
}
