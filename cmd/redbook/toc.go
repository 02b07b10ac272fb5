package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// tocDoc is what `redbook toc --json` prints.
type tocDoc struct {
	Device      string      `json:"device"`
	First       int         `json:"first"`
	Last        int         `json:"last"`
	Tracks      []tocTrack  `json:"tracks"`
	LeadOut     toc.LBA     `json:"lead_out_lba"`
	LeadOutMSF  string      `json:"lead_out_msf"`
	Total       toc.Sectors `json:"total_sectors"`
	MCN         toc.MCN     `json:"mcn,omitempty"`
	FreedbID    string      `json:"freedb_id"`
	MusicBrainz string      `json:"musicbrainz_id"`
}

// tocTrack is a track as players see it: up to where the next one starts, pause
// included.
type tocTrack struct {
	Number  int         `json:"number"`
	Session int         `json:"session,omitempty"`
	Start   toc.LBA     `json:"start_lba"`
	MSF     string      `json:"start_msf"`
	Sectors toc.Sectors `json:"sectors"` // up to the next track's start or the session's lead-out
	Control toc.Control `json:"control"`
	Audio   bool        `json:"audio"`
	ISRC    toc.ISRC    `json:"isrc,omitempty"`
}

// tocCommand prints the table of contents with all that identifies the disc.
func tocCommand(a *app) *cobra.Command {
	return a.command("toc", "Print a disc's table of contents, codes and identifiers", "", noArgs,
		func(ctx context.Context, _ []string) error {
			return a.withDevice(ctx, justLook, func(ctx context.Context, d *device) error {
				doc, err := a.readTOC(ctx, d)
				if err != nil {
					return a.adviseBurn(err, d, nil)
				}
				if a.flags.json {
					return a.document("toc", doc)
				}
				return a.print("%s", tocText(&doc))
			})
		})
}

// readTOC reads the table of contents and the codes in the Q sub-channel, which not
// every drive finds.
func (a *app) readTOC(ctx context.Context, d *device) (tocDoc, error) {
	t, err := a.discTOC(ctx, d)
	if err != nil {
		return tocDoc{}, err
	}
	doc := tocDoc{
		Device: d.name, First: t.First, Last: t.Last,
		LeadOut: t.LeadOut, LeadOutMSF: t.LeadOut.MSF().String(), Total: toc.Sectors(t.LeadOut),
		FreedbID: t.FreedbID(), MusicBrainz: t.MusicBrainzID(), Tracks: []tocTrack{},
	}
	transport := d.drive.Transport()
	if mcn, found, err := (mmc.ReadMCN{}).Do(ctx, transport); err == nil && found {
		doc.MCN = mcn
	}
	sessions := readSessions(ctx, d)
	for _, e := range t.Entries {
		track := tocTrack{
			Number: e.Number, Session: e.Session, Start: e.Start, MSF: e.Start.MSF().String(),
			Sectors: t.Length(e.Number), Control: e.Control, Audio: e.Control.Audio(),
		}
		sessions.place(&track)
		if e.Control.Audio() {
			if isrc, found, err := (mmc.ReadISRC{Track: byte(e.Number)}).Do(ctx, transport); err == nil && found {
				track.ISRC = isrc
			}
		}
		doc.Tracks = append(doc.Tracks, track)
	}
	return doc, ctx.Err()
}

// sessions is what only the full table of contents tells, and not every drive gives it.
type sessions struct{ full mmc.FullTOC }

func readSessions(ctx context.Context, d *device) sessions {
	full, _ := mmc.ReadFullTOC{}.Do(ctx, d.drive.Transport()) // without it there is one session
	return sessions{full}
}

// place gives a track its session, if there are several. The last track of one ends
// at the lead-out of that session, long before the next session's first track.
func (s sessions) place(t *tocTrack) {
	if s.full.Last <= 1 {
		return
	}
	for _, e := range s.full.Entries {
		if e.ADR == 1 && int(e.Point) == t.Number {
			t.Session = e.Session
		}
	}
	if leadOut, ok := s.full.LeadOut(t.Session); ok && t.Start < leadOut {
		t.Sectors = min(t.Sectors, toc.Sectors(leadOut-t.Start))
	}
}

// discTOC waits for the disc and reads its table of contents. A disc without one,
// blank or not yet closed, is an unsuitable disc.
func (a *app) discTOC(ctx context.Context, d *device) (toc.TOC, error) {
	if err := d.drive.WaitReady(ctx, mmc.WaitOptions{}); err != nil {
		return toc.TOC{}, err
	}
	info, err := mmc.ReadDiscInformation{}.Do(ctx, d.drive.Transport())
	if err == nil && info.Status == mmc.DiscEmpty {
		return toc.TOC{}, noTable("", "the disc is blank: it has no table of contents")
	}
	t, err := mmc.ReadTOC{}.Do(ctx, d.drive.Transport())
	if err == nil && info.Status == mmc.DiscIncomplete && info.LastSession == mmc.SessionIncomplete {
		a.note("A session is open, and its tracks are in no table of contents yet: redbook info%s lists them.", a.deviceFlag())
	}
	if err != nil && info.Status == mmc.DiscIncomplete && info.Sessions <= 1 {
		return t, noTable("redbook info"+a.deviceFlag()+" lists its tracks; redbook close"+a.deviceFlag()+" closes it.",
			"the disc is open: it has no table of contents before it is closed")
	}
	return t, err
}

// noTable is the error about a disc that has no table of contents yet.
func noTable(next, text string) error { return fail(exitNoDisc, next, "%s", text) }

// tocText is the table of contents in lines.
func tocText(doc *tocDoc) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "track\tstart\tLBA\tlength\tkind\n")
	for _, t := range doc.Tracks {
		fmt.Fprintf(w, "%5d\t%s\t%d\t%v\t%v", t.Number, t.MSF, t.Start, t.Sectors, t.Control)
		if t.Session > 0 {
			fmt.Fprintf(w, ", session %d", t.Session)
		}
		if t.ISRC != "" {
			fmt.Fprintf(w, ", ISRC %s", t.ISRC)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "lead-out\t%s\t%d\t\t\n", doc.LeadOutMSF, doc.LeadOut)
	_ = w.Flush() // into a strings.Builder
	if doc.MCN != "" {
		fmt.Fprintf(&b, "catalogue number  %s\n", doc.MCN)
	}
	fmt.Fprintf(&b, "freedb id         %s\nMusicBrainz id    %s\n", doc.FreedbID, doc.MusicBrainz)
	return b.String()
}
