package main

import (
	"strings"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

// stage shows the progress of one step before the burn: as JSON lines, as a rewritten
// line, or as one line per 10 %.
type stage struct {
	w       *work
	name    string // in JSON
	text    string
	percent int64 // percent of the total, already printed
}

// preparing shows the steps of Album.Prepare.
func (w *work) preparing() func(album.Progress) {
	var st *stage
	return func(p album.Progress) {
		if p.Name == "" { // it begins
			st = w.newStage(p)
			return
		}
		st.progress(p)
	}
}

func (w *work) newStage(p album.Progress) *stage {
	w.talk.console.clear()
	text := "Reading the standard input"
	switch p.Step {
	case "measure":
		text = "Measuring " + count(p.Files, "file")
	case "convert":
		text = "Decoding and checking " + count(p.Files, "file")
	}
	s := &stage{w: w, name: string(p.Step), text: text, percent: -1}
	if !w.talk.screen.live {
		w.talk.note("%s", text)
	}
	return s
}

// decodingEvent reports the progress of decoding. Lengths are sample frames; for a pipe
// they are 0 until known.
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
	if s.w.hooks.decoding != nil {
		s.w.hooks.decoding(s.w.stop, s.name)
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
	case s.w.data.events != nil:
		s.w.data.events.send("decoding", decodingEvent{s.name, p.Name, p.Done, p.Total, p.AllDone, p.AllTotal})
	case s.w.talk.screen.live && p.AllTotal == 0:
		s.fit(line.Text(rankLeft, lengthText(p.AllDone, 44100)))
	case s.w.talk.screen.live:
		done := share(p.AllDone, p.AllTotal)
		s.fit(barPart(done), percentPart(done), line.Text(rankFIFO, baseName(p.Name)))
	case p.AllTotal > 0 && percent/10 > max(before, 0)/10:
		first, _, _ := strings.Cut(s.text, " ")
		s.w.talk.note("%s: %d %% done", first, percent/10*10)
	}
}

// fit shows the step and parts in the rewritten line.
func (s *stage) fit(parts ...line.Part) {
	if !s.w.flags.quiet {
		s.w.talk.console.fit(append([]line.Part{line.Text(rankPhase, s.text, firstWord(s.text))}, parts...)...)
	}
}
