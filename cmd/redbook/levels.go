package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/spool"
	"github.com/spf13/pflag"
)

// levelFlags say how loud the tracks become. Without one of them no level is touched.
type levelFlags struct {
	normalize  bool
	loudness   string // LUFS
	by         string // what has that loudness: album or track
	replayGain string // album or track

	target float64 // loudness as a number
}

func (l *levelFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&l.normalize, "normalize", false, "bring the whole album to full scale with one gain (decodes every file twice)")
	f.StringVar(&l.loudness, "loudness", "", "bring the album to `LUFS` (EBU R 128), such as -14, without clipping (decodes every file twice)")
	f.StringVar(&l.by, "loudness-by", "album", "`WHAT` --loudness is about: album (one gain for all tracks) or track (each its own)")
	f.StringVar(&l.replayGain, "replaygain", "", "apply the ReplayGain tags of the files: `WHICH` of album or track")
}

// Loudness that can be asked for, in LUFS.
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
		return usage("--normalize, --loudness and --replaygain exclude each other")
	case l.by != "album" && l.by != "track" && l.by != "":
		return usage("--loudness-by %q: album or track", l.by)
	case l.by == "track" && l.loudness == "":
		return usage("--loudness-by goes with --loudness")
	case l.replayGain != "" && l.replayGain != "album" && l.replayGain != "track":
		return usage("--replaygain %q: album or track", l.replayGain)
	case l.loudness == "":
		return nil
	}
	var err error
	if l.target, err = strconv.ParseFloat(l.loudness, 64); err != nil || !(l.target >= minLoudness && l.target <= maxLoudness) {
		return usage("--loudness %q: a number of LUFS from %d to %d, such as -14", l.loudness, minLoudness, maxLoudness)
	}
	return nil
}

// perTrack reports whether each track gets a level of its own that must be measured.
func (l *levelFlags) perTrack() bool { return l.loudness != "" && l.by == "track" }

// measured reports whether everything has to be decoded to know the levels.
func (l *levelFlags) measured() bool { return l.normalize || l.loudness != "" || l.replayGain != "" }

// inaudible is a change of level that isn't worth touching samples for, in dB: what
// is at full scale already stays bit for bit.
const inaudible = 0.05

// setLevels finds the gain of each input, and says in the notes what it is.
func (a *app) setLevels(ctx context.Context, m *material, l *levelFlags) error {
	switch {
	case l.normalize:
		levels, err := a.measure(ctx, m, func(ctx context.Context, src pcm.Source, progress func(done, total int64)) (pcm.Level, error) {
			peak, err := pcm.Peak(ctx, src, progress)
			return pcm.Level{Peak: peak}, err
		})
		if err != nil {
			return err
		}
		m.normalize(levels)
	case l.loudness != "":
		levels, err := a.measure(ctx, m, pcm.Measure)
		if err != nil {
			return err
		}
		m.loudness(levels, l)
	case l.replayGain != "":
		m.replayGain(l.replayGain)
	}
	return nil
}

// measure decodes all inputs to find their levels.
func (a *app) measure(ctx context.Context, m *material, of func(context.Context, pcm.Source, func(done, total int64)) (pcm.Level, error)) ([]pcm.Level, error) {
	st := a.newStage("measure", "Measuring "+count(len(m.inputs), "file"))
	defer st.end()
	p := spool.Progress{}
	for _, in := range m.inputs {
		p.AllTotal += in.source.Frames()
	}
	levels, errs := make([]pcm.Level, len(m.inputs)), make([]error, len(m.inputs))
	var mu sync.Mutex
	before := make([]int64, len(m.inputs))
	each(len(m.inputs), func(i int) {
		in := m.inputs[i]
		levels[i], errs[i] = of(ctx, in.source, func(done, total int64) {
			mu.Lock()
			defer mu.Unlock()
			p.AllDone += done - before[i]
			before[i] = done
			p.Source, p.Name, p.Done, p.Total = i, in.source.Name(), done, total
			st.progress(p)
		})
	})
	return levels, errors.Join(errs...)
}

// amplify gives an input a gain, as a factor, unless nobody would hear it.
func (in *input) amplify(gain float64) {
	if in.gain = gain; math.Abs(20*math.Log10(gain)) < inaudible {
		in.gain = 1
	}
}

// changeText is a gain in words.
func changeText(gain float64) string {
	switch db := 20 * math.Log10(gain); {
	case math.Abs(db) < inaudible:
		return "its level stays as it is"
	case db < 0:
		return fmt.Sprintf("made %.1f dB quieter", -db)
	default:
		return fmt.Sprintf("made %.1f dB louder", db)
	}
}

// say adds a note about the album.
func (m *material) say(format string, args ...any) {
	m.notes = append(m.notes, album.Note{Text: fmt.Sprintf(format, args...)})
}

// normalize brings the album to full scale, as one.
func (m *material) normalize(levels []pcm.Level) {
	peaks := make([]float64, len(levels))
	for i, l := range levels {
		peaks[i] = l.Peak
	}
	gain := pcm.AlbumGain(peaks...)
	for _, in := range m.inputs {
		in.amplify(gain)
	}
	if math.Abs(20*math.Log10(gain)) < inaudible {
		m.say("the album is at full scale already: its level stays as it is (--normalize)")
		return
	}
	m.say("the album is %s, all tracks alike (--normalize)", changeText(gain))
}

// loudness brings the album, or each track, to the loudness that was asked for.
func (m *material) loudness(levels []pcm.Level, l *levelFlags) {
	text := func(what string, gain, held float64, of ...pcm.Level) {
		now := pcm.Loudness(of...)
		if math.IsInf(now, -1) {
			m.say("%s is silent, or shorter than 0.4 s: its level stays as it is (--loudness %s)", what, l.loudness)
			return
		}
		more := ""
		if held >= inaudible {
			more = fmt.Sprintf("; %.1f dB are missing, since more would clip", held)
		}
		m.say("%s has %.1f LUFS: %s (--loudness %s)%s", what, now, changeText(gain), l.loudness, more)
	}
	if !l.perTrack() {
		gain, held := pcm.LoudnessGain(l.target, levels...)
		for _, in := range m.inputs {
			in.amplify(gain)
		}
		text("the album", gain, held, levels...)
		return
	}
	for i, in := range m.inputs {
		gain, held := pcm.LoudnessGain(l.target, levels[i])
		in.amplify(gain)
		text(fmt.Sprintf("track %d", i+1), gain, held, levels[i])
	}
}

// replayGain applies the tags of the files: which is album or track. A file that has
// only the other kind gets that.
func (m *material) replayGain(which string) {
	for _, in := range m.inputs {
		name := baseName(in.source.Name())
		var tags audio.Tags
		if in.file != nil {
			tags = in.file.Tags()
		}
		gain, other, has := tags.AlbumGain, tags.TrackGain, "track"
		if which == "track" {
			gain, other, has = other, gain, "album"
		}
		used := which
		if !gain.Known {
			gain, used = other, has
		}
		if !gain.Known {
			m.say("%s has no ReplayGain tags: its level stays as it is", name)
			continue
		}
		factor, held := math.Pow(10, gain.DB/20), ""
		if gain.Peak > 0 && factor*gain.Peak > 1 {
			held = fmt.Sprintf("; %.1f dB are missing, since more would clip", 20*math.Log10(factor*gain.Peak))
			factor = 1 / gain.Peak
		}
		in.amplify(factor)
		m.say("%s: %s by its %s gain (--replaygain %s)%s", name, changeText(factor), used, which, held)
	}
}
