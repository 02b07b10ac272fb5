package mmc

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// DiscSummary is what can be found out about a drive and its disc without changing
// anything. Parts that the drive didn't tell are nil, and Errors says why.
type DiscSummary struct {
	Inquiry InquiryData
	TAO     TAOSupport
	Media   MediaType

	Disc         *DiscInformation // nil: no disc, or none that is known
	ATIP         *ATIP            // nil: pressed, or not plausible
	Manufacturer string           // "reported as ...": hearsay; "" without an ATIP
	TOC          *toc.TOC         // nil: blank, or no complete session yet
	Tracks       []TrackInformation

	// Invisible is the track where recording would go on; nil on a closed disc.
	Invisible *TrackInformation
	NWA       toc.LBA     // next writable address, if NWAValid
	NWAValid  bool        //
	Free      toc.Sectors // room left, as the drive reports it; 0: none, or not known

	Speeds       []WriteSpeed
	CurrentSpeed WriteSpeed

	Errors []error // what couldn't be found out
}

// Blank reports whether the disc is blank.
func (s DiscSummary) Blank() bool { return s.Disc != nil && s.Disc.Status == DiscEmpty }

// Appendable reports whether more tracks can be recorded on the disc.
func (s DiscSummary) Appendable() bool { return s.Disc != nil && s.Disc.Status == DiscIncomplete }

// Summary collects what the drive tells about itself and its disc. The drive should
// be ready (WaitReady). A DVD or BD is only named. Only questions are asked, no mode page is set: the next
// writable address is what the drive says before page 05h is sent.
//
// The error is for what ends the conversation: the context, a transport failure, no
// disc (2/3A). What was found out until then is in the summary all the same.
func (d *Drive) Summary(ctx context.Context) (DiscSummary, error) {
	s := &summary{d: d, DiscSummary: DiscSummary{Inquiry: d.inquiry}}
	err := s.run(ctx, s.tao, s.speeds, s.ready, s.media)
	if err == nil && s.Media.CD() {
		err = s.run(ctx, s.disc, s.atip, s.toc, s.tracks, s.invisible)
	}
	return s.DiscSummary, err
}

// run takes steps until one ends the conversation.
func (s *summary) run(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := s.note(step(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// summary is a DiscSummary in the making.
type summary struct {
	DiscSummary
	d *Drive
}

// note keeps an answer of the drive as a remark and passes on what must stop.
func (s *summary) note(err error) error {
	var transport *scsi.TransportError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &transport), errors.Is(err, scsi.FamilyMediumNotPresent),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	s.Errors = append(s.Errors, err)
	return nil
}

func (s *summary) tao(ctx context.Context) (err error) {
	s.TAO, err = s.d.CanTAO(ctx)
	return err
}

func (s *summary) speeds(ctx context.Context) error {
	var err, err2 error
	s.Speeds, err = s.d.WriteSpeeds(ctx)
	if ctx.Err() == nil {
		s.CurrentSpeed, err2 = s.d.CurrentWriteSpeed(ctx)
	}
	return errors.Join(err, err2)
}

// ready takes pending unit attentions away and finds out about an empty tray, which
// the commands before don't care about.
func (s *summary) ready(ctx context.Context) error {
	var err error
	for range maxAttentions {
		if err = (TestUnitReady{}).Do(ctx, s.d.t); !scsi.IsCurrent(err, scsi.KeyUnitAttention) {
			break
		}
	}
	return err
}

func (s *summary) media(ctx context.Context) (err error) {
	s.Media, err = s.d.MediaType(ctx)
	return err
}

func (s *summary) disc(ctx context.Context) error {
	info, err := Ask(ctx, s.d.t, ReadDiscInformation{})
	if err != nil {
		return err
	}
	s.Disc = &info
	return nil
}

func (s *summary) atip(ctx context.Context) error {
	if !s.Media.Recordable() {
		return nil
	}
	a, err := Ask(ctx, s.d.t, ReadATIP{})
	if err != nil {
		return err
	}
	if !a.Plausible() {
		return fmt.Errorf("ATIP with lead-in %v and lead-out %v isn't plausible", a.LeadIn, a.LastLeadOut)
	}
	s.ATIP = &a
	s.Manufacturer = a.Manufacturer()
	return nil
}

// toc reads the table of contents if there can be one: on a blank disc and in a
// first session that is still open there is none, and drives refuse the question.
func (s *summary) toc(ctx context.Context) error {
	if s.Disc != nil && (s.Blank() || (s.Appendable() && s.Disc.Sessions <= 1)) {
		return nil
	}
	table, err := Ask(ctx, s.d.t, ReadTOC{})
	if err != nil {
		return err
	}
	s.TOC = &table
	return nil
}

// tracks asks for each track that there is. The last track of an open session is
// the invisible one, which belongs elsewhere.
func (s *summary) tracks(ctx context.Context) error {
	if s.Disc == nil || s.Blank() {
		return nil
	}
	var errs []error
	for n := max(s.Disc.FirstTrack, 1); n <= min(s.Disc.LastTrackLastSession, toc.MaxTracks); n++ {
		ti, err := Ask(ctx, s.d.t, ReadTrackInformation{Type: AddressTrack, Number: uint32(n)})
		switch {
		case err == nil && !ti.Invisible():
			s.Tracks = append(s.Tracks, ti)
		case err != nil && n == s.Disc.LastTrackLastSession && s.Appendable() && refused(err):
			// Some drives know the invisible track only as FFh.
		case err != nil:
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

func (s *summary) invisible(ctx context.Context) error {
	if s.Disc == nil || s.Disc.Status >= DiscFinalized {
		return nil
	}
	ti, err := Ask(ctx, s.d.t, ReadTrackInformation{Type: AddressTrack, Number: InvisibleTrack})
	if err != nil {
		return err
	}
	s.Invisible = &ti
	s.NWA, s.NWAValid = ti.NextWritable()
	s.Free = ti.Free
	return nil
}
