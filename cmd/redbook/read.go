package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// readDoc is what `redbook read --json` prints.
type readDoc struct {
	Device     string      `json:"device"`
	Folder     string      `json:"folder"`
	Cue        string      `json:"cue"`
	CDText     string      `json:"cd_text,omitempty"` // the file with the CD-TEXT in all languages
	Image      string      `json:"image,omitempty"`   // with --image
	Hidden     string      `json:"hidden,omitempty"`  // the file of the audio before track 1
	Tracks     []readTrack `json:"tracks"`
	Lost       int         `json:"unreadable_samples,omitempty"` // at the edges, with --offset
	Unreadable toc.Sectors `json:"unreadable_sectors,omitempty"` // between the tracks
	Unknown    []string    `json:"unknown,omitempty"`            // what the drive could not report
}

// readTrack is one track that was read, with its checksums in hexadecimal.
type readTrack struct {
	Number       int         `json:"number"`
	File         string      `json:"file"`
	Sectors      toc.Sectors `json:"sectors"`
	AccurateRip1 string      `json:"accuraterip_v1"`
	AccurateRip2 string      `json:"accuraterip_v2"`
	CRC32        string      `json:"crc32"`
	CTDB         string      `json:"ctdb_crc32"`
}

// readFlags are the flags of read.
type readFlags struct {
	output, tracks, format string
	offset                 int
	image, hidden          bool
	set                    trackSet
}

const readExample = `  redbook read --output album
  redbook read --output album --format flac
  redbook read --output album --image --hidden      one file, with what lies before track 1
  redbook read --output album --tracks 2,5`

// readCommand reads audio back. It creates all files or none, and never overwrites
// existing ones: they may be the only copy of a recording.
func readCommand(a *app) *cobra.Command {
	var f readFlags
	cmd := a.command("read", "Read the tracks of a disc into WAV or FLAC files, with a cue sheet", readExample, noArgs,
		func(ctx context.Context, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return a.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.discs.read(ctx, d, &f)
			})
		})
	a.bellFlag(cmd)
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "`FOLDER` for track01.wav, track02.wav ...; created if it does not exist")
	cmd.Flags().StringVar(&f.tracks, "tracks", "all", "`TRACKS` to read: all, or a list such as 2,5-7")
	cmd.Flags().StringVar(&f.format, "format", "wav", "`FORMAT` of the files: wav or flac")
	cmd.Flags().BoolVar(&f.image, "image", false, "write one file with all of the disc instead of one per track")
	cmd.Flags().BoolVar(&f.hidden, "hidden", false, "keep the audio before track 1 too: as track00, or at the beginning of the image")
	cmd.Flags().IntVar(&f.offset, "offset", 0, "the drive's read offset correction in `SAMPLES`, as AccurateRip lists it")
	return cmd
}

// check reads the flags.
func (f *readFlags) check() (err error) {
	if f.output == "" {
		return usage("name the folder for the files: --output FOLDER")
	}
	if f.set, err = parseTracks("--tracks", f.tracks); err != nil {
		return err
	}
	f.set.all = f.set.all || f.tracks == ""
	switch {
	case f.offset < -5880 || f.offset > 5880:
		return usage("--offset %d: drives read up to ten sectors off, -5880 to 5880 samples", f.offset)
	case f.format != "wav" && f.format != "flac":
		return usage("--format %q: must be wav or flac", f.format)
	case isFile(f.output):
		return usage("--output %s: this is a file; name a folder", f.output)
	case f.image && !f.set.all:
		return usage("--image reads all of the disc, and --tracks only some tracks: use only one of them")
	}
	return nil
}

// read writes the requested audio tracks to files.
func (s *discs) read(ctx context.Context, d *device, f *readFlags) error {
	o := &redbook.ReadOptions{
		Dir: f.output, Tracks: f.set.list(), Single: f.image, Hidden: f.hidden, Offset: f.offset,
		OnTrack: s.talk.scanProgress, OnProgress: s.talk.readingProgress("Reading"),
		Confirm: func(_ context.Context, p *redbook.ReadPlan) error { return s.printReadPlan(p, f) },
	}
	if f.format == "flac" {
		o.Format = redbook.FormatFLAC
	}
	r, err := redbook.Read(ctx, d.opened, o)
	s.talk.console.clear()
	if err != nil {
		if errors.Is(err, redbook.ErrNoAudio) && len(r.Layout.Tracks) > 0 {
			s.warnUnfinished(&r.Layout, f)
			return fail(exitNoDisc, "To list the tracks: redbook toc"+s.advise.deviceFlag(), "--tracks %s: the disc has no such audio track", f.tracks)
		}
		return s.advise.readError(d, err)
	}
	return s.printRead(d, f, &r)
}

// printReadPlan reports sound that no file will contain, and what the drive could not
// report. Its error is a requested track that doesn't exist.
func (s *discs) printReadPlan(p *redbook.ReadPlan, f *readFlags) error {
	s.talk.console.clear()
	var audio []int
	for i := range p.Layout.Tracks {
		audio = append(audio, p.Layout.Tracks[i].Number)
	}
	s.warnUnfinished(&p.Layout, f)
	if n := f.set.missing(audio); n > 0 {
		return fail(exitNoDisc, "To list the tracks: redbook toc"+s.advise.deviceFlag(), "--tracks %s: the disc has no audio track %d", f.tracks, n)
	}
	switch {
	case p.HiddenLeft:
		s.talk.warn("%v of audio before track 1 is not read; the cue sheet has silence in its place. To keep it: --hidden", p.Layout.Hidden())
	case f.hidden && !p.Sound.Hidden:
		s.talk.note("Nothing is hidden before track 1.")
	}
	for _, text := range unknownFacts(&p.Layout) {
		s.talk.warn("not known: %s", text)
	}
	return nil
}

// warnUnfinished names the requested tracks that can't be read because they have no end.
func (s *discs) warnUnfinished(l *rip.Layout, f *readFlags) {
	for _, t := range extract.Unfinished(&l.Disc) {
		if f.set.all || slices.Contains(f.set.list(), t.Number) {
			s.talk.warn("track %d is unfinished and is not read. To end it and close the disc: redbook close%s", t.Number, s.advise.deviceFlag())
		}
	}
}

// scanProgress shows the progress of redbook.Examine, which takes a while on real drives.
func (t *talk) scanProgress(track, tracks int) {
	t.console.live(fmt.Sprintf("Looking for pauses and codes: track %d of %d", track, tracks))
}

// readingProgress shows the progress of reading.
func (t *talk) readingProgress(what string) func(done, total toc.Sectors) {
	tenths := 0
	return func(done, total toc.Sectors) {
		part := share(int64(done), int64(total))
		t.console.live(what + "  " + bar(part))
		if n := int(part * 10); n > tenths && !t.screen.live && !t.flags.json {
			tenths = n
			t.note("%s: %d %%", what, n*10)
		}
	}
}

// readError adds advice to an error of redbook.Examine, Read or ReadCopy.
func (a *adviser) readError(d *device, err error) error {
	if errors.Is(err, redbook.ErrNoAudio) {
		return fail(exitNoDisc, "", "the disc has no audio track")
	}
	e, ok := errors.AsType[*redbook.ReadError](err)
	switch {
	case !ok:
		return a.burn(err, d, nil)
	case e.Step == "look" && noDisc(err):
		return a.noDisc()
	case e.Step == "look":
		return a.burn(e.Err, d, nil)
	}
	return a.reading(&e.Disc, e.Err)
}

// reading distinguishes a disc that can't be read from files that can't be written. Many
// drives read nothing of a session or track that isn't ended.
func (a *adviser) reading(on *disc.Disc, err error) error {
	if errors.Is(err, context.Canceled) {
		return writeError(err)
	}
	if _, sense := errors.AsType[*scsi.SenseError](err); sense && on.Status.Value == mmc.DiscIncomplete {
		return explain("open-session", fail(exitNoDisc, "To close it: redbook close"+a.deviceFlag(),
			"the disc is open, and the drive doesn't read it until it is closed: %w", err))
	}
	if _, file := errors.AsType[*fs.PathError](err); file {
		return writeError(err) // it isn't the drive that lacks permission
	}
	if code := classify(err); code != exitFailed {
		next := a.about(err)
		return &failure{code: code, err: err, next: next.text, topic: next.topic}
	}
	if drives(err) {
		return a.burn(engine.Wrap(burn.PhaseRead, 0, 0, err), nil, nil)
	}
	return writeError(err)
}

// printRead prints what was read.
func (s *discs) printRead(d *device, f *readFlags, r *redbook.ReadResult) error {
	l := &r.Layout
	doc := readDoc{Device: d.name, Folder: f.output, Cue: r.Sheet, CDText: r.CDText, Lost: r.Lost, Unreadable: r.Unreadable, Unknown: unknownFacts(l)}
	for _, file := range r.Files {
		switch {
		case f.image:
			doc.Image = file.Path
		case file.Track == 0:
			doc.Hidden = file.Path
		}
	}
	for _, t := range r.Tracks {
		doc.Tracks = append(doc.Tracks, readTrack{
			t.Number, t.File, t.Sectors, hex32(t.Sums.AccurateRip1), hex32(t.Sums.AccurateRip2), hex32(t.Sums.CRC32), hex32(t.Sums.CTDB),
		})
	}
	if doc.Lost > 0 {
		s.talk.warn("%d samples at the ends of the tracks or next to them can't be read with this offset; they are silence in the files", doc.Lost)
	}
	if doc.Unreadable > 0 {
		s.talk.warn("%s between the tracks can't be read; they count as silence", count(int(doc.Unreadable), "sector"))
	}
	if doc.Cue == "" {
		s.talk.note("There is no cue sheet: the tracks don't follow each other.")
	}
	if text := languagesKept(r); text != "" {
		s.talk.note("%s", text)
	}
	if s.flags.json {
		return s.data.document("read", doc)
	}
	if doc.Hidden != "" {
		if err := s.data.print("%s\t%v\n", doc.Hidden, l.Hidden()); err != nil {
			return err
		}
	}
	for _, t := range doc.Tracks {
		if err := s.data.print("%s\t%v\tAccurateRip %s %s\tCRC32 %s\n", t.label(f), t.Sectors, t.AccurateRip1, t.AccurateRip2, t.CRC32); err != nil {
			return err
		}
	}
	return nil
}

// label is the file of a track, or its number in an image.
func (t *readTrack) label(f *readFlags) string {
	if f.image {
		return fmt.Sprintf("track %d", t.Number)
	}
	return t.File
}

// hex32 formats a checksum as other programs do.
func hex32(v uint32) string { return fmt.Sprintf("%08X", v) }
