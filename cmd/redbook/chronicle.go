package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/scsi"
)

// chronicle records the events of a burn for --report and --log. Its times are the
// drive's, from the start of the burn.
type chronicle struct {
	d       *device
	clock   scsi.Clock
	began   time.Time
	reports []string
	force   bool
	log     *logFile

	samples []sampleDoc
	lines   []lineDoc
	phase   phaseStep
	idle    time.Duration // since when nothing is being written; below 0 during writing
	idles   []pauseDoc

	m      *material
	report *burn.Report
}

// sampleDoc is one sample of the state of the burn.
type sampleDoc struct {
	At          time.Duration `json:"at_ns"`
	Speed       float64       `json:"speed_x"`
	FIFO        float64       `json:"fifo"`         // 0..1
	DriveBuffer float64       `json:"drive_buffer"` // 0..1; -1 unknown
	LBA         int           `json:"lba"`          // last sector written
}

// lineDoc is one event in words.
type lineDoc struct {
	At   time.Duration `json:"at_ns"`
	Kind string        `json:"kind"` // phase, track, warning, or the kind of a note
	Text string        `json:"text"`
}

// pauseDoc is a time between two tracks in which nothing was written.
type pauseDoc struct {
	From time.Duration `json:"from_ns"`
	To   time.Duration `json:"to_ns"`
}

// checkReports rejects reports of an unknown form.
func checkReports(paths []string) error {
	for _, path := range paths {
		switch strings.ToLower(filepath.Ext(path)) {
		case ".html", ".htm", ".json":
		default:
			return usage("--report %s: the name must end in .html or .json", path)
		}
	}
	return nil
}

// outputs returns the files that a burn writes.
func (b *burnFlags) outputs(global *globals, inputs []string) *outputs {
	if b.record.text != textFromTags {
		inputs = append(slices.Clone(inputs), b.record.text)
	}
	o := outputsOf(global, inputs)
	for n := 1; n <= max(b.copies, len(global.devices), 1); n++ {
		if n > 1 {
			o.add("--trace", numberedFor(global.trace, n))
		}
		o.add("--toc", numberedFor(b.toc, n))
		o.add("--log", numberedFor(b.log, n))
		for _, path := range b.reports {
			o.add("--report", numberedFor(path, n))
		}
	}
	for n := 1; b.journalFile() != "" && n <= max(len(global.devices), 1); n++ { // used by one copy after the other
		o.addJournal(numberedFor(b.journal, n))
	}
	return o
}

// newChronicle starts recording and creates the log, which is written during the burn.
func (r *burnRun) newChronicle(d *device, m *material, flags *burnFlags) (*chronicle, error) {
	c := &chronicle{d: d, clock: d.drive.Clock(), force: r.flags.force, idle: -1}
	for _, path := range flags.reports {
		c.reports = append(c.reports, r.numbered(path))
	}
	if r.config.reportFolder != "" && len(flags.reports) == 0 {
		c.reports = []string{r.numbered(reportName(r.config.reportFolder, m.Title, time.Now().Format("20060102-150405")))}
		if err := tryWrite(c.reports[0]); err != nil {
			return nil, outputError("report_folder of the settings", err)
		}
	}
	c.began = c.clock.Now()
	if flags.log == "" {
		return c, nil
	}
	f, err := create(r.numbered(flags.log), c.force)
	if err != nil {
		return nil, outputError("--log", err)
	}
	c.log = &logFile{f: f}
	c.log.print(fmt.Sprintf("redbook %s", strings.Join(quoted1(r.args), " ")))
	return c, nil
}

// quoted1 returns a command line quoted for a shell, on one line.
func quoted1(args []string) []string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = oneLine(quote(arg))
	}
	return words
}

// follow records the events that are passed to next.
func (c *chronicle) follow(next func(burn.Event)) func(burn.Event) {
	return func(e burn.Event) {
		c.event(e)
		next(e)
	}
}

// at returns how long the burn has taken so far.
func (c *chronicle) at() time.Duration { return c.clock.Now().Sub(c.began) }

// say records a line.
func (c *chronicle) say(kind, text string) {
	text = oneLine(text)
	c.lines = append(c.lines, lineDoc{c.at(), kind, text})
	if c.log != nil {
		c.log.print(text)
	}
}

// event records one event. Reports take samples as often as the engine sends them; a log
// contains only what is useful to a person.
func (c *chronicle) event(e burn.Event) {
	if p, ok := phaseOf(e); ok && p != c.phase {
		c.phase = p
		if p.phase != burn.PhaseStart && p.phase != burn.PhaseWrite {
			c.say("phase", phaseText(p))
		}
	}
	switch e := e.(type) {
	case burn.Progress:
		c.sample(&e)
	case burn.TrackStarted:
		c.say("track", fmt.Sprintf("Writing track %d: %s, %v from LBA %d", e.Track, baseName(e.Name), e.Length, e.Start))
	case burn.TrackFinished:
		c.say("track", fmt.Sprintf("Track %d: %s", e.Track, e.Report.Status))
	case burn.SessionClosed:
		c.say("phase", "The session is closed")
	case burn.Noted:
		c.say(string(e.Note.Kind), asSentence(noteText(e.Note)))
	}
}

// sample records speed and buffers.
func (c *chronicle) sample(e *burn.Progress) {
	at := c.at()
	writing := e.Phase == burn.PhaseWrite
	between := e.Phase == burn.PhaseStart || writing && e.Speed.X() == 0
	if between && c.idle < 0 && len(c.samples) > 0 && c.samples[len(c.samples)-1].Speed > 0 {
		return // the next track of a session that is written at once: the stream continues
	}
	switch {
	case writing && c.idle >= 0:
		c.idles = append(c.idles, pauseDoc{c.idle, at})
		c.idle = -1
	case !writing && c.idle < 0 && len(c.samples) > 0 && c.samples[len(c.samples)-1].Speed > 0:
		c.idle = at
	}
	if len(c.reports) == 0 {
		return
	}
	s := sampleDoc{At: at, DriveBuffer: e.DriveBuffer, LBA: int(e.LastWritten)}
	if writing {
		s.Speed = e.Speed.X()
	}
	if e.BufferTotal > 0 {
		s.FIFO = float64(e.BufferUsed) / float64(e.BufferTotal)
	}
	c.samples = append(c.samples, s)
}

// ended keeps the engine's report.
func (c *chronicle) ended(m *material, r *burn.Report) { c.m, c.report = m, r }

// close writes the reports and ends the log. err is the result of the burn. A missing
// report is an error too, joined after err.
func (c *chronicle) close(data *results, err error) error {
	var errs []error
	if c.log != nil {
		if c.report != nil {
			for text := range strings.Lines(reportText(c.d, c.m, c.report, true, nil)) {
				c.log.print(oneLine(strings.TrimSuffix(text, "\n")))
			}
		}
		if err != nil {
			c.log.print("error: " + oneLine(inOneLine(err)))
		}
		errs = append(errs, c.log.close())
	}
	if c.report == nil {
		return errors.Join(errs...) // nothing to report
	}
	for _, path := range c.reports {
		text, werr := c.render(data, path, err)
		if werr == nil {
			werr = writeFile(path, c.force, text)
		}
		if werr != nil {
			errs = append(errs, fail(exitFailed, "", "--report: the report is missing: %w", werr))
		}
	}
	return errors.Join(errs...)
}

// logFile writes lines with their time. It keeps its first error, because an incomplete log
// must not look complete.
type logFile struct {
	f   *os.File
	err error
}

func (l *logFile) print(text string) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.f, "%s %s\n", time.Now().Format("2006-01-02 15:04:05.000"), text)
	}
}

func (l *logFile) close() error {
	if err := errors.Join(l.err, l.f.Close()); err != nil {
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			err = path.Err
		}
		return fail(exitFailed, "", "--log %s: the log is incomplete: %w", l.f.Name(), err)
	}
	return nil
}
