package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// infoDoc is what `redbook info --json` prints.
type infoDoc struct {
	Device    string      `json:"device"`
	Simulated bool        `json:"simulated"`
	Drive     driveDoc    `json:"drive"`
	Disc      *mediumDoc  `json:"disc"` // null without one
	Speeds    []speedDoc  `json:"write_speeds"`
	Tracks    []trackDoc  `json:"tracks"`
	Free      toc.Sectors `json:"free_sectors"` // for one more track
	NWA       *toc.LBA    `json:"next_writable_lba"`
	Jobs      []jobDoc    `json:"interrupted,omitempty"` // interrupted albums that may be on this disc
}

// driveDoc is the drive and what it can write.
type driveDoc struct {
	Vendor      string `json:"vendor"`
	Product     string `json:"product"`
	Revision    string `json:"revision"`
	TrackAtOnce bool   `json:"track_at_once"`
	// What the drive reports in feature 002Eh. Old drives lack it and may still be able to
	// do it.
	SessionAtOnce bool `json:"session_at_once"`
	CDText        bool `json:"cd_text"`
	TestWrite     bool `json:"test_write"`
	BurnFree      bool `json:"burnfree"`
}

// mediumDoc is the disc. The maker in the ATIP is the company that registered the code,
// which is often not the brand on the box. Therefore it is always called "reported as".
type mediumDoc struct {
	Media      string      `json:"media"`
	Status     string      `json:"status"` // blank, open, finalized, state unknown
	Sessions   int         `json:"sessions"`
	ReportedAs string      `json:"reported_as,omitempty"` // maker by the ATIP
	LeadInATIP string      `json:"atip_lead_in,omitempty"`
	LastStart  string      `json:"atip_last_lead_out,omitempty"`
	Capacity   toc.Sectors `json:"capacity_sectors,omitempty"`
}

// speedDoc is a write speed: x as people state it, kB/s as the drive does. Drives round
// the latter in different ways, so it can't be computed from the former.
type speedDoc struct {
	X        float64 `json:"x"`
	KBps     int     `json:"kbps"`
	Rotation string  `json:"rotation"`
}

// trackDoc is a track as package disc describes it: its length doesn't include the
// following pause, and an unfinished track has none yet.
type trackDoc struct {
	Number  int         `json:"number"`
	Session int         `json:"session"`
	Start   toc.LBA     `json:"start_lba"`
	MSF     string      `json:"start_msf"`
	Sectors toc.Sectors `json:"sectors"`
	Control toc.Control `json:"control"`
	Audio   bool        `json:"audio"`
	Open    bool        `json:"open,omitempty"`    // reserved or being written
	Damaged bool        `json:"damaged,omitempty"` // its end is missing
	Unknown bool        `json:"unknown,omitempty"` // the drive doesn't report its place
}

// infoCommand prints what the drive reports about itself and the disc, for users and for
// bug reports.
func infoCommand(a *app) *cobra.Command {
	return a.command("info", "Show the drive, the disc, its tracks and the free space", "", noArgs,
		func(ctx context.Context, _ []string) error {
			return a.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.discs.info(ctx, a.journals, d)
			})
		})
}

// info prints what the drive reports. Without a disc it prints the drive, and the error
// follows.
func (s *discs) info(ctx context.Context, js *journals, d *device) error {
	in, err := d.opened.Info(ctx)
	if err != nil {
		return s.advise.burn(err, d, nil)
	}
	doc := infoOf(d, &in)
	var jobs []*jobdir.Job
	if !in.Empty {
		jobs = js.fitting(&in.Disc, d.name)
		for _, j := range jobs {
			job := jobDocOf(j)
			job.Whole = wholeOn(j.Job, &in.Disc)
			doc.Jobs = append(doc.Jobs, job)
		}
	}
	if s.flags.json {
		err = s.data.document("info", doc)
	} else {
		err = s.data.sentences(infoText(&doc, in.Drive.String()))
	}
	s.talk.warnRemarks(in.Errs)
	if in.Empty {
		if err == nil {
			err = s.advise.noDisc()
		}
		return err
	}
	s.talk.warnRemarks(remarks(&in.Disc))
	js.printFitting(jobs, &in.Disc)
	return err
}

// rotationText is how the disc turns, in the terms of data sheets.
func rotationText(pureCAV bool) string {
	if pureCAV {
		return "CAV"
	}
	return "CLV/PCAV"
}

// infoOf converts what the drive reports to JSON.
func infoOf(d *device, in *redbook.Info) infoDoc {
	inquiry, on := in.Drive, &in.Disc
	doc := infoDoc{
		Device: d.name, Simulated: d.simulated,
		Drive: driveDoc{
			Vendor: inquiry.Vendor, Product: inquiry.Product, Revision: inquiry.Revision,
			SessionAtOnce: in.SAO.ByFeature && in.SAO.Supported, CDText: in.SAO.ByFeature && in.SAO.Supported && in.SAO.RWSubcode,
			TrackAtOnce: in.TAO.Supported, TestWrite: in.TAO.TestWrite, BurnFree: in.TAO.BUF,
		},
		Speeds: []speedDoc{}, Tracks: []trackDoc{},
	}
	for _, w := range in.Speeds {
		doc.Speeds = append(doc.Speeds, speedDoc{w.Speed().X(), w.KBps, rotationText(w.PureCAV)})
	}
	if in.Empty {
		return doc
	}
	doc.Disc = mediumOf(on)
	if on.Next.Known() && on.Status.Value != mmc.DiscFinalized {
		if next := on.Next.Value; !next.Unfinished {
			doc.Free, doc.NWA = next.Free, &next.NWA
		}
	}
	for _, t := range on.Tracks {
		row := trackDoc{
			Number: t.Number, Session: t.Session, Start: t.Start, MSF: t.Start.MSF().String(), Sectors: t.Sectors,
			Control: t.Control, Audio: t.Control.Audio(), Unknown: t.Origin == disc.Unknown,
			Open: t.State == disc.TrackReserved || t.State == disc.TrackIncomplete, Damaged: t.State == disc.TrackDamaged,
		}
		if row.Open || row.Damaged {
			row.Sectors = 0 // drives report all the room that the track could take
		}
		doc.Tracks = append(doc.Tracks, row)
	}
	return doc
}

// mediumOf describes the disc.
func mediumOf(on *disc.Disc) *mediumDoc {
	m := &mediumDoc{Media: mediaText(on.Media), Status: statusText(on.Status), Sessions: on.Sessions.Value}
	if on.ATIP.Known() {
		a := &on.ATIP.Value
		m.ReportedAs = strings.TrimPrefix(a.Manufacturer(), "reported as ")
		m.LeadInATIP, m.LastStart = a.LeadIn.String(), a.LastLeadOut.String()
		m.Capacity = placing.UsableSectors(0, a.LastLeadOut.LBA())
	}
	return m
}

// infoText is the same as text.
func infoText(doc *infoDoc, drive string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	simulated := ""
	if doc.Simulated {
		simulated = " (simulated)"
	}
	fmt.Fprintf(w, "device\t%s\n", doc.Device)
	fmt.Fprintf(w, "drive\t%s%s\n", drive, simulated)
	fmt.Fprintf(w, "writes\t%s\n", abilities(&doc.Drive))
	if doc.Disc == nil {
		fmt.Fprintf(w, "disc\tno disc\n")
		_ = w.Flush() // into a strings.Builder
		return b.String()
	}
	fmt.Fprintf(w, "disc\t%s, %s%s\n", doc.Disc.Media, doc.Disc.Status, sessionsText(doc.Disc.Sessions))
	if doc.Disc.ReportedAs != "" {
		fmt.Fprintf(w, "\treported as %s\n", doc.Disc.ReportedAs)
	}
	if doc.Disc.LeadInATIP != "" {
		fmt.Fprintf(w, "ATIP\tlead-in %s, last possible lead-out %s\n", doc.Disc.LeadInATIP, doc.Disc.LastStart)
	}
	if len(doc.Speeds) > 0 {
		fmt.Fprintf(w, "speeds\t%s\n", speedsText(doc.Speeds))
	}
	fmt.Fprintf(w, "free\t%s\n", freeText(doc))
	for _, t := range doc.Tracks {
		fmt.Fprintf(w, "track %d\t%s  %s  %s\n", t.Number, t.MSF, trackLength(t), trackState(t))
	}
	_ = w.Flush() // into a strings.Builder
	return b.String()
}

// freeText is what can be added.
func freeText(doc *infoDoc) string {
	switch {
	case doc.NWA != nil:
		return fmt.Sprintf("%s for one more track, from LBA %d on", minutes(doc.Free, false), *doc.NWA)
	case doc.Disc.Status == statusText(disc.Fact[mmc.DiscStatus]{Value: mmc.DiscFinalized, Origin: disc.Reported}):
		return "nothing can be added"
	}
	for _, t := range doc.Tracks {
		if t.Open || t.Damaged {
			return fmt.Sprintf("nothing can be added while track %d is unfinished", t.Number)
		}
	}
	text := "unknown: the drive does not report the next writable address"
	if len(doc.Tracks) == 0 {
		text += "; if a session-at-once burn was cut short, nothing can be added and none of it can be read"
	}
	return text
}

// sessionsText counts the closed sessions, if any.
func sessionsText(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n, "closed session")
}

// abilities lists what the drive can write.
func abilities(d *driveDoc) string {
	if !d.TrackAtOnce {
		return "not track-at-once"
	}
	text := "track-at-once"
	if d.SessionAtOnce {
		text += ", session-at-once"
	}
	if d.CDText {
		text += ", CD-TEXT"
	}
	if d.TestWrite {
		text += ", test write"
	}
	if d.BurnFree {
		text += ", buffer underrun protection"
	}
	return text
}

// speedsText lists the write speeds on one line.
func speedsText(speeds []speedDoc) string {
	words := make([]string, len(speeds))
	for i, s := range speeds {
		words[i] = speedText(s.KBps)
	}
	return strings.Join(slices.Compact(words), " ")
}

// trackLength is the length of a track; an unfinished one has none yet.
func trackLength(t trackDoc) string {
	if t.Open || t.Damaged || t.Unknown {
		return "?:??"
	}
	return t.Sectors.String()
}

// trackState is the kind of a track and what is wrong with it.
func trackState(t trackDoc) string {
	if t.Unknown {
		return "the drive reports nothing about it"
	}
	text := fmt.Sprintf("%v, session %d", t.Control, t.Session)
	if t.Open {
		text += ", unfinished"
	}
	if t.Damaged {
		text += ", damaged"
	}
	return text
}
