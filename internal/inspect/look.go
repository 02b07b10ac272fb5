package inspect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// LookOptions are the options of Look. The zero value and nil are valid.
type LookOptions struct {
	// Parameters, if set, is sent as mode page 05h before the questions: READ TRACK
	// INFORMATION depends on it (LG GSA-4082B, MMC-5 6.27), and some drives keep the
	// state of a test write until it is sent. Without it Look changes nothing in the
	// drive.
	Parameters *command.WriteParameters
	Page       *unit.ParametersPage // sends them; nil: a new one

	Patience     time.Duration    // as in Asker, for each question
	ReadyTimeout time.Duration    // how long to wait for a disc that was just inserted; 0: that of unit.WaitReady
	OnWait       func()           // as in Asker
	OnAttention  func(scsi.Sense) // as in Asker
}

// maxLooks is how often a look is started because the drive reports another disc.
const maxLooks = 3

// Look determines the state of the disc in a drive.
//
// It waits until the drive is ready, and asks for the medium, disc information, the table
// of contents and sessions, the track where the next sector goes, every track up to the
// last one that any reply names, and the ATIP. Each question is repeated by the rules of
// Asker; if it remains unanswered its facts are unknown. If the drive reports another
// disc meanwhile, Look starts again.
//
// The error reports the end of the conversation only: the context's error, a drive that
// is gone (Gone) or no longer returns any status (*scsi.TransportError), no disc
// (asc.FamilyMediumNotPresent), ErrNoDrive. Look also returns what was found until then.
func Look(ctx context.Context, d *mmc.Drive, o *LookOptions) (disc.Disc, error) {
	if d == nil {
		return disc.Disc{}, ErrNoDrive
	}
	if o == nil {
		o = &LookOptions{}
	}
	page := o.Page
	if page == nil {
		page = new(unit.ParametersPage)
	}
	for looks := 1; ; looks++ {
		l := newLook(d, o, page)
		l.run(ctx)
		if l.end != nil || !l.changed || looks == maxLooks {
			return l.replies.disc(), l.end
		}
	}
}

// look is one conversation.
type look struct {
	d     *mmc.Drive
	o     *LookOptions
	page  *unit.ParametersPage
	asker Asker

	replies replies
	end     error // why the conversation has ended
	silent  error // the previous question got no status
	ready   bool  // unexpected changes count from here on
	changed bool  // the drive reported another disc
}

func newLook(d *mmc.Drive, o *LookOptions, page *unit.ParametersPage) *look {
	l := &look{d: d, o: o, page: page}
	l.asker = Asker{Drive: d, Patience: o.Patience, OnWait: o.OnWait, OnAttention: l.attention}
	return l
}

// attention detects another disc and passes the rest on.
func (l *look) attention(s scsi.Sense) {
	if l.ready && s.Code.ASC() == asc.FamilyMediumChanged {
		l.changed = true
	}
	if l.o.OnAttention != nil {
		l.o.OnAttention(s)
	}
}

// run asks the questions in their order.
func (l *look) run(ctx context.Context) {
	for _, step := range []func(context.Context){
		l.wait, l.profile, l.parameters, l.information, l.table, l.sessions, l.next, l.tracks, l.atip,
	} {
		if step(ctx); l.end != nil {
			return
		}
	}
	if l.silent != nil && !l.alive(ctx) {
		l.end = l.silent
	}
}

// ask asks one question and detects the end of the conversation. A command that gets no
// status may be one that this drive can't handle: the drive has stopped answering only if
// TEST UNIT READY gets no status either.
func (l *look) ask(ctx context.Context, question func(context.Context) error) error {
	if l.end != nil {
		return disc.ErrNotAsked
	}
	// After a question without any status, one try shows whether the next one gets one:
	// each may take as long as the command's timeout.
	mute := func(a *answer) bool { return a.transport != nil && l.silent != nil }
	err := l.asker.ask(ctx, question, mute)
	var lost *scsi.TransportError
	switch {
	case err == nil:
		l.silent = nil
	case ctx.Err() != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), Gone(err):
		l.end = err
	case errors.As(err, &lost):
		if l.silent != nil && !l.alive(ctx) {
			l.end = err
		}
		l.silent = err
	case errors.Is(err, asc.FamilyMediumNotPresent):
		l.silent = nil
		l.empty(ctx, err)
	default:
		l.silent = nil
		if errors.Is(err, mmc.ErrNotReady) {
			// The patience is for the drive as a whole, not for each of a hundred
			// questions.
			l.asker.Patience = busyPause
		}
	}
	return err
}

// alive reports whether TEST UNIT READY gets any status.
func (l *look) alive(ctx context.Context) bool {
	var lost *scsi.TransportError
	return !errors.As(l.testReady(ctx), &lost)
}

func (l *look) testReady(ctx context.Context) error {
	return l.asker.Ask(ctx, func(ctx context.Context) error { return command.TestUnitReady{}.Do(ctx, l.d.Transport()) })
}

// empty ends the conversation if TEST UNIT READY confirms that there is no disc, and disc
// information doesn't contradict it.
func (l *look) empty(ctx context.Context, err error) {
	if !errors.Is(l.testReady(ctx), asc.FamilyMediumNotPresent) && ctx.Err() == nil {
		return
	}
	infoErr := l.asker.Ask(ctx, func(ctx context.Context) error {
		_, err := command.ReadDiscInformation{}.Do(ctx, l.d.Transport())
		return err
	})
	if infoErr != nil {
		l.end = err
	}
}

// wait waits until the disc is recognized. A drive that doesn't become ready may still
// answer questions.
func (l *look) wait(ctx context.Context) {
	o := unit.WaitOptions{Timeout: l.o.ReadyTimeout, Interval: busyPause, OnAttention: l.attention}
	if l.o.OnWait != nil {
		o.OnProgress = func(float64, bool) { l.o.OnWait() }
	}
	l.replies.ready = l.ask(ctx, func(ctx context.Context) error {
		err := unit.WaitReady(ctx, l.d, o)
		if errors.Is(err, scsi.KeyUnitAttention) {
			return nil // it has absorbed the maximum number; the questions decide
		}
		return err
	})
	l.ready = true
}

// profile asks for the type of disc. Feature 0001h comes with the shortest list. If a
// drive is ready and has no profile for the disc, it is asked again.
func (l *look) profile(ctx context.Context) {
	r := &l.replies.profile
	err := l.ask(ctx, func(ctx context.Context) error {
		conf, err := command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureCore}.Do(ctx, l.d.Transport())
		if r.value = conf.CurrentProfile; err == nil && r.value.MediaType() == mmc.MediaUnknown {
			r.value, err = command.ProfileNone, errNoProfile
		}
		return err
	})
	if errors.Is(err, errNoProfile) {
		err = nil
	}
	r.keep(err)
}

func (l *look) parameters(ctx context.Context) {
	if l.o.Parameters == nil || !l.replies.mayRecord() {
		return
	}
	l.replies.parameters = l.ask(ctx, func(ctx context.Context) error { return l.page.Set(ctx, l.d, *l.o.Parameters) })
}

func (l *look) information(ctx context.Context) {
	r := &l.replies.info
	r.keep(l.ask(ctx, func(ctx context.Context) (err error) {
		if r.value, err = (command.ReadDiscInformation{}).Do(ctx, l.d.Transport()); err == nil {
			err = plausibleInformation(r.value)
		}
		return err
	}))
}

// table asks for the table of contents that players use, or, if that fails, the one in
// the lead-in's sub-channel. A disc without a closed session refuses both.
func (l *look) table(ctx context.Context) {
	if !l.replies.compact() {
		return
	}
	r := &l.replies.table
	r.keep(l.ask(ctx, func(ctx context.Context) (err error) {
		if r.value, err = (command.ReadTOC{}).Do(ctx, l.d.Transport()); err == nil {
			err = plausibleTOC(r.value)
		}
		return err
	}))
	if r.ok() || errors.Is(r.err, scsi.KeyIllegalRequest) || l.end != nil {
		return
	}
	l.fullTOC(ctx)
	if f := &l.replies.full; f.ok() {
		if t, err := f.value.TOC(); err == nil && plausibleTOC(t) == nil {
			*r = reply[toc.TOC]{value: t, asked: true}
		}
	}
}

func (l *look) fullTOC(ctx context.Context) {
	f := &l.replies.full
	f.keep(l.ask(ctx, func(ctx context.Context) (err error) {
		if f.value, err = (command.ReadFullTOC{}).Do(ctx, l.d.Transport()); err == nil {
			err = plausibleFullTOC(f.value)
		}
		return err
	}))
}

// sessions asks which sessions are closed, and for their lead-outs if there are several.
func (l *look) sessions(ctx context.Context) {
	if !l.replies.table.ok() {
		return
	}
	r := &l.replies.sessions
	r.keep(l.ask(ctx, func(ctx context.Context) (err error) {
		if r.value, err = (command.ReadSessionInfo{}).Do(ctx, l.d.Transport()); err == nil {
			err = plausibleSessions(r.value)
		}
		return err
	}))
	several := r.ok() && r.value.Last > 1 || l.replies.info.ok() && closedSessions(&l.replies.info.value) > 1
	if several && !l.replies.full.asked && l.end == nil {
		l.fullTOC(ctx)
	}
}

// next asks for the track where the next sector goes. Drives that don't support the
// number FFh are asked by the number that the track should have.
func (l *look) next(ctx context.Context) {
	if l.replies.profile.value == command.ProfileCDROM && l.replies.info.ok() && !l.replies.info.value.Writable() {
		return
	}
	if !l.replies.compact() {
		return
	}
	r := &l.replies.next
	l.trackInfo(ctx, r, command.InvisibleTrack)
	info := &l.replies.info
	unknown := errors.Is(r.err, scsi.KeyIllegalRequest) || errors.Is(r.err, errImplausible)
	if !unknown || !info.ok() || !info.value.Writable() {
		return
	}
	var by reply[command.TrackInformation]
	if n := info.value.LastTrackLastSession; n >= 1 {
		if l.trackInfo(ctx, &by, n); by.ok() && (by.value.Blank || by.value.NWAValid) {
			*r = by
		}
	}
}

// tracks asks for every track that any reply names, and then for the following numbers as
// long as each is a track, unless it is certain that there are no more.
func (l *look) tracks(ctx context.Context) {
	if !l.replies.compact() {
		return
	}
	first, last := l.replies.bounds()
	for n := first; n <= toc.MaxTracks && l.end == nil; n++ {
		r := &l.replies.tracks[n]
		if n > last && (l.replies.complete() || n > first && !l.replies.recorded(n-1)) {
			return
		}
		if next := &l.replies.next; next.ok() && next.value.Track == n {
			*r = *next
			continue
		}
		l.trackInfo(ctx, r, n)
	}
}

// trackInfo is READ TRACK INFORMATION of track n, or of command.InvisibleTrack.
func (l *look) trackInfo(ctx context.Context, r *reply[command.TrackInformation], n int) {
	var got command.TrackInformation
	came := false
	err := l.ask(ctx, func(ctx context.Context) (err error) {
		ti, err := command.ReadTrackInformation{Type: command.AddressTrack, Number: uint32(n)}.Do(ctx, l.d.Transport())
		if err != nil {
			return err
		}
		got, came = ti, true
		return plausibleTrack(&got, n)
	})
	if came && errors.Is(err, errImplausible) {
		err = salvageTrack(&got, n)
	}
	r.value = got
	r.keep(err)
}

// atip asks for the data encoded in the groove of a recordable disc. A disc that the
// drive reports as a CD-ROM may be a closed CD-R (unit.MediaType).
func (l *look) atip(ctx context.Context) {
	if !l.replies.compact() {
		return
	}
	r := &l.replies.atip
	r.keep(l.ask(ctx, func(ctx context.Context) (err error) {
		got, err := command.ReadATIP{}.Do(ctx, l.d.Transport())
		if r.value = got.ATIP; err == nil && !got.Plausible() {
			err = fmt.Errorf("ATIP: lead-in at %v, last lead-out at %v: %w", r.value.LeadIn, r.value.LastLeadOut, errImplausible)
		}
		return err
	}))
}
