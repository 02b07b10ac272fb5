package main

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/album"
)

// stage shows how far one of the things is that are done before a disc is written: as
// JSON lines, a line that is rewritten, or a line per 10 %.
type stage struct {
	a       *app
	name    string // in JSON
	text    string
	percent int64 // of all, already said
}

// preparing shows the steps of album.Prepare.
func (a *app) preparing() func(album.Progress) {
	var st *stage
	return func(p album.Progress) {
		if p.Name == "" { // it begins
			st = a.newStage(p)
			return
		}
		st.progress(p)
	}
}

func (a *app) newStage(p album.Progress) *stage {
	a.console.clear()
	text := "Reading the standard input"
	switch p.Step {
	case album.StepMeasure:
		text = "Measuring " + count(p.Files, "file")
	case album.StepConvert:
		text = "Decoding and checking " + count(p.Files, "file")
	}
	s := &stage{a: a, name: string(p.Step), text: text, percent: -1}
	if !a.screen.live {
		a.note("%s", text)
	}
	return s
}

// decodingEvent tells how far the decoding has come. Lengths are sample frames; those
// of what comes through a pipe are 0 as long as they aren't known.
type decodingEvent struct {
	Step     string `json:"step"`
	Name     string `json:"name"`
	Done     int64  `json:"done_frames"`
	Total    int64  `json:"total_frames"`
	AllDone  int64  `json:"all_done_frames"`
	AllTotal int64  `json:"all_total_frames"`
}

// progress is called by one goroutine at a time.
func (s *stage) progress(p album.Progress) {
	if s.a.hooks.decoding != nil {
		s.a.hooks.decoding(s.a.stop, s.name)
	}
	percent := int64(100 * share(p.AllDone, p.AllTotal))
	if p.AllTotal == 0 {
		percent = p.AllDone / (10 * 44100) // every ten seconds of it
	}
	if percent == s.percent {
		return
	}
	before := s.percent
	s.percent = percent
	switch {
	case s.a.events != nil:
		s.a.events.send("decoding", decodingEvent{s.name, p.Name, p.Done, p.Total, p.AllDone, p.AllTotal})
	case s.a.screen.live && p.AllTotal == 0:
		s.a.live(fmt.Sprintf("%s  %s", s.text, lengthText(p.AllDone, 44100)))
	case s.a.screen.live:
		s.a.live(fmt.Sprintf("%s  %s  %s", s.text, bar(share(p.AllDone, p.AllTotal)), baseName(p.Name)))
	case p.AllTotal > 0 && percent/10 > max(before, 0)/10:
		first, _, _ := strings.Cut(s.text, " ")
		s.a.note("%s: %d %% done", first, percent/10*10)
	}
}
