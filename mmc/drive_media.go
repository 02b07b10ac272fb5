package mmc

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// mediaTimeout is how long MediaType waits for a drive that reads its disc.
const mediaTimeout = 60 * time.Second

// MediaType returns the kind of disc in the drive (IDiscFormat2's
// CurrentPhysicalMediaType). It waits up to a minute for a drive that is spinning up
// (ErrNotReady) and absorbs unit attentions. Without a disc, or with one that the drive
// cannot use, it returns MediaUnknown and no error.
//
// Many drives report a closed CD-R as CD-ROM (profile 0008h). Disc information and ATIP
// then distinguish a recordable disc from a pressed one.
func (d *Drive) MediaType(ctx context.Context) (MediaType, error) {
	media, err := mediaNow(ctx, d.t)
	switch {
	case media != MediaUnknown:
		return media, nil
	case err != nil && !away(err) && !scsi.IsCurrent(err, scsi.KeyUnitAttention):
		return MediaUnknown, err
	}
	// Only a drive that is ready knows its disc.
	if err = d.WaitReady(ctx, WaitOptions{Timeout: mediaTimeout}); err == nil {
		media, err = mediaNow(ctx, d.t)
	}
	if away(err) && !errors.Is(err, ErrNotReady) {
		err = nil
	}
	return media, err
}

// mediaNow returns what the drive reports now; MediaUnknown for no profile.
func mediaNow(ctx context.Context, t scsi.Transport) (MediaType, error) {
	profile, err := currentProfile(ctx, t)
	switch {
	case err != nil:
		return MediaUnknown, err
	case profile == ProfileCDROM, profile == profileUnknown:
		return mediaByHints(ctx, t)
	}
	return profile.MediaType(), nil
}

// profileUnknown is the result for a drive without a usable GET CONFIGURATION. The number is
// reserved in MMC.
const profileUnknown Profile = 0xFFFE

// currentProfile asks for the current profile, which is in the header of the reply.
func currentProfile(ctx context.Context, t scsi.Transport) (Profile, error) {
	conf, err := ask(ctx, t, GetConfiguration{RT: OneFeature, Alloc: 8})
	switch {
	case err == nil:
		return conf.CurrentProfile, nil
	case refused(err), unusable(err): // refused: a drive from before MMC-2
		return profileUnknown, nil
	}
	return ProfileNone, err
}

// mediaByHints distinguishes CDs without profiles: only a CD-RW is erasable, only a
// recordable disc can be blank or appendable, and only a recordable one has an ATIP.
func mediaByHints(ctx context.Context, t scsi.Transport) (MediaType, error) {
	info, err := ask(ctx, t, ReadDiscInformation{})
	switch {
	case err == nil && info.Erasable:
		return MediaCDRW, nil
	case err == nil && info.Status < DiscFinalized:
		return MediaCDR, nil
	case err != nil && !refused(err) && !unusable(err):
		return MediaUnknown, err
	}
	atip, err := ask(ctx, t, ReadATIP{})
	switch {
	case err == nil && atip.Plausible() && atip.Rewritable:
		return MediaCDRW, nil
	case err == nil && atip.Plausible():
		return MediaCDR, nil
	case err != nil && !refused(err) && !unusable(err) && !scsi.IsCurrent(err, scsi.KeyMediumError):
		return MediaUnknown, err
	}
	return MediaCDROM, nil
}

// refused reports whether the drive rejected the command: the answer to a question, not a
// failure. A deferred error is about something else.
func refused(err error) bool { return scsi.IsCurrent(err, scsi.KeyIllegalRequest) }

// away reports whether the drive has no disc, or none that is ready yet.
func away(err error) bool {
	return scsi.IsCurrent(err, scsi.KeyNotReady) || scsi.IsCurrent(err, scsi.FamilyMediumNotPresent)
}

// TAOSupport describes a drive's abilities in track-at-once recording.
type TAOSupport struct {
	Supported bool // on some disc, not necessarily on the current one
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool
}

// CanTAO reports whether the drive records track-at-once, from feature 002Dh, or from
// mode page 2Ah for drives that lack the feature.
func (d *Drive) CanTAO(ctx context.Context) (TAOSupport, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureCDTrackAtOnce})
	if err != nil && !refused(err) && !unusable(err) {
		return TAOSupport{}, err
	}
	if f, _, ok := lookup[cdTrackAtOnce](conf); ok {
		return TAOSupport{Supported: true, BUF: f.BUF, TestWrite: f.TestWrite, CDRW: f.CDRW}, nil
	}
	c, err := d.Capabilities(ctx)
	if err != nil {
		if refused(err) || errors.Is(err, errors.ErrUnsupported) {
			return TAOSupport{}, nil // neither feature nor page: no recorder
		}
		return TAOSupport{}, err
	}
	// Every CD-R recorder that predates features supports track-at-once.
	return TAOSupport{
		Supported: c.WriteCDR, BUF: c.BUF, TestWrite: c.TestWrite, CDRW: c.WriteCDRW,
	}, nil
}

// SAOSupport describes a drive's abilities in session-at-once recording.
type SAOSupport struct {
	Supported bool // on some disc
	ByFeature bool // from feature 002Eh; otherwise the drive is too old to report it, and the cue sheet decides

	BUF         bool // buffer underrun free recording
	TestWrite   bool
	CDRW        bool
	RWSubcode   bool // R-W sub-channel data are recorded: CD-TEXT
	MaxCueSheet int  // bytes; 0: not reported
}

// CanSAO reports whether the drive records session-at-once, from feature 002Eh. A recorder
// that does not list the feature is assumed to, with CD-TEXT and the abilities of
// track-at-once: many drives that predate features do (cdrdao's list), CDEmu's daemon
// lists only 002Dh and records both ways, and a wrong guess is harmless, because SEND CUE
// SHEET does not write.
func (d *Drive) CanSAO(ctx context.Context) (SAOSupport, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureCDMastering})
	if err != nil && !refused(err) && !unusable(err) {
		return SAOSupport{}, err
	}
	if f, _, ok := lookup[cdMastering](conf); ok {
		return SAOSupport{
			Supported: f.SAO, ByFeature: true, BUF: f.BUF, TestWrite: f.TestWrite, CDRW: f.CDRW,
			RWSubcode: f.RW, MaxCueSheet: f.MaxCueSheet,
		}, nil
	}
	t, err := d.CanTAO(ctx)
	return SAOSupport{Supported: t.Supported, BUF: t.BUF, TestWrite: t.TestWrite, CDRW: t.CDRW, RWSubcode: t.Supported}, err
}
