package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/pcm"
)

// material is an album that is burned or compared with a disc, with its texts.
type material struct {
	*redbook.Album
	levels *levelFlags
	plan   *redbook.Plan // once there is one
}

// planned adopts what the plan contains about the album.
func (m *material) planned(p *redbook.Plan) { m.plan = p }

// title returns the title of the album: that of the file with the CD-TEXT, if it is recorded.
func (m *material) title() string {
	return m.recorded(m.Title, func(t *cdtext.Text) string { return t.Title })
}

// performer returns the performer of the album in the same way.
func (m *material) performer() string {
	return m.recorded(m.Performer, func(t *cdtext.Text) string { return t.Performer })
}

func (m *material) recorded(tag string, of func(*cdtext.Text) string) string {
	if m.plan == nil || m.plan.TextFile == "" || len(m.plan.CDText) == 0 {
		return tag
	}
	return cmp.Or(of(&m.plan.CDText[0].Album), tag)
}

// remarks are the notes of the album and what was found while planning.
func (m *material) remarks() []remark {
	list := []remark{}
	for _, n := range m.Notes {
		if n.Kind == "cd-text-file" && m.plan != nil && (len(m.plan.CDText) > 0 || m.plan.Fallback != nil) {
			continue // it is recorded, or a warning names what is not
		}
		list = append(list, remark{n.File, n.Line, string(n.Kind), albumNoteText(n), n.TrackAtOnce()})
	}
	say := func(text string) { list = append(list, remark{Text: text}) }
	if m.plan != nil {
		for _, text := range textNotes(m.plan.TextNotes) {
			say(text)
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

// seamsText names the tracks at which the music seems to continue but which get a pause, so
// that the user learns of it before the burn.
func seamsText(p *redbook.Plan) string {
	text := "the music seems to continue from track to track (" + seamRuns(onDisc(p, p.Seams)) + "): "
	if len(p.Joins) > 0 {
		text += "because this is not certain, there will be two seconds of silence in between"
	} else {
		text += "track-at-once puts two seconds of silence in between"
	}
	if p.CanJoin {
		text += "; --gapless joins them"
	}
	return text
}

// onDisc converts numbers of tracks in the album to those of a plan, which continue the
// numbers on the disc if tracks are added to it.
func onDisc(p *redbook.Plan, tracks []int) []int {
	added := 0
	if p.Resume == nil && len(p.Tracks) > 0 {
		added = p.Tracks[0].Number - 1
	}
	numbers := make([]int, len(tracks))
	for i, n := range tracks {
		numbers[i] = n + added
	}
	return numbers
}

// mostRuns is how many places a note lists.
const mostRuns = 4

// seamRuns formats the tracks that continue into one another, such as "1-3, 7-8". seams
// are the second ones of each pair.
func seamRuns(seams []int) string {
	var runs []string
	for i := 0; i < len(seams); {
		last := i
		for last+1 < len(seams) && seams[last+1] == seams[last]+1 {
			last++
		}
		runs = append(runs, fmt.Sprintf("%d-%d", seams[i]-1, seams[last]))
		i = last + 1
	}
	if more := len(runs) - mostRuns; more > 0 {
		return strings.Join(runs[:mostRuns], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(runs, ", ")
}

// findings are the results of decoding that the user should know.
func (m *material) findings() []string {
	var list []string
	clipped, files := int64(0), 0
	for _, f := range m.Files {
		if f.Concealed() > 0 {
			list = append(list, fmt.Sprintf("damage in %s: %s could not be decoded and was concealed",
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

// prepareError gives a decoding error its exit code. done is the word for what was not done,
// such as "burned".
func prepareError(ctx context.Context, err error, done string) error {
	switch {
	case ctx.Err() != nil:
		return fail(exitCanceled, "", "canceled; nothing was %s", done)
	case errors.Is(err, album.ErrNoSpace):
		return explain("disk-full", fail(exitFailed, "Nothing was "+done+". To use another folder: --spool FOLDER", "%w", err))
	case errors.Is(err, album.ErrTooLong):
		return explain("does-not-fit", fail(exitDoesntFit, "Nothing was "+done+".", "%w", err))
	}
	_, sound := errors.AsType[*pcm.ReadError](err)
	_, file := errors.AsType[*audio.Error](err)
	if !sound && !file {
		return fail(exitFailed, "Nothing was "+done+".", "%w", err)
	}
	return inputError(ctx, err, done)
}
