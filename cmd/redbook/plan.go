package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// showPlan prints the plan, and everything of the files that isn't recorded.
func (t *talk) showPlan(d *device, p *redbook.Plan, m *material, flags *burnFlags) {
	if !t.flags.quiet {
		for line := range strings.SplitSeq(planText(d, p, m, flags), "\n") {
			t.console.print(line)
		}
		for _, r := range summed(m.remarks()) {
			if len(p.Needs) == 0 || !r.trackAtOnce {
				t.console.print("Note: " + r.String() + ".")
			}
		}
	}
	for _, text := range m.findings() {
		t.warn("%s", text)
	}
	t.warnPlanned(p.Notes)
}

// warnPlanned prints the notes of a plan. The lines of the plan, which -q leaves out, already
// mention a test write and added silence.
func (t *talk) warnPlanned(notes []burn.Note) {
	for _, n := range notes {
		if t.flags.quiet || n.Kind != notekind.TestWrite && n.Kind != notekind.Padded {
			t.warnNote(n)
		}
	}
}

// showLosses prints what track-at-once leaves out, after the plan for session-at-once was
// shown and the drive refused it.
func (t *talk) showLosses(p *redbook.Plan, m *material) {
	if !t.flags.quiet && !t.flags.json {
		for _, r := range summed(m.remarks()) {
			if r.trackAtOnce {
				t.console.print("Note: " + r.String() + ".")
			}
		}
	}
	for _, n := range p.Notes {
		if n.Kind == notekind.NoCDText {
			t.warnNote(n)
		}
	}
}

// summed combines equal remarks about several files into one, at the first of them.
func summed(list []remark) (short []remark) {
	type same struct{ kind, text string }
	files := map[same]int{}
	for _, r := range list {
		if r.File != "" && r.Line == 0 {
			files[same{r.Kind, r.Text}]++
		}
	}
	for _, r := range list {
		switch n := files[same{r.Kind, r.Text}]; {
		case r.File == "" || r.Line != 0 || n == 1:
			short = append(short, r)
		case n > 1:
			files[same{r.Kind, r.Text}] = 0
			r.File, r.Text = "", fmt.Sprintf("%s (%s and %s)", r.Text, baseName(r.File), count(n-1, "more file"))
			short = append(short, r)
		}
	}
	return short
}

// planText returns the plan as lines.
func planText(d *device, p *redbook.Plan, m *material, flags *burnFlags) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Drive  %s%s\n", p.Drive, simulatedNote(d))
	fmt.Fprintf(&b, "Disc   %s\n", discText(&p.Disc))
	if text := albumText(m, &p.Plan); text != "" {
		fmt.Fprintf(&b, "Album  %s\n", text)
	}
	before := ""
	for i, t := range p.Tracks {
		source := sourceText(&m.Tracks[i], t.Title)
		if source != "" {
			t.Conversion = "" // it is there
		}
		performer := t.Performer
		if performer == m.performer() {
			performer = ""
		}
		fmt.Fprintf(&b, "%4d   %7v  %s%s\n", t.Number, t.Length, trackTitle(t.Title, performer, t.Name), trackNotes(t))
		if source != "" && source != before { // many tracks can come from one file
			fmt.Fprintf(&b, "                %s\n", source)
		}
		before = source
	}
	fmt.Fprintf(&b, "%s: %v of the disc; %s stays free.\n", musicText(&p.Plan), p.Total, minutes(p.FreeLeft, false))
	if len(p.Needs) > 0 {
		fmt.Fprintf(&b, "%s\n", modeText(p, m, flags.needText(p.Needs)))
	}
	fmt.Fprintf(&b, "%s", purposeText(&p.Plan))
	return b.String()
}

// simulatedNote marks a drive without a laser.
func simulatedNote(d *device) string {
	if d.simulated {
		return " (simulated)"
	}
	return ""
}

// discText describes the disc in a few words.
func discText(d *disc.Disc) string {
	text := mediaText(d.Media)
	if d.ATIP.Known() {
		text += ", " + d.ATIP.Value.Manufacturer() // the company that registered the code, often not the brand on the box
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
	return text + fmt.Sprintf(", %s free", minutes(d.Next.Value.Free, false))
}

// trackNotes lists what is special about a planned track.
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

// modeText describes the recording mode, the reason for it, and what it records besides
// the tracks.
func modeText(p *redbook.Plan, m *material, why string) string {
	pauses, longest := 0, toc.Sectors(0)
	for _, t := range p.Tracks {
		if t.Pause > 0 {
			pauses++
			longest = max(longest, t.Pause)
		}
	}
	text := "Session-at-once (" + why + "): no pause between the tracks"
	switch {
	case len(p.Joins) > 0:
		text = joinsText(p, pauses)
	case pauses > 0 && p.Pause == longest:
		text = fmt.Sprintf("Session-at-once (%s): %s of silence between the tracks", why, secondsText(longest))
	case pauses > 0:
		text = fmt.Sprintf("Session-at-once (%s): %s between the tracks, %s at most", why, count(pauses, "pause"), secondsText(longest))
	}
	if hidden := m.Tracks[0].Pregap; hidden > 0 {
		text += fmt.Sprintf("; %v of audio is hidden before track 1", hidden)
	}
	switch {
	case p.Text:
		text += "; players that support CD-TEXT show the titles" + languagesText(p.CDText)
	case len(p.CDText) > 0 && p.Append:
		text += "; without titles: CD-TEXT has to be in the first session of a disc"
	case len(p.CDText) > 0:
		text += "; without titles: this drive cannot write CD-TEXT"
	}
	return text + ". If it is cut short, none of it can be read."
}

// secondsText formats a pause: "1 second", "0.51 seconds".
func secondsText(n toc.Sectors) string {
	if n == toc.SectorsPerSecond {
		return "1 second"
	}
	text := strconv.FormatFloat(n.Duration().Seconds(), 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " seconds"
}

// joinsText names the joins, and how to avoid them.
func joinsText(p *redbook.Plan, pauses int) string {
	text := "Session-at-once, because the music continues from track to track (" + seamRuns(onDisc(p, p.Joins)) + "): no pause there"
	if pauses > 0 {
		text += ", and the usual two seconds elsewhere"
	}
	return text + " (--mode tao puts two seconds everywhere)"
}

// musicText is the length of the tracks and of the pauses that track-at-once makes. Users
// don't expect the pauses: the album isn't gapless, and they take room on the disc.
func musicText(p *burn.Plan) string {
	text := fmt.Sprintf("%v of music in %s", p.Music, count(len(p.Tracks), "track"))
	if p.Pauses > 0 {
		text += fmt.Sprintf(", with %s of two seconds", count(p.Pauses, "pause"))
	}
	return text
}

// purposeText describes the speed, how the burn ends, and how long it takes.
func purposeText(p *burn.Plan) string {
	text := "Writes at the highest speed of drive and disc."
	if p.Speed.Known() {
		text = "Writes at " + speedChoice(p) + "."
	}
	switch {
	case p.TestWrite:
		text += " This is a test write: the laser stays off."
	case p.Close == burn.CloseMulti:
		text += " Then closes the session; another one can follow."
	case p.Close == burn.CloseNone:
		text += " Leaves the session open."
	default:
		text += " Then finalizes the disc."
	}
	if p.Estimate > 0 {
		text += fmt.Sprintf(" Takes about %s%s.", clock(p.Estimate), included(p))
	}
	return text
}

// speedChoice is the speed, with the reason if it isn't the requested one.
func speedChoice(p *burn.Plan) string {
	switch {
	case !p.SpeedAsked.Known():
		return fmt.Sprintf("%v, the highest speed of drive and disc", p.Speed)
	case p.Speed.SectorsPerSecond() > p.SpeedAsked.SectorsPerSecond():
		return fmt.Sprintf("%v, the lowest speed of drive and disc", p.Speed)
	case p.Speed.SectorsPerSecond() < p.SpeedAsked.SectorsPerSecond():
		return fmt.Sprintf("%v, the next speed of drive and disc below %v", p.Speed, p.SpeedAsked)
	}
	return p.Speed.String()
}

// included lists what the estimate covers besides writing.
func included(p *burn.Plan) string {
	var list []string
	if p.Close != burn.CloseNone {
		list = append(list, "closing")
	}
	if p.Verify != disc.VerifyNone && !p.TestWrite {
		list = append(list, "reading back")
	}
	if len(list) == 0 {
		return ""
	}
	return ", with " + strings.Join(list, " and ")
}

// count formats a number and its noun: "1 track", "2 tracks".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
