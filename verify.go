package redbook

import (
	"context"
	"slices"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// VerifyOptions are the options of Verify. The zero value is valid.
type VerifyOptions struct {
	Quick   bool // three seconds of each track instead of every sector
	Gapless bool // as for the burn; used only if the disc can't be inspected

	// As in Options.
	Eject      bool
	ClientName string
	Force      bool
	OnPrepare  func(album.Progress)
	OnEvent    func(burn.Event)
	KeepAwake  func(ctx context.Context, reason string) (release func() error, err error)
	Hurry      <-chan struct{}
}

// Verify compares the disc in a drive with the album that it was burned from. opts may be
// nil. If the lengths already show that the disc holds something else, nothing is
// decoded.
//
// The error matches burn.ErrVerify if the disc differs (the Report names the tracks),
// burn.ErrUnsuitableDisc if it has no audio track, and otherwise as that of Burn. Tracks of
// the disc that the album lacks, finished or not, are not an error: notes list those that
// were not compared ("skipped", "more-tracks").
func Verify(ctx context.Context, d *Drive, a *Album, opts *VerifyOptions) (burn.Report, error) {
	if opts == nil {
		opts = &VerifyOptions{}
	}
	if err := given(d, a != nil); err != nil {
		return burn.Report{}, err
	}
	tracks, err := withPregaps(a)
	if err != nil {
		return burn.Report{}, err
	}
	if !a.Ready() && (a.Streams() || likeDisc(ctx, d.drive, a, tracks)) {
		if err := prepare(ctx, a, opts.OnPrepare); err != nil {
			return burn.Report{}, err
		}
		if tracks, err = withPregaps(a); err != nil {
			return burn.Report{}, err
		}
	}
	if tracks, err = asJoined(ctx, d.drive, tracks, opts.Gapless); err != nil {
		return burn.Report{}, err
	}
	level := disc.VerifyFull
	if opts.Quick {
		level = disc.VerifyQuick
	}
	return engine.Verify(ctx, d.drive, tracks, &burn.VerifyOptions{
		Level: level, Eject: opts.Eject, ClientName: opts.ClientName, Force: opts.Force,
		OnEvent: opts.OnEvent, KeepAwake: d.awake(opts.KeepAwake), Hurry: opts.Hurry,
	})
}

// withPregaps is tracksOf with the parts that session-at-once puts outside of the tracks.
func withPregaps(a *Album) ([]burn.Track, error) {
	tracks, err := tracksOf(a)
	for i := range tracks {
		tracks[i].Pregap = a.Tracks[i].Pregap
	}
	return tracks, err
}

// asJoined cuts the tracks where session-at-once did: a track that continues in the next
// ends before the sector that holds its last samples. The disc shows the cuts, so the
// options of the burn aren't needed. gapless applies if the disc can't be inspected, for
// which the engine reports the reason.
//
// The album need not begin with the first track of the disc: another session or what is
// left of a track that was cut short may precede it. Where the disc has more tracks than
// the album, the audio decides whether the album lies at a place with cuts.
func asJoined(ctx context.Context, d *mmc.Drive, tracks []burn.Track, gapless bool) ([]burn.Track, error) {
	on, err := inspect.Look(ctx, d, nil)
	if err != nil {
		return cutAt(tracks, func(i int) bool { return gapless && i < len(tracks) })
	}
	list := audioTracks(&on)
	if len(list) <= len(tracks) {
		found, _ := joinsAt(tracks, list)
		return cutAt(tracks, found.at)
	}
	var likely joins // if none is equal
	for at := range len(list) - len(tracks) + 1 {
		here := list[at : at+len(tracks)]
		found, sure := joinsAt(tracks, list[at:])
		if !slices.Contains(found, true) {
			continue
		}
		cut, err := cutAt(tracks, found.at)
		if err != nil || holds(ctx, d, &on, cut, here) {
			return cut, err
		}
		others := slices.Delete(slices.Clone(list), at, at+len(tracks))
		sure = sure && engine.Holds(here, sizesOf(cut)) && !engine.Holds(others, sizesOf(tracks))
		if sure && likely == nil {
			likely = found
		}
	}
	return cutAt(tracks, likely.at)
}

// joins marks the tracks that continue the previous one. The additional last element is
// for a track of the disc that isn't compared and continues the last of them.
type joins []bool

func (j joins) at(i int) bool { return i < len(j) && j[i] }

// joinsAt returns which tracks continue the previous one if the album lies on the first
// tracks of list. sure means that the drive shows no pause there; otherwise only the
// starts are known, and a shorter track with a pause after it looks the same.
func joinsAt(tracks []burn.Track, list []disc.Track) (j joins, sure bool) {
	j, sure = make(joins, len(tracks)+1), true
	frames := int64(0) // of this track, including the rest of the previous one
	for i := range min(len(tracks), len(list)-1) {
		this, next := list[i], list[i+1]
		frames += tracks[i].Source.Frames()
		whole := frames / toc.SamplesPerSector
		shown := int64(next.Start - this.Start)
		if i == 0 && this.Number == 1 {
			shown += int64(tracks[0].Pregap) // hidden before its start
		}
		paused := this.Session != next.Session
		if i+1 < len(tracks) { // the pause of a track that isn't compared may be audio too
			end := this.End() + placing.RunOutSectors + toc.LBA(tracks[i+1].Pregap) // with the pause that is audio
			paused = paused || this.Shown.Known && next.Start > end
		}
		j[i+1] = shown == whole && !paused
		sure = sure && (!j[i+1] || this.Shown.Known)
		if frames -= whole * toc.SamplesPerSector; !j[i+1] {
			frames = 0
		}
	}
	return j, sure
}

// cutAt cuts tracks where joined reports that a track continues the previous one.
func cutAt(tracks []burn.Track, joined func(i int) bool) ([]burn.Track, error) {
	cut := slices.Clone(tracks)
	for i := range cut {
		if i > 0 && !joined(i) {
			cut[i].Pause = 1
		}
	}
	cut, err := seamless(cut)
	for i := range cut {
		cut[i].Pause = tracks[i].Pause
	}
	if err == nil && joined(len(tracks)) {
		err = endWhole(&cut[len(cut)-1])
	}
	return cut, err
}

// holds reports whether the first tracks of list are those given, as far as three seconds
// of each show. Errors mean no: the engine meets and reports them.
func holds(ctx context.Context, d *mmc.Drive, on *disc.Disc, tracks []burn.Track, list []disc.Track) bool {
	var want []inspect.Written
	for i, size := range sizesOf(tracks) {
		w := inspect.Written{Number: list[i].Number, Start: list[i].Start, Sectors: size, Source: tracks[i].Source}
		if hidden := toc.LBA(tracks[i].Pregap); w.Number == 1 && w.Start >= hidden {
			w.Start -= hidden
		}
		w.Audio = w.Sectors
		want = append(want, w)
	}
	v, err := inspect.Verify(ctx, d, want, disc.VerifyQuick, &inspect.VerifyOptions{Disc: on})
	return err == nil && v.Result == disc.VerifyEqual
}

// endWhole ends a track with its last whole sector: the rest of its samples share a sector
// with those of a track that is not compared.
func endWhole(t *burn.Track) error {
	frames := t.Source.Frames()
	whole := frames - frames%toc.SamplesPerSector
	if whole == 0 || whole == frames {
		return nil
	}
	part, err := pcm.Section(t.Source.Name(), t.Source, 0, whole)
	if err == nil {
		t.Source = convert.WithConversion(part, convert.Conversion(t.Source))
	}
	return err
}

// likeDisc reports whether the tracks of an album could be those of the disc, by number and
// lengths. What session-at-once records outside of the tracks, a source may contain. If they
// can't be, the engine reports the difference before it reads any audio.
func likeDisc(ctx context.Context, d *mmc.Drive, a *Album, tracks []burn.Track) bool {
	on, err := inspect.Look(ctx, d, nil)
	if err != nil {
		return false
	}
	list, at := audioTracks(&on), -1
	for i, most := range sizesOf(tracks) {
		least := most - a.Tracks[i].Silence
		if i == 0 {
			least -= a.Tracks[0].Pregap
		}
		if i+1 < len(tracks) {
			least -= a.Tracks[i+1].Pregap
		}
		// By the table of contents alone a track reaches to the next one.
		least, most = least-placing.RunOutSectors, most+placing.RunOutSectors+placing.PauseSectors
		for at++; at < len(list) && (list[at].Sectors < least || list[at].Sectors > most); at++ {
		}
		if at == len(list) {
			return false
		}
	}
	return true
}

// sizesOf are the lengths of tracks on a disc, by their sources.
func sizesOf(tracks []burn.Track) []toc.Sectors {
	sizes := make([]toc.Sectors, len(tracks))
	for i, t := range tracks {
		sizes[i] = placing.Raise(toc.Sectors(pcm.Sectors(t.Source)))
	}
	return sizes
}

// audioTracks returns the complete audio tracks. The length of an incomplete one is
// unknown, and drives don't read it.
func audioTracks(on *disc.Disc) []disc.Track {
	var list []disc.Track
	for _, t := range on.Tracks {
		if t.Control.Audio() && t.State == disc.TrackComplete && t.Origin != disc.Unknown {
			list = append(list, t)
		}
	}
	return list
}
