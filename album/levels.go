package album

import (
	"context"
	"errors"
	"math"
	"sync"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/pool"
	"github.com/redbook-audio/redbook/pcm"
)

// Level determines how loud the tracks become. The zero value leaves the samples unchanged.
type Level uint8

// The levels.
const (
	KeepLevel  Level = iota // levels are unchanged
	Normalize               // normalize the album to full scale, with one gain for all tracks
	LoudAlbum               // bring the album to Options.LUFS, with one gain for all tracks
	LoudTracks              // bring each track to Options.LUFS
	GainAlbum               // apply the album gain of the ReplayGain tags, or else the track gain
	GainTracks              // apply the track gain of the ReplayGain tags, or else the album gain
)

// minLUFS is the least loudness that can be requested.
const minLUFS = -60

// inaudible is the change of level, in dB, below which samples stay unchanged, so that
// audio already at full scale is recorded bit for bit.
const inaudible = 0.05

// audible returns a change in dB, or 0 if it is inaudible.
func audible(db float64) float64 {
	if math.Abs(db) < inaudible {
		return 0
	}
	return db
}

// Adjustment is a change of level of the album, of a track or of a file.
type Adjustment struct {
	Track    int     // counted from 1; for LoudTracks
	File     string  // for GainAlbum and GainTracks
	Tags     Level   // the tag used, GainAlbum or GainTracks; KeepLevel if the file has neither
	Measured float64 // the original loudness in LUFS, -Inf for silence; for LoudAlbum and LoudTracks
	Gain     float64 // the change in dB; less than 0.05 dB is not changed, and 0 here
	Held     float64 // how far the level stays below the requested one to avoid clipping, in dB
}

// divide gives each track a File of its own, so that tracks cut from one file can have
// different levels.
func (a *Album) divide() error {
	a.Files = nil
	for i := range a.Tracks {
		t := &a.Tracks[i]
		whole := *t
		whole.Silence = 0
		src, err := whole.cut(nil)
		if err != nil {
			return err
		}
		first := t.Parts[0].File
		f := &File{source: src, audio: first.audio, kind: first.kind, direct: first.direct}
		a.Files = append(a.Files, f)
		t.Parts = []Part{{File: f, ToEnd: true, cutFrom: t.Parts}}
	}
	return nil
}

// setLevels determines the gain of each file.
func (a *Album) setLevels(ctx context.Context, on func(Progress)) error {
	if a.leveled {
		return nil
	}
	switch a.level {
	case Normalize:
		levels, err := a.measure(ctx, on, func(ctx context.Context, src pcm.Source, progress func(done, total int64)) (convert.Level, error) {
			peak, err := convert.Peak(ctx, src, progress)
			return convert.Level{Peak: peak}, err
		})
		if err != nil {
			return err
		}
		a.normalize(levels)
	case LoudAlbum, LoudTracks:
		levels, err := a.measure(ctx, on, convert.Measure)
		if err != nil {
			return err
		}
		a.makeLoud(levels)
	case GainAlbum, GainTracks:
		a.replayGain()
	}
	a.leveled = true
	return nil
}

// measure decodes all files to measure their levels.
func (a *Album) measure(ctx context.Context, on func(Progress),
	of func(context.Context, pcm.Source, func(done, total int64)) (convert.Level, error),
) ([]convert.Level, error) {
	files := a.used()
	p := Progress{Step: stepMeasure, Files: len(files)}
	for _, f := range files {
		p.AllTotal += f.Frames()
	}
	on(p)
	levels, errs := make([]convert.Level, len(files)), make([]error, len(files))
	var mu sync.Mutex
	before := make([]int64, len(files))
	pool.Each(workers(files), len(files), func(i int) {
		f := files[i]
		levels[i], errs[i] = of(ctx, f.source, func(done, total int64) {
			mu.Lock()
			defer mu.Unlock()
			p.AllDone += done - before[i]
			before[i] = done
			p.Name, p.Done, p.Total = f.Name(), done, total
			on(p)
		})
	})
	return levels, errors.Join(errs...)
}

// normalize brings the album to full scale with one gain.
func (a *Album) normalize(levels []convert.Level) {
	peaks := make([]float64, len(levels))
	for i, l := range levels {
		peaks[i] = l.Peak
	}
	gain := convert.AlbumGain(peaks...)
	for _, f := range a.used() {
		f.amplify(gain)
	}
	a.Adjustments = []Adjustment{{Gain: audible(decibels(gain))}}
}

// makeLoud brings the album, or each track, to the requested loudness.
func (a *Album) makeLoud(levels []convert.Level) {
	if a.level == LoudAlbum {
		gain, held := convert.LoudnessGain(a.lufs, levels...)
		for _, f := range a.used() {
			f.amplify(gain)
		}
		a.Adjustments = []Adjustment{{Measured: convert.Loudness(levels...), Gain: audible(decibels(gain)), Held: audible(held)}}
		return
	}
	for i, f := range a.used() { // the tracks, see divide
		gain, held := convert.LoudnessGain(a.lufs, levels[i])
		f.amplify(gain)
		a.Adjustments = append(a.Adjustments, Adjustment{Track: i + 1, Measured: convert.Loudness(levels[i]), Gain: audible(decibels(gain)), Held: audible(held)})
	}
}

// replayGain applies the tags of the files. If a file has only the other kind of gain, that
// is used.
func (a *Album) replayGain() {
	for _, f := range a.used() {
		tags := f.tags()
		gain, used := tags.AlbumGain, GainAlbum
		other, has := tags.TrackGain, GainTracks
		if a.level == GainTracks {
			gain, used, other, has = other, has, gain, used
		}
		if !gain.Known {
			gain, used = other, has
		}
		out := Adjustment{File: f.Name()}
		if gain.Known {
			factor := math.Pow(10, gain.DB/20)
			if gain.Peak > 0 && factor*gain.Peak > 1 {
				out.Held = audible(decibels(factor * gain.Peak))
				factor = 1 / gain.Peak
			}
			out.Tags, out.Gain = used, audible(decibels(factor))
			f.amplify(factor)
		}
		a.Adjustments = append(a.Adjustments, out)
	}
}
