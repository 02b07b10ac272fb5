package engine

import (
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Again makes a new plan for the same disc without asking the drive, for tracks that have been
// decoded since. method is that of the plan.
func Again(p burn.Plan, tracks []burn.Track, opts *burn.Options, method Method) (burn.Plan, error) {
	again, err := newPlan(p.Drive, p.Disc, tracks, opts, method.Place)
	again.Text = again.Text && p.Text // whether the drive writes CD-TEXT
	again.Speed, again.CAV = p.Speed, p.CAV
	estimate(&again)
	return again, err
}

// newPlan plans a burn of tracks onto a disc in this state; place sets their positions. It sends
// nothing.
//
// It rejects a burn that can't work. The error matches burn.ErrNoTracks, burn.ErrStream (with
// burn.ErrEmptySource and burn.ErrNotCDDA), burn.ErrInvalidISRC, burn.ErrInvalidMCN,
// burn.ErrTrackLimit, burn.ErrNoSpace (*burn.FitError), burn.ErrMediaNotBlank,
// burn.ErrFinalized, burn.ErrCutShort, burn.ErrTrackOpen or burn.ErrMediaNotSupported.
func newPlan(drive string, d disc.Disc, tracks []burn.Track, opts *burn.Options, place func(*burn.Plan, []burn.Track, *burn.Options) error) (burn.Plan, error) {
	o, tracks := resolve(opts), guardTracks(tracks)
	if err := checkTracks(tracks, o); err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	if err := checkDisc(d, o); err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	blank := d.Status.Value == mmc.DiscEmpty
	p := burn.Plan{
		Version: burn.ReportVersion, Drive: drive, Disc: d, MCN: o.MCN,
		SpeedAsked: o.Speed, Speed: o.Speed, TestWrite: o.TestWrite, Verify: o.Verify, Close: closeKind(o),
		Append: !blank, NewSession: !blank && sessionClosed(d),
		Reserve: Reserves(o, d.Media.Value),
	}
	if err := list(&p, tracks); err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	if err := place(&p, tracks, o); err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	estimate(&p)
	remark(&p, tracks, o)
	return p, nil
}

// checkTracks checks the tracks without reading a source.
func checkTracks(tracks []burn.Track, o *burn.Options) error {
	if len(tracks) == 0 {
		return burn.ErrNoTracks
	}
	if err := checkMCN(o.MCN); err != nil {
		return err
	}
	for i, t := range tracks {
		if err := checkTrack(t); err != nil {
			return fmt.Errorf("track %d: %w", i+1, err)
		}
	}
	return nil
}

// checkMCN rejects a malformed media catalog number.
func checkMCN(m toc.MCN) error {
	if mcn, err := toc.ParseMCN(string(m)); err != nil || mcn != m {
		return wrongf(burn.ErrInvalidMCN, "%w", orText(err, "MCN %q: 13 digits, nothing else", m))
	}
	return nil
}

// orText returns err, or an error with this text if err is nil.
func orText(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

// maxFrames exceeds any disc and keeps sums of sectors in range.
const maxFrames = 1 << 30

func checkTrack(t burn.Track) error {
	if t.Source == nil {
		return wrongf(burn.ErrStream, "the track has no source")
	}
	name := t.Source.Name()
	if g, ok := t.Source.(*guarded); ok && g.err != nil {
		return Name(g.err, burn.ErrStream)
	}
	switch frames := t.Source.Frames(); {
	case t.Source.Format() != pcm.CDDA:
		return wrongf(burn.ErrNotCDDA, "%s: %v, but a CD needs %v", name, t.Source.Format(), pcm.CDDA)
	case frames <= 0:
		return wrongf(burn.ErrEmptySource, "%s: it contains no audio", name)
	case frames > maxFrames:
		return wrongf(burn.ErrNoSpace, "%s: longer than any disc", name)
	}
	if t.Pause < 0 || t.Pregap < 0 || t.Pause > maxFrames || t.Pregap > maxFrames {
		return wrongf(burn.ErrStream, "%s: a pause of %d sectors", name, t.Pause+t.Pregap)
	}
	if isrc, err := toc.ParseISRC(string(t.ISRC)); err != nil || isrc != t.ISRC {
		return wrongf(burn.ErrInvalidISRC, "%s: %w", name, orText(err, "ISRC %q: 12 characters without dashes", t.ISRC))
	}
	if t.Control&^(toc.PreEmphasis|toc.CopyPermitted) != 0 {
		return wrongf(burn.ErrStream, "%s: %v: only pre-emphasis and copy permitted can be set", name, t.Control)
	}
	return nil
}

// checkDisc rejects a disc in the wrong state.
func checkDisc(d disc.Disc, o *burn.Options) error {
	media, status := d.Media.Value, d.Status.Value
	switch {
	case media != mmc.MediaCDR && media != mmc.MediaCDRW:
		return &burn.MediaError{Media: media, Err: burn.ErrMediaNotSupported}
	case !d.Status.Known(), d.Status.Origin == disc.Reported && d.Status.Err != nil:
		// Other replies might show it, but the drive couldn't confirm a burn.
		return wrongf(burn.ErrBadResponse, "the drive doesn't report the state of the disc: %w", orText(d.Status.Err, "no reply"))
	case status == mmc.DiscFinalized || status == mmc.DiscOther:
		return burn.ErrFinalized
	case cutShort(d):
		return burn.ErrCutShort
	case status != mmc.DiscEmpty && !o.Append:
		return &burn.MediaError{Tracks: len(d.Tracks), Err: burn.ErrMediaNotBlank}
	case !d.Next.Known():
		return wrongf(burn.ErrBadResponse, "the drive doesn't report where the next track starts: %w", orText(d.Next.Err, "no reply"))
	}
	return unfinished(d)
}

// cutShort reports whether a session was started on the disc without completing a track:
// the drive shows no track, and no address where one could be written.
func cutShort(d disc.Disc) bool {
	return d.Status.Value == mmc.DiscIncomplete && d.LastSession.Known() && d.LastSession.Value == mmc.SessionIncomplete &&
		d.Sessions.Known() && d.Sessions.Value == 0 && len(d.Tracks) == 0 && !d.Next.Known()
}

// unfinished rejects a disc whose open session holds an incomplete track. A session with
// an unfilled reservation or a torn track can't be closed, and music added to it would be
// lost.
func unfinished(d disc.Disc) error {
	if d.Status.Value != mmc.DiscIncomplete || sessionClosed(d) {
		return nil
	}
	for _, t := range d.Tracks {
		if t.State == disc.TrackIncomplete || t.State == disc.TrackDamaged || t.State == disc.TrackReserved {
			return wrongf(burn.ErrTrackOpen, "track %d on the disc is unfinished", t.Number)
		}
	}
	if d.Next.Value.Unfinished {
		return wrongf(burn.ErrTrackOpen, "track %d on the disc is unfinished", d.Next.Value.Track)
	}
	return nil
}

// list adds the tracks and their lengths to the plan.
func list(p *burn.Plan, tracks []burn.Track) error {
	recorded := len(p.Disc.Tracks)
	if total := recorded + len(tracks); total > toc.MaxTracks {
		return &burn.FitError{Recorded: recorded, Added: len(tracks)}
	}
	for _, t := range tracks {
		audio := toc.Sectors(pcm.Sectors(t.Source))
		padding := placing.Raise(audio) - audio
		p.Music += audio
		p.Padding += padding
		p.Tracks = append(p.Tracks, burn.PlannedTrack{
			Name: t.Source.Name(), Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control,
			Audio: audio, Padding: padding, Conversion: convert.Conversion(t.Source),
		})
	}
	return nil
}

// PlaceApart places the tracks two seconds apart, as track-at-once does, and checks that
// they fit.
func PlaceApart(p *burn.Plan) error {
	lengths := make([]toc.Sectors, len(p.Tracks))
	for i, t := range p.Tracks {
		lengths[i] = t.Sectors()
	}
	next := p.Disc.Next.Value
	layout, err := placing.PlanTAO(next.NWA, max(next.Track, 1), lengths)
	if err != nil {
		return Name(err, burn.ErrTrackLimit)
	}
	for i, t := range layout.Tracks {
		row := &p.Tracks[i]
		row.Number, row.Start, row.Length = t.Number, t.Start, row.Sectors()
	}
	p.Pauses, _ = layout.Pauses()
	p.Mode = burn.ModeTAO
	return Fit(p, layout.Used(), next.Free)
}

// Fit checks that the tracks fit on the disc.
func Fit(p *burn.Plan, need, room toc.Sectors) error {
	p.Total = need
	fit := placing.Fit{Need: need, Room: room}
	p.FreeLeft = fit.Left()
	if !fit.OK() {
		return &burn.FitError{Need: need, Room: room, Music: p.Music + p.Padding, Pauses: p.Pauses, Append: p.Append}
	}
	return nil
}

// estimate returns the total duration at the chosen speed.
func estimate(p *burn.Plan) forecast {
	f := newForecast(p)
	p.Estimate = f.all.Round(time.Second)
	return f
}

// remark collects notes for the user that don't stop the burn.
func remark(p *burn.Plan, tracks []burn.Track, o *burn.Options) {
	add := func(n burn.Note) { p.Notes = append(p.Notes, n) }
	if p.TestWrite {
		add(burn.Note{Kind: notekind.TestWrite})
	}
	if p.NewSession {
		add(burn.Note{Kind: notekind.NewSession})
	}
	if p.Close == burn.CloseMulti {
		add(burn.Note{Kind: notekind.MultiSession})
	}
	if o.NoClose && !p.TestWrite {
		add(burn.Note{Kind: notekind.LeftOpen})
	}
	if p.Reserve && p.Disc.Media.Value == mmc.MediaCDR {
		add(burn.Note{Kind: notekind.ReserveCDR})
	}
	if p.Disc.Capacity.Origin == disc.Contradicted || p.Disc.Next.Origin == disc.Contradicted {
		add(burn.Note{Kind: notekind.Capacity, Cause: burn.Cause{Err: orText(p.Disc.Capacity.Err, "%v", p.Disc.Next.Err)}})
	}
	for _, t := range p.Tracks {
		if t.Padding > 0 {
			add(burn.Note{Kind: notekind.Padded, Track: t.Number, Name: t.Name, Got: int(t.Padding)})
		}
	}
	remarkDropped(p, tracks, add)
}

// remarkDropped notes what track-at-once can't record.
func remarkDropped(p *burn.Plan, tracks []burn.Track, add func(burn.Note)) {
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
			add(burn.Note{Kind: notekind.SameISRC, Track: p.Tracks[first].Number, Got: p.Tracks[i].Number})
		} else {
			seen[t.ISRC] = i
		}
	}
	if p.Mode == burn.ModeSAO {
		return
	}
	if titles > 0 {
		add(burn.Note{Kind: notekind.NoCDText, Got: titles})
	}
	if marks > 0 {
		add(burn.Note{Kind: notekind.NoIndexMarks, Got: marks})
	}
}
