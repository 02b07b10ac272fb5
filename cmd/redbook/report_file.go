package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/page"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// burnReportDoc is the report of a burn in a file: the fields of the event "report", and
// the course of the burn.
type burnReportDoc struct {
	Date      time.Time   `json:"date"`
	Program   versionInfo `json:"program"`
	Device    string      `json:"device"`
	Exit      int         `json:"exit"`
	Message   string      `json:"message,omitempty"` // the error
	Next      string      `json:"next,omitempty"`    // advice
	Topic     topic       `json:"topic,omitempty"`   // redbook help TOPIC explains the message
	Simulated bool        `json:"simulated"`
	Report    burn.Report `json:"report"`
	*materialDoc
	Samples []sampleDoc `json:"samples"`
	Pauses  []pauseDoc  `json:"pauses"`
	Log     []lineDoc   `json:"log"`
}

// render writes the report in the form that the name of its file selects.
func (c *chronicle) render(data *results, path string, cause error) ([]byte, error) {
	doc := burnReportDoc{
		Date: time.Now().UTC(), Program: readVersion(debug.ReadBuildInfo()), Device: c.d.name, Simulated: c.d.simulated,
		Report: *c.report, materialDoc: c.m.doc(), Samples: c.samples, Pauses: c.idles, Log: c.lines,
	}
	if cause != nil {
		doc.Exit, doc.Next = verdict(cause)
		doc.Topic = topicOf(cause)
		doc.Message = sentence(cause, false)
	}
	var b bytes.Buffer
	if strings.EqualFold(filepath.Ext(path), ".json") {
		text, err := merge(header{jsonVersion, "burn_report"}, doc)
		if err == nil {
			data.printed("kind", "burn_report", text)
			err = json.Indent(&b, line.EscapeJSON(text), "", "  ")
		}
		b.WriteByte('\n')
		return b.Bytes(), err
	}
	err := writePage(&b, c, &doc)
	return b.Bytes(), err
}

// verdictStates rate the verdicts for the page.
var verdictStates = map[burn.Verdict]page.State{
	burn.VerdictSuccess: page.Good, burn.VerdictTestWrite: page.Good, burn.VerdictUnconfirmed: page.Warn, burn.VerdictCanceled: page.Warn,
	burn.VerdictFailed: page.Bad, burn.VerdictVerifyFailed: page.Bad,
}

// writePage writes the report as a page.
func writePage(b *bytes.Buffer, c *chronicle, doc *burnReportDoc) error {
	r := &doc.Report
	p := page.Page{
		Title: oneLine(c.m.title()), Performer: oneLine(c.m.performer()), Headline: pageHeadline(r), State: verdictStates[r.Verdict],
		Date: doc.Date.Local(), Program: "redbook " + doc.Program.Release, Next: doc.Next, Facts: pageFacts(c, doc),
		Capacity: int(capacity(&r.Disc)),
	}
	p.Next = strings.TrimSpace(messageLines(r, doc.Message) + withMore(doc.Next, doc.Topic))
	p.FIFOLowest, p.DriveLowest = -1, r.DriveMin
	if r.FIFO.Size > 0 {
		p.FIFOLowest = float64(r.FIFO.MinFill) / float64(r.FIFO.Size)
	}
	readBack := map[int]string{}
	for _, t := range r.Verified.Tracks {
		readBack[t.Number] = resultText(t.Result)
	}
	for _, t := range r.Disc.Tracks {
		p.Earlier = append(p.Earlier, page.Track{Number: t.Number, LBA: int(t.Start), Sectors: int(t.Sectors)})
	}
	for i, t := range r.Tracks {
		p.Tracks = append(p.Tracks, pageTrack(c.m, r, i, readBack[t.Number]))
	}
	for _, s := range doc.Samples {
		p.Samples = append(p.Samples, page.Sample{At: s.At, X: s.Speed, FIFO: s.FIFO, Drive: s.DriveBuffer})
	}
	for _, gap := range doc.Pauses {
		p.Marks = append(p.Marks, page.Mark{Kind: page.Pause, At: gap.From, To: gap.To, Text: "nothing is written for " + clock(gap.To-gap.From)})
	}
	for _, l := range doc.Log {
		state := page.State("")
		switch {
		case l.Kind == string(notekind.WriteResent):
			p.Marks = append(p.Marks, page.Mark{Kind: page.Repeat, At: l.At, Text: l.Text})
			state = page.Warn
		case l.Kind == "track" && strings.HasPrefix(l.Text, "Writing"):
			p.Marks = append(p.Marks, page.Mark{Kind: page.TrackMark, At: l.At, Text: l.Text})
		case l.Kind != "phase" && l.Kind != "track":
			state = page.Warn
		}
		p.Events = append(p.Events, page.Event{At: l.At, Text: l.Text, State: state})
	}
	return p.Write(b)
}

// capacity returns the size of the disc in sectors; 0 if unknown.
func capacity(d *disc.Disc) toc.Sectors {
	if d.ATIP.Known() {
		return placing.UsableSectors(0, d.ATIP.Value.LastLeadOut.LBA())
	}
	if d.Next.Known() {
		return toc.Sectors(d.Next.Value.NWA) + d.Next.Value.Free
	}
	return 0
}

// verdictTitles are the verdicts as the page begins.
var verdictTitles = map[burn.Verdict]string{
	burn.VerdictSuccess: "Success", burn.VerdictTestWrite: "Test write passed", burn.VerdictUnconfirmed: "Not confirmed", burn.VerdictCanceled: "Canceled",
	burn.VerdictFailed: "Failed", burn.VerdictVerifyFailed: "Verification failed",
}

// pageHeadline is the headline with the verdict in words.
func pageHeadline(r *burn.Report) string {
	text := headline(r)
	if rest, ok := strings.CutPrefix(text, string(r.Verdict)); ok && verdictTitles[r.Verdict] != "" {
		return verdictTitles[r.Verdict] + rest
	}
	return text
}

// messageLines are the lines of an error as sentences, without one that the headline repeats.
func messageLines(r *burn.Report, message string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(message, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != string(r.Verdict) {
			b.WriteString(asSentence(line) + "\n")
		}
	}
	return b.String()
}

// pageTrack is a row of the page.
func pageTrack(m *material, r *burn.Report, i int, readBack string) page.Track {
	t := &r.Tracks[i]
	start, length := rowPlace(r, t)
	status := trackStatus(r, t)
	row := page.Track{
		Number: t.Number, Title: trackTitle(t.Title, "", t.Name), Length: length, Start: start,
		Status: string(status), ReadBack: readBack, State: page.Bad, LBA: int(t.Start), Sectors: int(t.Recorded()),
	}
	if t.Title != "" {
		row.Performer = oneLine(t.Performer)
	}
	if i < len(m.Tracks) {
		row.Source = sourceText(&m.Tracks[i], t.Title)
	}
	switch status {
	case burn.TrackOK, burn.TrackTested:
		row.State = page.Good
	case burn.TrackUnshown, burn.TrackCanceled, burn.TrackNotBegun:
		row.State = page.Warn
	}
	for _, n := range t.Notes {
		if text := rowNote(r, &n, false, nil); text != "" {
			row.Notes = append(row.Notes, text)
		}
	}
	return row
}

// pageFacts are the lines about drive, disc and time.
func pageFacts(c *chronicle, doc *burnReportDoc) []page.Fact {
	r := &doc.Report
	mode := "track-at-once"
	if r.Mode == burn.ModeSAO {
		mode = "session-at-once"
	}
	list := []page.Fact{
		{Name: "Drive", Value: r.Drive + simulatedNote(c.d) + ", " + doc.Device},
		{Name: "Disc before", Value: discText(&r.Disc)},
		{Name: "Recorded", Value: mode},
		{Name: "Speed", Value: speedSetText(r)},
		{Name: "Time", Value: timeText(c.d, r)},
		{Name: "Buffers", Value: bufferText(r)},
	}
	if len(r.Tracks) > 0 && !r.TestWrite {
		list = append(list, page.Fact{Name: "Read back", Value: readBackFact(&r.Verified)})
	}
	if r.MCN != "" {
		list = append(list, page.Fact{Name: "MCN", Value: string(r.MCN)})
	}
	return list
}

// readBackFact is verificationText after the name "Read back".
func readBackFact(v *disc.Verification) string {
	if v.Result == disc.VerifyNotDone || v.Done == disc.VerifyNone {
		return "no audio"
	}
	return comparedText(v, ": ")
}
