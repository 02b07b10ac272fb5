package unit

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// mediaTimeout is how long MediaType waits for a drive that reads its disc.
const mediaTimeout = 60 * time.Second

// MediaType returns the kind of disc in the drive (IDiscFormat2's
// CurrentPhysicalMediaType). It waits up to a minute for a drive that is spinning up
// (mmc.ErrNotReady) and absorbs unit attentions. Without a disc, or with one that the drive
// cannot use, it returns mmc.MediaUnknown and no error.
//
// Many drives report a closed CD-R as CD-ROM (profile 0008h). Disc information and ATIP
// then distinguish a recordable disc from a pressed one.
func MediaType(ctx context.Context, d *mmc.Drive) (mmc.MediaType, error) {
	media, err := mediaNow(ctx, d.Transport())
	switch {
	case media != mmc.MediaUnknown:
		return media, nil
	case err != nil && !away(err) && !exchange.IsCurrent(err, scsi.KeyUnitAttention):
		return mmc.MediaUnknown, err
	}
	// Only a drive that is ready knows its disc.
	if err = WaitReady(ctx, d, WaitOptions{Timeout: mediaTimeout}); err == nil {
		media, err = mediaNow(ctx, d.Transport())
	}
	if away(err) && !errors.Is(err, mmc.ErrNotReady) {
		err = nil
	}
	return media, err
}

// mediaNow returns what the drive reports now; mmc.MediaUnknown for no profile.
func mediaNow(ctx context.Context, t scsi.Transport) (mmc.MediaType, error) {
	profile, err := currentProfile(ctx, t)
	switch {
	case err != nil:
		return mmc.MediaUnknown, err
	case profile == command.ProfileCDROM, profile == profileUnknown:
		return mediaByHints(ctx, t)
	}
	return profile.MediaType(), nil
}

// profileUnknown is the result for a drive without a usable GET CONFIGURATION. The number is
// reserved in MMC.
const profileUnknown command.Profile = 0xFFFE

// currentProfile asks for the current profile, which is in the header of the reply.
func currentProfile(ctx context.Context, t scsi.Transport) (command.Profile, error) {
	conf, err := exchange.Ask(ctx, t, command.GetConfiguration{RT: command.OneFeature, Alloc: 8})
	switch {
	case err == nil:
		return conf.CurrentProfile, nil
	case refused(err), exchange.Unusable(err): // refused: a drive from before MMC-2
		return profileUnknown, nil
	}
	return command.ProfileNone, err
}

// Recordable reports whether a disc is a CD that tracks can be recorded on.
func Recordable(m mmc.MediaType) bool { return m == mmc.MediaCDR || m == mmc.MediaCDRW }

// mediaByHints distinguishes CDs without profiles: only a CD-RW is erasable, only a
// recordable disc can be blank or appendable, and only a recordable one has an ATIP.
func mediaByHints(ctx context.Context, t scsi.Transport) (mmc.MediaType, error) {
	info, err := exchange.Ask(ctx, t, command.ReadDiscInformation{})
	switch {
	case err == nil && info.Erasable:
		return mmc.MediaCDRW, nil
	case err == nil && info.Writable():
		return mmc.MediaCDR, nil
	case err != nil && !refused(err) && !exchange.Unusable(err):
		return mmc.MediaUnknown, err
	}
	atip, err := exchange.Ask(ctx, t, command.ReadATIP{})
	switch {
	case err == nil && atip.Plausible() && atip.Rewritable:
		return mmc.MediaCDRW, nil
	case err == nil && atip.Plausible():
		return mmc.MediaCDR, nil
	case err != nil && !refused(err) && !exchange.Unusable(err) && !exchange.IsCurrent(err, scsi.KeyMediumError):
		return mmc.MediaUnknown, err
	}
	return mmc.MediaCDROM, nil
}

// refused reports whether the drive rejected the command: the answer to a question, not a
// failure. A deferred error is about something else.
func refused(err error) bool { return exchange.IsCurrent(err, scsi.KeyIllegalRequest) }

// away reports whether the drive has no disc, or none that is ready yet.
func away(err error) bool {
	return exchange.IsCurrent(err, scsi.KeyNotReady) || exchange.IsCurrent(err, asc.FamilyMediumNotPresent)
}

// CanTAO reports whether the drive records track-at-once, from feature 002Dh, or from
// mode page 2Ah for drives that lack the feature.
func CanTAO(ctx context.Context, d *mmc.Drive) (mmc.TAOSupport, error) {
	conf, err := exchange.Ask(ctx, d.Transport(), command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureCDTrackAtOnce})
	if err != nil && !refused(err) && !exchange.Unusable(err) {
		return mmc.TAOSupport{}, err
	}
	if f, _, ok := command.Lookup[command.CDTrackAtOnce](conf); ok {
		return mmc.TAOSupport{Supported: true, BUF: f.BUF, TestWrite: f.TestWrite, CDRW: f.CDRW}, nil
	}
	c, err := Capabilities(ctx, d)
	if err != nil {
		if refused(err) || errors.Is(err, errors.ErrUnsupported) {
			return mmc.TAOSupport{}, nil // neither feature nor page: no recorder
		}
		return mmc.TAOSupport{}, err
	}
	// Every CD-R recorder that predates features supports track-at-once.
	return mmc.TAOSupport{
		Supported: c.WriteCDR, BUF: c.BUF, TestWrite: c.TestWrite, CDRW: c.WriteCDRW,
	}, nil
}

// CanSAO reports whether the drive records session-at-once, from feature 002Eh. A recorder
// that does not list the feature is assumed to, with CD-TEXT and the abilities of
// track-at-once: many drives that predate features do (cdrdao's list), CDEmu's daemon
// lists only 002Dh and records both ways, and a wrong guess is harmless, because SEND CUE
// SHEET does not write.
func CanSAO(ctx context.Context, d *mmc.Drive) (mmc.SAOSupport, error) {
	conf, err := exchange.Ask(ctx, d.Transport(), command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureCDMastering})
	if err != nil && !refused(err) && !exchange.Unusable(err) {
		return mmc.SAOSupport{}, err
	}
	if f, _, ok := command.Lookup[command.CDMastering](conf); ok {
		return mmc.SAOSupport{
			Supported: f.SAO, ByFeature: true, BUF: f.BUF, TestWrite: f.TestWrite, CDRW: f.CDRW,
			RWSubcode: f.RW, MaxCueSheet: f.MaxCueSheet,
		}, nil
	}
	t, err := CanTAO(ctx, d)
	return mmc.SAOSupport{Supported: t.Supported, BUF: t.BUF, TestWrite: t.TestWrite, CDRW: t.CDRW, RWSubcode: t.Supported}, err
}
