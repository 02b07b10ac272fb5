package redbook

import (
	"context"
	"slices"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
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
// decoded. The error matches burn.ErrVerify if the disc differs; the Report names the
// tracks.
func Verify(ctx context.Context, d *Drive, a *Album, opts *VerifyOptions) (Report, error) {
	if opts == nil {
		opts = &VerifyOptions{}
	}
	tracks, err := tracksOf(a)
	if err != nil {
		return Report{}, err
	}
	if !a.Ready() && (a.Streams() || likeDisc(ctx, d.drive, tracks)) {
		if err := a.Prepare(ctx, opts.OnPrepare); err != nil {
			return Report{}, &PrepareError{err}
		}
		if tracks, err = tracksOf(a); err != nil {
			return Report{}, err
		}
	}
	for i := range tracks {
		tracks[i].Pregap = a.Tracks[i].Pregap // the part that session-at-once puts outside a track
	}
	if tracks, err = asJoined(ctx, d.drive, tracks, opts.Gapless); err != nil {
		return Report{}, err
	}
	level := disc.VerifyFull
	if opts.Quick {
		level = disc.VerifyQuick
	}
	return burn.Verify(ctx, d.drive, tracks, &burn.VerifyOptions{
		Level: level, Eject: opts.Eject, ClientName: opts.ClientName, Force: opts.Force,
		OnEvent: opts.OnEvent, KeepAwake: d.awake(opts.KeepAwake), Hurry: opts.Hurry,
	})
}

// asJoined cuts the tracks where session-at-once did: a track that continues in the next
// ends before the sector that holds its last samples. The table of contents shows the
// cut, so the options of the burn aren't needed. gapless applies if the disc can't be
// inspected, for which the engine reports the reason.
func asJoined(ctx context.Context, d *mmc.Drive, tracks []burn.Track, gapless bool) ([]burn.Track, error) {
	pause := func(int) bool { return !gapless }
	runsOn := false // the last track continues in one of the disc that isn't compared
	if on, err := disc.Look(ctx, d, nil); err == nil {
		list := audioTracks(&on)
		frames := int64(0) // of this track, including the rest of the previous one
		joined := make([]bool, len(tracks)+1)
		for i := range min(len(tracks), len(list)-1) {
			frames += tracks[i].Source.Frames()
			whole := frames / toc.SamplesPerSector
			shown := int64(list[i+1].Start - list[i].Start)
			if i == 0 {
				shown += int64(tracks[0].Pregap) // hidden before its start
			}
			joined[i+1] = shown == whole
			if frames -= whole * toc.SamplesPerSector; !joined[i+1] {
				frames = 0
			}
		}
		pause = func(i int) bool { return !joined[i] }
		runsOn = joined[len(tracks)]
	}
	cut := slices.Clone(tracks)
	for i := range cut {
		if pause(i) && i > 0 {
			cut[i].Pause = 1
		}
	}
	cut, err := seamless(cut)
	for i := range cut {
		cut[i].Pause = tracks[i].Pause
	}
	if err == nil && runsOn {
		err = endWhole(&cut[len(cut)-1])
	}
	return cut, err
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
		t.Source = pcm.WithConversion(part, pcm.Conversion(t.Source))
	}
	return err
}

// likeDisc reports whether tracks could be those of the disc, by number and lengths. If
// they can't, the engine reports the difference before it reads any audio.
func likeDisc(ctx context.Context, d *mmc.Drive, tracks []burn.Track) bool {
	on, err := disc.Look(ctx, d, nil)
	if err != nil {
		return false
	}
	return burn.Holds(audioTracks(&on), sizesOf(tracks))
}

// sizesOf are the lengths of tracks on a disc, by their sources.
func sizesOf(tracks []burn.Track) []toc.Sectors {
	sizes := make([]toc.Sectors, len(tracks))
	for i, t := range tracks {
		sizes[i] = toc.Raise(toc.Sectors(pcm.Sectors(t.Source)))
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
