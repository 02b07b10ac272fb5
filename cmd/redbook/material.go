package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

// material is what is burned, or compared with a disc, and what there is to say about it.
type material struct {
	*redbook.Album
	levels *levelFlags
	plan   *redbook.Plan // once there is one
}

// planned takes over what the plan says about the album.
func (m *material) planned(p *redbook.Plan) { m.plan = p }

// notes are those of the album and what came out on the way to the plan.
func (m *material) notes() []album.Note {
	list := append([]album.Note{}, m.Notes...)
	say := func(text string) { list = append(list, album.Note{Text: text}) }
	if m.plan != nil {
		for _, n := range m.plan.TextLoss {
			say(textNote(n))
		}
	}
	for _, adjusted := range m.Adjustments {
		say(m.levels.text(adjusted))
	}
	if m.plan != nil && len(m.plan.Seams) > 0 {
		say(seamsText(m.plan))
	}
	return list
}

// seamsText says at which tracks the music runs on. Track-at-once can't do that, and
// nobody should learn it from the disc.
func seamsText(p *redbook.Plan) string {
	list := make([]string, len(p.Seams))
	for i, track := range p.Seams {
		list[i] = fmt.Sprintf("%d and %d", track-1, track)
	}
	text := "the music seems to go on from track to track (" + strings.Join(list, ", ") +
		"): track-at-once can't join them, two seconds of silence come in between"
	if p.CanJoin {
		text += "; --gapless joins them"
	}
	return text
}

// findings is what the decoding brought to light that somebody should hear about.
func (m *material) findings() []string {
	var list []string
	clipped, files := int64(0), 0
	for _, f := range m.Files {
		if f.Concealed() > 0 {
			list = append(list, fmt.Sprintf("damage in %s: %s could not be decoded, and what is missing was concealed",
				baseName(f.Name()), count(f.Concealed(), "frame")))
		}
		if f.Clipped() > 0 {
			clipped += f.Clipped()
			files++
		}
	}
	if clipped > 0 {
		list = append(list, fmt.Sprintf("%s in %s went beyond full scale and were limited; --normalize brings the album down instead",
			count(int(clipped), "sample"), count(files, "file")))
	}
	return list
}

// prepareError gives the error of decoding an album its exit code. done is the word for
// what doesn't happen then.
func prepareError(ctx context.Context, err error, done string) error {
	switch {
	case ctx.Err() != nil:
		return fail(exitCancelled, "", "cancelled; nothing was %s", done)
	case errors.Is(err, album.ErrNoSpace):
		return fail(exitFailed, "Nothing was "+done+". To use another folder: --spool FOLDER", "%w", err)
	case errors.Is(err, album.ErrTooLong):
		return fail(exitDoesntFit, "Nothing was "+done+".", "%w", err)
	}
	_, sound := errors.AsType[*pcm.ReadError](err)
	_, file := errors.AsType[*audio.Error](err)
	if !sound && !file {
		return fail(exitFailed, "Nothing was "+done+".", "%w", err)
	}
	return inputError(ctx, err, done)
}
