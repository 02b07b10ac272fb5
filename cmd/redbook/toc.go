package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// tocDoc is what `redbook toc --json` prints.
type tocDoc struct {
	Device      string      `json:"device"`
	Sessions    int         `json:"sessions"` // closed ones
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

// tocTrack is a track of the table of contents, as long as `redbook info` shows it:
// without the pause that follows.
type tocTrack struct {
	Number  int         `json:"number"`
	Session int         `json:"session,omitempty"`
	Start   toc.LBA     `json:"start_lba"`
	MSF     string      `json:"start_msf"`
	Sectors toc.Sectors `json:"sectors"`
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
	on, err := a.look(ctx, d)
	if err != nil {
		return tocDoc{}, err
	}
	if err := a.wantTable(&on); err != nil {
		return tocDoc{}, err
	}
	a.warnRemarks(remarks(&on))
	t := on.TOC.Value
	doc := tocDoc{
		Device: d.name, Sessions: on.Sessions.Value, First: t.First, Last: t.Last,
		LeadOut: t.LeadOut, LeadOutMSF: t.LeadOut.MSF().String(), Total: toc.Sectors(t.LeadOut),
		FreedbID: t.FreedbID(), MusicBrainz: t.MusicBrainzID(), Tracks: []tocTrack{},
	}
	several := on.Sessions.Value > 1
	asker := disc.Asker{Drive: d.drive}
	transport := d.drive.Transport()
	_ = asker.Ask(ctx, func(ctx context.Context) error { // without it there is none
		mcn, found, err := (mmc.ReadMCN{}).Do(ctx, transport)
		if err == nil && found {
			doc.MCN = mcn
		}
		return err
	})
	for _, on := range on.Tracks {
		if !on.InTOC {
			continue
		}
		track := tocTrack{
			Number: on.Number, Start: on.Start, MSF: on.Start.MSF().String(),
			Sectors: on.Sectors, Control: on.Control, Audio: on.Control.Audio(),
		}
		if several {
			track.Session = on.Session
		}
		if on.Control.Audio() {
			_ = asker.Ask(ctx, func(ctx context.Context) error { // without it there is none
				isrc, found, err := (mmc.ReadISRC{Track: byte(on.Number)}).Do(ctx, transport)
				if err == nil && found {
					track.ISRC = isrc
				}
				return err
			})
		}
		doc.Tracks = append(doc.Tracks, track)
	}
	return doc, ctx.Err()
}

// wantTable is the error about a disc without a table of contents: blank, not yet
// closed, or not reported.
func (a *app) wantTable(on *disc.Disc) error {
	status, blank := on.Status.Value, on.Status.Known() && on.Status.Value == mmc.DiscEmpty
	switch {
	case blank:
		return noTable("", "the disc is blank and has no table of contents")
	case !on.TOC.Known() && status == mmc.DiscIncomplete && len(on.Tracks) == 0:
		return noTable("A CD-RW can be used again: redbook blank"+a.deviceFlag(),
			"a session was begun on the disc and holds no track: it was cut short, and nothing of it can be read")
	case !on.TOC.Known() && status == mmc.DiscIncomplete && on.Sessions.Known() && on.Sessions.Value == 0:
		return noTable("To list its tracks: redbook info"+a.deviceFlag()+"; to close it: redbook close"+a.deviceFlag(),
			"the disc is open and gets a table of contents only when it is closed")
	case !on.TOC.Known():
		return burn.Wrap(burn.PhasePlan, 0, 0, fmt.Errorf("the drive does not report a table of contents: %w", on.TOC.Err))
	}
	if status == mmc.DiscIncomplete && on.LastSession.Value == mmc.SessionIncomplete {
		a.note("A session is open, and the table of contents does not list its tracks yet. To list them: redbook info%s", a.deviceFlag())
	}
	return nil
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
		fmt.Fprintf(&b, "catalog number  %s\n", doc.MCN)
	}
	fmt.Fprintf(&b, "freedb id         %s\nMusicBrainz id    %s\n", doc.FreedbID, doc.MusicBrainz)
	return b.String()
}
