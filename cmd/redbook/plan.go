package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// showPlan tells the person what is going to happen, and what isn't as the files say.
func (a *app) showPlan(d *device, p *redbook.Plan, m *material, flags *burnFlags) {
	if !a.flags.quiet {
		for line := range strings.SplitSeq(planText(d, p, m, flags), "\n") {
			a.console.print(line)
		}
		for _, n := range m.notes() {
			if len(p.Needs) > 0 && slices.Contains(m.Limits, n) {
				continue
			}
			n.File = baseName(n.File)
			if n.File == "." { // of nothing: it is about the album
				n.File = ""
			}
			a.console.print("Note: " + oneLine(n.String()) + ".")
		}
	}
	for _, text := range m.findings() {
		a.warn("%s", text)
	}
	for _, n := range p.Notes {
		a.warn("%s", noteText(n))
	}
}

// planText is the plan in lines.
func planText(d *device, p *redbook.Plan, m *material, flags *burnFlags) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Drive  %s%s\n", p.Drive, simulatedNote(d))
	fmt.Fprintf(&b, "Disc   %s\n", discText(&p.Disc))
	if text := albumText(m, &p.Plan); text != "" {
		fmt.Fprintf(&b, "Album  %s\n", text)
	}
	before := ""
	for i, t := range p.Tracks {
		source := sourceText(&m.Tracks[i])
		if source != "" {
			t.Conversion = "" // it is there
		}
		performer := t.Performer
		if performer == m.Performer {
			performer = ""
		}
		fmt.Fprintf(&b, "%4d   %7v  %s%s\n", t.Number, t.Audio, trackTitle(t.Title, performer, t.Name), trackNotes(t))
		if source != "" && source != before { // many tracks come out of one file
			fmt.Fprintf(&b, "                %s\n", source)
		}
		before = source
	}
	fmt.Fprintf(&b, "%s: %v of the disc; %v stays free.\n", musicText(&p.Plan), p.Total, p.FreeLeft)
	if len(p.Needs) > 0 {
		fmt.Fprintf(&b, "%s\n", modeText(p, m, flags.needText(p.Needs)))
	}
	fmt.Fprintf(&b, "%s", purposeText(&p.Plan))
	return b.String()
}

// simulatedNote marks what no laser does.
func simulatedNote(d *device) string {
	if d.simulated {
		return " (simulated)"
	}
	return ""
}

// discText is the disc in a few words.
func discText(d *disc.Disc) string {
	text := mediaText(d.Media)
	if d.ATIP.Known() {
		text += ", " + d.ATIP.Value.Manufacturer() // who registered the code, often not who is on the box
	}
	if d.Status.Value == mmc.DiscEmpty {
		text += ", blank"
	} else {
		text += ", " + count(len(d.Tracks), "track")
		if d.Sessions.Value > 0 {
			text += ", " + count(d.Sessions.Value, "closed session")
		}
		if d.LastSession.Known() && d.LastSession.Value == mmc.SessionIncomplete {
			text += ", a session is open"
		}
	}
	return text + fmt.Sprintf(", %v free", d.Next.Value.Free)
}

// trackNotes says what is special about a planned track.
func trackNotes(t burn.PlannedTrack) string {
	var notes []string
	if t.Conversion != "" {
		notes = append(notes, t.Conversion)
	}
	if t.Padding > 0 {
		notes = append(notes, "silence added: a track lasts at least 4 seconds")
	}
	if t.ISRC != "" {
		notes = append(notes, "ISRC "+string(t.ISRC))
	}
	if t.Control&toc.PreEmphasis != 0 {
		notes = append(notes, "pre-emphasis")
	}
	if t.Control&toc.CopyPermitted != 0 {
		notes = append(notes, "copying permitted")
	}
	if len(notes) == 0 {
		return ""
	}
	return " (" + strings.Join(notes, "; ") + ")"
}

// modeText says how it is written and why, and what comes out of it that track-at-once
// can't do.
func modeText(p *redbook.Plan, m *material, why string) string {
	pauses, longest := 0, toc.Sectors(0)
	for _, t := range p.Tracks {
		if t.Pause > 0 {
			pauses++
			longest = max(longest, t.Pause)
		}
	}
	text := "Session-at-once (" + why + "): the tracks run on without a pause"
	switch length := longest.Duration().Round(10 * time.Millisecond); {
	case pauses > 0 && p.Pause == longest:
		text = fmt.Sprintf("Session-at-once (%s): %v of silence between the tracks", why, length)
	case pauses > 0:
		text = fmt.Sprintf("Session-at-once (%s): %s between the tracks, %v at most", why, count(pauses, "pause"), length)
	}
	if hidden := m.Tracks[0].Pregap; hidden > 0 {
		text += fmt.Sprintf("; %v of audio are hidden before track 1", hidden)
	}
	switch {
	case p.Text:
		text += "; players that know CD-TEXT show the titles"
	case p.CDText && p.Append:
		text += "; without titles: CD-TEXT has to be in the first session of a disc"
	case p.CDText:
		text += "; without titles: this drive cannot write CD-TEXT"
	}
	return text + ". If it is cut short, nothing of it can be read."
}

// musicText is the sum of the tracks and the pauses that track-at-once makes. They
// are named because they surprise people: no gapless album comes out of it, and they
// count against the length of the disc.
func musicText(p *burn.Plan) string {
	text := fmt.Sprintf("%v of music in %s", p.Music, count(len(p.Tracks), "track"))
	if p.Pauses > 0 {
		text += fmt.Sprintf(", with %s of two seconds", count(p.Pauses, "pause"))
	}
	return text
}

// purposeText says how it is written and what becomes of the disc.
func purposeText(p *burn.Plan) string {
	text := "Writes at the highest speed of drive and disc."
	if p.Speed.Known() {
		text = fmt.Sprintf("Writes at %v, for about %s.", p.Speed, clock(p.Estimate))
	}
	if p.TestWrite {
		return text + " This is a test write: nothing is closed."
	}
	switch p.Close {
	case burn.CloseMulti:
		text += " Then closes the session; another one can follow."
	case burn.CloseNone:
		text += " Leaves the session open."
	default:
		text += " Then closes the disc for good."
	}
	return text
}

// count is a number and its noun: "1 track", "2 tracks".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
