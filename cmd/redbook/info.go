package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
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
}

// driveDoc is the drive, and what of the engine's wishes it can fulfil.
type driveDoc struct {
	Vendor      string `json:"vendor"`
	Product     string `json:"product"`
	Revision    string `json:"revision"`
	TrackAtOnce bool   `json:"track_at_once"`
	TestWrite   bool   `json:"test_write"`
	BurnFree    bool   `json:"burnfree"`
}

// mediumDoc is the disc. The maker that ATIP names is whoever registered the code,
// often not whose name is on the box: it is called "reported as" throughout.
type mediumDoc struct {
	Media      string      `json:"media"`
	Status     string      `json:"status"` // blank, open, finished
	Sessions   int         `json:"sessions"`
	ReportedAs string      `json:"reported_as,omitempty"` // maker by the ATIP
	LeadInATIP string      `json:"atip_lead_in,omitempty"`
	LastStart  string      `json:"atip_last_lead_out,omitempty"`
	Capacity   toc.Sectors `json:"capacity_sectors,omitempty"`
}

// speedDoc is a write speed: x as people say it, kB/s as the drive does. Drives
// round the second in different ways, so that it can't be computed from the first.
type speedDoc struct {
	X        float64 `json:"x"`
	KBps     int     `json:"kbps"`
	Rotation string  `json:"rotation"`
}

// trackDoc is a track by READ TRACK INFORMATION. Its length is the drive's word:
// some count the two run-out sectors, and one that is unfinished has none yet.
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
}

// infoCommand prints what the drive says about itself and the disc, which is also
// what a bug report needs.
func infoCommand(a *app) *cobra.Command {
	return a.command("info", "Show drive, disc, tracks, speeds and what still fits", "", noArgs,
		func(ctx context.Context, _ []string) error {
			return a.withDevice(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.info(ctx, d)
			})
		})
}

// info prints what the drive says. Without a disc that is still something, and the
// error comes after it.
func (a *app) info(ctx context.Context, d *device) error {
	// A disc that was just put in takes a while; the summary itself doesn't wait.
	ready := d.drive.WaitReady(ctx, mmc.WaitOptions{})
	s, err := d.drive.Summary(ctx)
	empty := noDisc(err)
	if err != nil && !empty {
		return a.adviseBurn(errors.Join(err, ready), d, nil)
	}
	doc := infoOf(d, &s)
	if a.flags.json {
		err = a.document("info", doc)
	} else {
		err = a.print("%s", infoText(&doc, &s))
	}
	if a.flags.verbose > 0 {
		for _, missing := range s.Errors {
			a.warn("the drive doesn't tell everything: %v", missing)
		}
	}
	if err == nil && empty {
		err = fail(exitNoDisc, "", "there is no disc in the drive")
	}
	return err
}

// infoOf arranges what the drive said for --json.
func infoOf(d *device, s *mmc.DiscSummary) infoDoc {
	doc := infoDoc{
		Device: d.name, Simulated: d.simulated,
		Drive: driveDoc{
			Vendor: s.Inquiry.Vendor, Product: s.Inquiry.Product, Revision: s.Inquiry.Revision,
			TrackAtOnce: s.TAO.Supported, TestWrite: s.TAO.TestWrite, BurnFree: s.TAO.BUF,
		},
		Disc: mediumOf(s), Speeds: []speedDoc{}, Tracks: []trackDoc{}, Free: s.Free,
	}
	if s.NWAValid {
		doc.NWA = &s.NWA
	}
	for _, w := range s.Speeds {
		doc.Speeds = append(doc.Speeds, speedDoc{tao.SpeedOfKBps(w.KBps).X(), w.KBps, w.Rotation.String()})
	}
	for _, t := range s.Tracks {
		doc.Tracks = append(doc.Tracks, trackDoc{
			Number: t.Track, Session: t.Session, Start: t.Start, MSF: t.Start.MSF().String(), Sectors: t.Size,
			Control: t.Control, Audio: t.Control.Audio(), Open: t.Reserved() || t.NWAValid, Damaged: t.Damage,
		})
	}
	return doc
}

// mediumOf is the disc, nil if there is none.
func mediumOf(s *mmc.DiscSummary) *mediumDoc {
	if s.Disc == nil {
		return nil
	}
	m := &mediumDoc{Media: s.Media.String(), Status: statusText(s.Disc.Status), Sessions: s.Disc.Sessions,
		ReportedAs: strings.TrimPrefix(s.Manufacturer, "reported as ")}
	if s.Disc.Status == mmc.DiscEmpty || s.Disc.Status == mmc.DiscIncomplete {
		m.Sessions = max(s.Disc.Sessions-1, 0) // the one that is open for tracks counts
	}
	if s.ATIP != nil {
		m.LeadInATIP, m.LastStart = s.ATIP.LeadIn.String(), s.ATIP.LastLeadOut.String()
		m.Capacity = toc.UsableSectors(0, s.ATIP.LastLeadOut.LBA())
	}
	return m
}

// statusText is the state of a disc in one word.
func statusText(s mmc.DiscStatus) string {
	switch s {
	case mmc.DiscEmpty:
		return "blank"
	case mmc.DiscIncomplete:
		return "open"
	case mmc.DiscFinalized:
		return "finished"
	}
	return s.String()
}

// infoText is the same for people.
func infoText(doc *infoDoc, s *mmc.DiscSummary) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	simulated := ""
	if doc.Simulated {
		simulated = " (simulated)"
	}
	fmt.Fprintf(w, "device\t%s\n", doc.Device)
	fmt.Fprintf(w, "drive\t%v%s\n", s.Inquiry, simulated)
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
	if s.ATIP != nil {
		fmt.Fprintf(w, "ATIP\tlead-in %s, last possible lead-out %s\n", doc.Disc.LeadInATIP, doc.Disc.LastStart)
	}
	if len(s.Speeds) > 0 {
		fmt.Fprintf(w, "speeds\t%s\n", speedList(s.Speeds))
	}
	if doc.NWA != nil {
		fmt.Fprintf(w, "free\t%v for one more track, from LBA %d on\n", doc.Free, *doc.NWA)
	} else {
		fmt.Fprintf(w, "free\tnothing can be added\n")
	}
	for _, t := range doc.Tracks {
		fmt.Fprintf(w, "track %d\t%s  %s  %s\n", t.Number, t.MSF, trackLength(t), trackState(t))
	}
	_ = w.Flush() // into a strings.Builder
	return b.String()
}

// sessionsText counts the closed sessions, where there are any.
func sessionsText(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n, "closed session")
}

// abilities is what the drive can write.
func abilities(d *driveDoc) string {
	if !d.TrackAtOnce {
		return "no track at once"
	}
	text := "track at once"
	if d.TestWrite {
		text += ", test write"
	}
	if d.BurnFree {
		text += ", buffer underrun protection"
	}
	return text
}

// speedList is the write speeds in a line.
func speedList(speeds []mmc.WriteSpeed) string {
	words := make([]string, len(speeds))
	for i, s := range speeds {
		words[i] = speedText(s.KBps)
	}
	return strings.Join(slices.Compact(words), " ")
}

// trackLength is the length of a track, which an unfinished one hasn't got yet.
func trackLength(t trackDoc) string {
	if t.Open || t.Damaged {
		return "?:??"
	}
	return t.Sectors.String()
}

// trackState is what kind of track it is and what is wrong with it.
func trackState(t trackDoc) string {
	text := fmt.Sprintf("%v, session %d", t.Control, t.Session)
	if t.Open {
		text += ", unfinished"
	}
	if t.Damaged {
		text += ", damaged"
	}
	return text
}
