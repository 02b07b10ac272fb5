package tao

import (
	"fmt"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// NewPlan works out what a burn of tracks onto a disc in this state comes to. It
// is pure: the same values give the same plan, and nothing is sent anywhere.
//
// It refuses what can't work; the error matches ErrNoTracks, ErrStream (with
// ErrEmptySource and ErrNotCDDA), ErrInvalidISRC, ErrInvalidMCN, ErrTrackLimit,
// ErrNoSpace, ErrMediaNotBlank, ErrFinalized or ErrMediaNotSupported.
func NewPlan(drive string, disc Disc, tracks []Track, opts *Options) (Plan, error) {
	o := resolve(opts)
	if err := checkTracks(tracks, o); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	if err := checkDisc(disc, o); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	p := Plan{
		Version: ReportVersion, Drive: drive, Disc: disc, MCN: o.MCN,
		Speed: o.Speed, TestWrite: o.TestWrite, Verify: o.Verify, Close: o.closeKind(),
		Append: !disc.Blank, NewSession: !disc.Blank && !disc.Open,
		Reserve: o.reserves(disc),
	}
	if err := p.layOut(tracks); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	p.estimate()
	p.warn(tracks, o)
	return p, nil
}

// closeKind is what the options ask for at the end.
func (o *Options) closeKind() CloseKind {
	switch {
	case o.NoClose || o.TestWrite:
		return CloseNone
	case o.MultiSession:
		return CloseMulti
	}
	return CloseFinal
}

// reserves reports whether RESERVE TRACK is sent. Auto sends it where a reservation
// can be undone, and that is on CD-RW.
func (o *Options) reserves(disc Disc) bool {
	if o.TestWrite {
		return false
	}
	return o.Reserve == ReserveAlways || o.Reserve == ReserveAuto && disc.Media == "CD-RW"
}

// resolve gives a copy of the options with the defaults filled in.
func resolve(opts *Options) *Options {
	o := Options{}
	if opts != nil {
		o = *opts
	}
	if o.Speed <= 0 {
		o.Speed = SpeedMax
	}
	if o.FIFO <= 0 {
		o.FIFO = DefaultFIFO
	}
	return &o
}

// checkTracks looks at what is known without reading a source.
func checkTracks(tracks []Track, o *Options) error {
	if len(tracks) == 0 {
		return ErrNoTracks
	}
	if mcn, err := toc.ParseMCN(string(o.MCN)); err != nil || mcn != o.MCN {
		return wrongf(ErrInvalidMCN, "%w", orText(err, "MCN %q: 13 digits, nothing else", o.MCN))
	}
	for i, t := range tracks {
		if err := checkTrack(t); err != nil {
			return fmt.Errorf("track %d: %w", i+1, err)
		}
	}
	return nil
}

// orText is err, or an error with this text where there is none.
func orText(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

// maxFrames is more than any disc holds and keeps sums of sectors in range.
const maxFrames = 1 << 30

func checkTrack(t Track) error {
	if t.Source == nil {
		return wrongf(ErrStream, "there is no source")
	}
	name := t.Source.Name()
	switch frames := t.Source.Frames(); {
	case t.Source.Format() != pcm.CDDA:
		return wrongf(ErrNotCDDA, "%s: %v, but a CD needs %v", name, t.Source.Format(), pcm.CDDA)
	case frames <= 0:
		return wrongf(ErrEmptySource, "%s: there is no audio in it", name)
	case frames > maxFrames:
		return wrongf(ErrNoSpace, "%s: longer than any disc", name)
	}
	if isrc, err := toc.ParseISRC(string(t.ISRC)); err != nil || isrc != t.ISRC {
		return wrongf(ErrInvalidISRC, "%s: %w", name, orText(err, "ISRC %q: 12 characters without dashes", t.ISRC))
	}
	if t.Control&^(toc.PreEmphasis|toc.CopyPermitted) != 0 {
		return wrongf(ErrStream, "%s: %v: only pre-emphasis and copy permitted can be set", name, t.Control)
	}
	return nil
}

// checkDisc refuses a disc in the wrong state.
func checkDisc(d Disc, o *Options) error {
	switch {
	case d.Media == "CD-RW" && d.Finalized:
		return wrongf(ErrFinalized, "the disc is finished: a CD-RW can be erased with `redbook blank`")
	case d.Finalized:
		return wrongf(ErrFinalized, "the disc is finished: nothing can be added")
	case d.Media == "CD-ROM":
		return wrongf(ErrMediaNotSupported, "this is a pressed CD (CD-ROM), which can't be written; audio needs a CD-R or CD-RW")
	case d.Media != "CD-R" && d.Media != "CD-RW":
		return wrongf(ErrMediaNotSupported, "this is a %s; audio needs a CD-R or CD-RW", d.Media)
	case !d.Blank && !o.Append:
		return wrongf(ErrMediaNotBlank, "the disc isn't blank: it holds %s; appending must be asked for (--append)",
			count(d.Tracks, "track"))
	}
	return nil
}

// count gives "1 track", "3 tracks".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// layOut places the tracks and compares them with the room.
func (p *Plan) layOut(tracks []Track) error {
	if total := p.Disc.Tracks + len(tracks); total > toc.MaxTracks {
		already := ""
		if p.Disc.Tracks > 0 {
			already = fmt.Sprintf(", %d of them on it already", p.Disc.Tracks)
		}
		return wrongf(ErrTrackLimit, "that makes %d tracks%s; a disc holds at most %d", total, already, toc.MaxTracks)
	}
	lengths := make([]toc.Sectors, len(tracks))
	for i, t := range tracks {
		audio := toc.Sectors(pcm.Sectors(t.Source))
		lengths[i] = toc.Raise(audio)
		p.Music += audio
		p.Padding += lengths[i] - audio
		p.Tracks = append(p.Tracks, PlannedTrack{
			Name: t.Source.Name(), Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control,
			Audio: audio, Padding: lengths[i] - audio, Conversion: pcm.Conversion(t.Source),
		})
	}
	layout, err := toc.PlanTAO(p.Disc.NWA, max(p.Disc.NextTrack, 1), lengths)
	if err != nil {
		return join(err, ErrTrackLimit)
	}
	for i, t := range layout.Tracks {
		p.Tracks[i].Number, p.Tracks[i].Start = t.Number, t.Start
	}
	p.Pauses, _ = layout.Pauses()
	p.Total = layout.Used()
	fit := toc.Fit{Need: p.Total, Room: p.Disc.Free}
	p.FreeLeft = fit.Left()
	if !fit.OK() {
		return p.tooLong(fit)
	}
	return nil
}

// tooLong says by how much, and what it is made of: people know the length of
// their music, and forget the pauses.
func (p *Plan) tooLong(fit toc.Fit) error {
	var b strings.Builder
	fmt.Fprintf(&b, "the album is %s too long: %v of music", clock(fit.Over(), true), p.Music+p.Padding)
	if p.Pauses > 0 {
		fmt.Fprintf(&b, " plus %s of 2 seconds make %v", count(p.Pauses, "pause"), p.Total)
	}
	if p.Append {
		fmt.Fprintf(&b, "; the disc has %s left", clock(fit.Room, false))
	} else {
		fmt.Fprintf(&b, "; the disc takes %s", clock(fit.Room, false))
	}
	return wrongf(ErrNoSpace, "%s", b.String())
}

// clock gives minutes and seconds rounded up or down.
func clock(s toc.Sectors, up bool) string {
	seconds := s / toc.SectorsPerSecond
	if up && s%toc.SectorsPerSecond != 0 {
		seconds++
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// estimate is the time at the chosen speed; without one it is unknown.
func (p *Plan) estimate() {
	if p.Speed <= 0 {
		return
	}
	work := p.Music + p.Padding
	if p.Close != CloseNone {
		work += closeWork
	}
	p.Estimate = time.Duration(float64(work) / float64(p.Speed) * float64(time.Second)).Round(time.Second)
}

// warn collects what the user should know and what doesn't stop the burn.
func (p *Plan) warn(tracks []Track, o *Options) {
	add := func(format string, args ...any) { p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...)) }
	if p.TestWrite {
		add("test write: the laser stays at reading power and nothing is written")
	}
	if p.NewSession {
		add("the tracks get a session of their own: most CD players see only the first one")
	}
	if p.Close == CloseMulti {
		add("the disc stays open for another session: its lead-in and lead-out take 2:32 of the room, and most CD players see only the first session")
	}
	if o.NoClose && !p.TestWrite {
		add("the session stays open: no CD player plays the disc before `redbook close`")
	}
	if p.Reserve && p.Disc.Media == "CD-R" {
		add("RESERVE TRACK on a CD-R can't be undone: if the burn stops, the disc may never be closable")
	}
	for _, t := range p.Tracks {
		if t.Padding > 0 {
			add("track %d (%s) is shorter than four seconds: %v of silence is added", t.Number, t.Name, t.Padding.Duration().Round(10*time.Millisecond))
		}
	}
	p.warnDropped(tracks, add)
}

// warnDropped names what track-at-once can't record.
func (p *Plan) warnDropped(tracks []Track, add func(string, ...any)) {
	titles, marks := 0, 0
	seen := map[toc.ISRC]int{}
	for i, t := range tracks {
		if t.Title != "" || t.Performer != "" {
			titles++
		}
		if len(t.Indexes) > 0 {
			marks++
		}
		if first, again := seen[t.ISRC]; again && t.ISRC != "" {
			add("tracks %d and %d have the same ISRC", p.Tracks[first].Number, p.Tracks[i].Number)
		} else {
			seen[t.ISRC] = i
		}
	}
	if titles > 0 {
		add("titles and performers of %s are not recorded: CD-TEXT needs disc-at-once", count(titles, "track"))
	}
	if marks > 0 {
		add("index marks of %s are not recorded: they need disc-at-once", count(marks, "track"))
	}
}
