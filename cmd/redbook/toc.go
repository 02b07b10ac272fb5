package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// tocDoc is what `redbook toc --json` prints.
type tocDoc struct {
	Device      string        `json:"device"`
	Sessions    int           `json:"sessions"` // closed ones
	First       int           `json:"first"`
	Last        int           `json:"last"`
	Tracks      []tocTrack    `json:"tracks"`
	LeadOut     toc.LBA       `json:"lead_out_lba"`
	LeadOutMSF  string        `json:"lead_out_msf"`
	Total       toc.Sectors   `json:"total_sectors"`
	MCN         toc.MCN       `json:"mcn,omitempty"`
	FreedbID    string        `json:"freedb_id"`
	MusicBrainz string        `json:"musicbrainz_id"`
	CDText      *bool         `json:"cd_text"` // null: the drive doesn't report it
	Title       string        `json:"title,omitempty"`
	Performer   string        `json:"performer,omitempty"`
	Languages   []tocLanguage `json:"languages,omitempty"`      // the CD-TEXT in full
	Hidden      toc.Sectors   `json:"hidden_sectors,omitempty"` // before track 1, from LBA 0 on
	Unknown     []string      `json:"unknown,omitempty"`        // what the drive could not report
}

// tocTrack is a track of the table of contents. Its length is the one that `redbook info`
// shows: without the following pause.
type tocTrack struct {
	Number    int          `json:"number"`
	Session   int          `json:"session,omitempty"`
	Start     toc.LBA      `json:"start_lba"`
	MSF       string       `json:"start_msf"`
	Sectors   toc.Sectors  `json:"sectors"`
	Control   toc.Control  `json:"control"`
	Audio     bool         `json:"audio"`
	ISRC      toc.ISRC     `json:"isrc,omitempty"`
	SCMS      bool         `json:"scms,omitempty"`
	Pause     *toc.Sectors `json:"pause_sectors"` // before the track; null: not known
	Indexes   []tocIndex   `json:"indexes,omitempty"`
	Title     string       `json:"title,omitempty"`
	Performer string       `json:"performer,omitempty"`
}

// tocIndex is an index mark.
type tocIndex struct {
	Index int     `json:"index"` // 2..99
	LBA   toc.LBA `json:"lba"`
	MSF   string  `json:"msf"`
}

// tocCommand prints the table of contents and everything that identifies the disc.
func tocCommand(a *app) *cobra.Command {
	return a.command("toc", "Print a disc's table of contents, titles, pauses, codes and identifiers", "", noArgs,
		func(ctx context.Context, _ []string) error {
			return a.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
				doc, err := a.discs.readTOC(ctx, d)
				if err != nil {
					return err
				}
				if a.flags.json {
					return a.data.document("toc", doc)
				}
				return a.data.sentences(tocText(&doc))
			})
		})
}

// examine determines what the disc holds besides its samples. A disc without a table of
// contents is an error.
func (s *discs) examine(ctx context.Context, d *device) (rip.Layout, error) {
	l, err := redbook.Examine(ctx, d.opened, &redbook.ExamineOptions{
		OnTrack: s.talk.scanProgress,
		OnDisc: func(on *disc.Disc) error {
			if err := s.wantTable(on); err != nil {
				return err
			}
			s.talk.warnRemarks(remarks(on))
			return nil
		},
	})
	s.talk.console.clear()
	if e, ok := errors.AsType[*redbook.ReadError](err); ok && e.Step == "scan" {
		err = engine.Wrap(burn.PhaseRead, 0, 0, e.Err)
	}
	if err != nil {
		return l, s.advise.readError(d, err)
	}
	return l, nil
}

// readTOC reads the table of contents, and what CD-TEXT and the Q sub-channel contain.
func (s *discs) readTOC(ctx context.Context, d *device) (tocDoc, error) {
	l, err := s.examine(ctx, d)
	if err != nil {
		return tocDoc{}, err
	}
	on := &l.Disc
	t := on.TOC.Value
	album, texts := rip.Titles(l.Text.Value)
	doc := tocDoc{
		Device: d.name, Sessions: on.Sessions.Value, First: t.First, Last: t.Last,
		LeadOut: t.LeadOut, LeadOutMSF: t.LeadOut.MSF().String(), Total: toc.Sectors(t.LeadOut),
		FreedbID: t.FreedbID(), MusicBrainz: t.MusicBrainzID(), Tracks: []tocTrack{},
		MCN: l.MCN.Value, Title: album.Title, Performer: album.Performer, Hidden: l.Hidden(), Unknown: unknownFacts(&l),
	}
	if l.Text.Known() {
		has := len(l.Text.Value) > 0
		doc.CDText, doc.Languages = &has, languagesOf(l.Text.Value)
	}
	for _, on := range on.Tracks {
		if !on.InTOC {
			continue
		}
		track := tocTrack{
			Number: on.Number, Start: on.Start, MSF: on.Start.MSF().String(),
			Sectors: on.Sectors, Control: on.Control, Audio: on.Control.Audio(),
			Title: texts[on.Number].Title, Performer: texts[on.Number].Performer,
		}
		if doc.Sessions > 1 {
			track.Session = on.Session
		}
		if found, ok := l.Track(on.Number); ok {
			track.add(found)
		}
		doc.Tracks = append(doc.Tracks, track)
	}
	s.talk.warnRemarks(contradictions(&l))
	return doc, ctx.Err()
}

// add adds what the scan found about a track.
func (t *tocTrack) add(found *rip.Track) {
	t.Control, t.ISRC, t.SCMS = found.Flags.Value, found.ISRC.Value, found.SCMS.Value
	if found.Pause.Known() {
		t.Pause = &found.Pause.Value
	}
	for _, m := range found.Indexes.Value {
		at := found.Start + toc.LBA(m.Offset)
		t.Indexes = append(t.Indexes, tocIndex{int(m.Index), at, at.MSF().String()})
	}
}

// unknownFacts lists what the drive could not report, with the reason if it is more
// precise.
func unknownFacts(l *rip.Layout) []string {
	var list []string
	switch {
	case l.NoQ != nil:
		list = append(list, "pauses and index marks: the drive does not return the Q sub-channel")
	default:
		for i := range l.Tracks {
			if l.Tracks[i].Indexes.Known() {
				continue
			}
			what := fmt.Sprintf("index marks of track %d", l.Tracks[i].Number)
			if l.Joined(i) && !l.Tracks[i+1].Pause.Known() {
				what += " and the pause after it"
			}
			list = append(list, what+": the Q sub-channel can't be read there")
		}
	}
	if !l.Text.Known() {
		list = append(list, "CD-TEXT: the drive does not report it")
	}
	if !l.MCN.Known() {
		list = append(list, "catalog number: the drive does not report it")
	}
	var isrcs []string
	for i := range l.Tracks {
		if !l.Tracks[i].ISRC.Known() {
			isrcs = append(isrcs, fmt.Sprint(l.Tracks[i].Number))
		}
	}
	if len(isrcs) > 0 {
		list = append(list, "recording codes (ISRC) of track "+strings.Join(isrcs, ", ")+": the drive does not report them")
	}
	return list
}

// contradictions lists the replies of the scan that disagree.
func contradictions(l *rip.Layout) []error {
	list := []error{}
	add := func(o disc.Origin, err error) {
		if o == disc.Contradicted {
			list = append(list, err)
		}
	}
	add(l.MCN.Origin, l.MCN.Err)
	for i := range l.Tracks {
		t := &l.Tracks[i]
		add(t.ISRC.Origin, t.ISRC.Err)
		add(t.Flags.Origin, t.Flags.Err)
	}
	return list
}

// wantTable returns the error for a disc without a table of contents: blank, not yet
// closed, or not reported.
func (s *discs) wantTable(on *disc.Disc) error {
	status, blank := on.Status.Value, on.Status.Known() && on.Status.Value == mmc.DiscEmpty
	switch {
	case blank:
		return noTable("", "the disc is blank and has no table of contents")
	case !on.TOC.Known() && status == mmc.DiscIncomplete && len(on.Tracks) == 0:
		return explain("cut-short", noTable("A CD-RW can be used again: redbook blank"+s.advise.deviceFlag(),
			"the disc has an open session without a track: it was cut short, and none of it can be read"))
	case !on.TOC.Known() && status == mmc.DiscIncomplete && on.Sessions.Known() && on.Sessions.Value == 0:
		return explain("open-session", noTable("To list its tracks: redbook info"+s.advise.deviceFlag()+"\nTo close it: redbook close"+s.advise.deviceFlag(),
			"the disc is open and gets a table of contents only when it is closed"))
	case !on.TOC.Known():
		return engine.Wrap(burn.PhasePlan, 0, 0, fmt.Errorf("the drive does not report a table of contents: %w", on.TOC.Err))
	}
	if status == mmc.DiscIncomplete && on.LastSession.Value == mmc.SessionIncomplete {
		s.talk.note("A session is open, and the table of contents does not list its tracks yet. To list them: redbook info%s", s.advise.deviceFlag())
	}
	return nil
}

// noTable returns the error for a disc that has no table of contents yet.
func noTable(next, text string) error { return fail(exitNoDisc, next, "%s", text) }

// tocText returns the table of contents as lines.
func tocText(doc *tocDoc) string {
	var b strings.Builder
	if doc.Title != "" {
		fmt.Fprintf(&b, "%s\n", trackTitle(doc.Title, doc.Performer, ""))
	}
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "track\tstart\tLBA\tlength\tkind\n")
	for _, t := range doc.Tracks {
		fmt.Fprintf(w, "%5d\t%s\t%d\t%v\t%s\n", t.Number, t.MSF, t.Start, t.Sectors, strings.Join(t.notes(), ", "))
		for _, i := range t.Indexes {
			fmt.Fprintf(w, "     \t%s\t%d\t\tindex %d\n", i.MSF, i.LBA, i.Index)
		}
	}
	fmt.Fprintf(w, "lead-out\t%s\t%d\n", doc.LeadOutMSF, doc.LeadOut)
	_ = w.Flush() // into a strings.Builder
	if doc.Hidden > toc.PregapSectors {
		fmt.Fprintf(&b, "%v of the disc lies before track 1 and may be a hidden track: redbook read --hidden\n", doc.Hidden)
	}
	if doc.MCN != "" {
		fmt.Fprintf(&b, "catalog number    %s\n", doc.MCN)
	}
	for i := range doc.Languages[min(1, len(doc.Languages)):] {
		doc.Languages[1+i].print(&b)
	}
	fmt.Fprintf(&b, "freedb id         %s\nMusicBrainz id    %s\n", doc.FreedbID, doc.MusicBrainz)
	for _, text := range doc.Unknown {
		fmt.Fprintf(&b, "Not known: %s.\n", text)
	}
	return b.String()
}

// notes lists the remarks about a track.
func (t *tocTrack) notes() []string {
	list := []string{t.Control.String()}
	if t.SCMS {
		list = append(list, "SCMS copy")
	}
	if t.Session > 0 {
		list = append(list, fmt.Sprintf("session %d", t.Session))
	}
	if t.Pause != nil && *t.Pause > 0 && t.Number > 1 {
		list = append(list, "pause "+position(*t.Pause)+" before it")
	}
	if t.ISRC != "" {
		list = append(list, "ISRC "+string(t.ISRC))
	}
	if t.Title != "" {
		list = append(list, trackTitle(t.Title, t.Performer, ""))
	}
	return list
}

// position formats a length to the sector, as cue sheets do.
func position(n toc.Sectors) string { return n.Position() }
