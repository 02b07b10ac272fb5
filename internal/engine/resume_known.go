package engine

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Limits of the comparison before anything is written.
const (
	knownPlaces   = 30                   // of all tracks together, at most three of each track
	knownTime     = 20 * time.Second     // no further track is read after that: scratches take long
	knownPatience = 10 * time.Second     // with a drive that stays busy
	knownRefusals = 4                    // places that can't be read before the rest is skipped
	knownStart    = toc.SectorsPerSecond // compared of a track that was cut short
)

// audioMatches counts the places at which the audio on the disc was compared with the album's.
type audioMatches struct {
	equal      int // places that hold the album's audio
	unreadable int // places that can't be read
}

// compareSamples compares samples of the tracks on the disc with their sources before the laser starts,
// because another album's tracks may have the same lengths. If no whole track can be
// compared, it uses the beginning of a track that was cut short. A place that can't be read is
// not a difference. Each place is compared at any offset, because different drives may have
// written the tracks of one album.
func (r *resumer) compareSamples(ctx context.Context) error {
	if r.shut || r.compared.equal > 0 {
		return nil
	}
	r.compared = audioMatches{}
	r.m.phase(burn.PhaseConfirm, burn.ActionVerifying, 0)
	reader := inspect.NewReader(r.Drive, r.Before, &inspect.ReaderOptions{Patience: knownPatience, OnWait: r.m.tick})
	whole, parts := r.sampledTracks(ctx)
	r.others = whole
	began := r.Now()
	for i, list := range [][]inspect.Written{whole, parts} {
		if i > 0 && r.compared.equal > 0 {
			break
		}
		places := min(max(knownPlaces/max(len(list), 1), 1), 3)
		if i > 0 {
			places = 1
		}
		for _, w := range list {
			if r.Now().Sub(began) > knownTime || r.compared.equal == 0 && r.compared.unreadable >= knownRefusals {
				break
			}
			if err := r.sample(ctx, reader, w, places); err != nil {
				return err
			}
		}
	}
	return nil
}

// sample compares one track.
func (r *resumer) sample(ctx context.Context, reader *inspect.Reader, w inspect.Written, places int) error {
	found, err := reader.Sample(ctx, w, places)
	r.heard(err)
	source, broken := errors.AsType[*pcm.ReadError](err)
	switch {
	case broken:
		return Wrap(burn.PhaseCheck, w.Number, 0, Name(source, burn.ErrStream))
	case err != nil && ctx.Err() != nil:
		return Wrap(burn.PhasePlan, 0, 0, Canceled(ctx))
	case err != nil:
		return Wrap(burn.PhasePlan, 0, 0, err)
	case found.Other:
		return Wrap(burn.PhasePlan, 0, 0, &burn.OtherDiscError{Kind: otherAudio, Track: w.Number})
	}
	r.compared.equal += found.Equal
	if r.compared.unreadable += found.Unreadable; found.Unreadable > 0 && found.Equal > 0 {
		r.Note(burn.Note{Kind: notekind.KeptUnread, Track: w.Number, Got: int(found.At)})
	}
	return nil
}

// sampledTracks returns the whole tracks of the album on the disc, and the beginnings of those
// that were cut short. It omits tracks that aren't ended, which drives don't read.
func (r *resumer) sampledTracks(ctx context.Context) (whole, parts []inspect.Written) {
	begins := func(row int, number int, start toc.LBA, sectors toc.Sectors) {
		if row < 0 || row >= len(r.tracks) {
			return
		}
		k := newTask(r.tracks[row], row, reading.Digest{})
		n := min(knownStart, sectors, k.audio)
		parts = append(parts, inspect.Written{Number: number, Start: start, Sectors: n, Audio: n, Source: withTimeout(ctx, k.Source)})
	}
	for row, t := range r.album {
		switch {
		case t.Fate == burn.FateKept:
			k := newTask(r.tracks[row], row, reading.Digest{})
			whole = append(whole, inspect.Written{Number: t.Number, Start: t.Start, Sectors: k.Sectors(), Audio: k.audio, Source: withTimeout(ctx, k.Source)})
		case t.Fate == burn.FateDoubtful && !t.Open:
			begins(row, t.Number, t.Start, t.Sectors)
		}
	}
	for _, f := range r.fragments {
		if !f.Open {
			begins(f.Row, f.Number, f.Start, f.Sectors)
		}
	}
	return whole, parts
}
