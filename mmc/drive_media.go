package mmc

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/scsi"
)

// MediaType returns the kind of disc that is in the drive (IDiscFormat2's
// CurrentPhysicalMediaType). No disc is MediaUnknown without an error; so is a drive
// that is still spinning up. Unit attentions are absorbed; the next command finds
// out as well whether the disc is still the same.
//
// Profile 0008h is looked into: many drives report a closed CD-R as CD-ROM. Disc
// information and ATIP then tell a recordable disc from a pressed one.
func (d *Drive) MediaType(ctx context.Context) (MediaType, error) {
	profile, err := d.profile(ctx)
	if err == nil && profile == ProfileNone {
		// A drive that still has news of its disc to deliver may not have looked at
		// it yet. TEST UNIT READY takes the news.
		if err = d.past(ctx, TestUnitReady{}.Do); err == nil {
			profile, err = d.profile(ctx)
		}
	}
	switch {
	case away(err):
		return MediaUnknown, nil
	case err != nil:
		return MediaUnknown, err
	case profile == ProfileCDROM, profile == profileUnknown:
		return d.mediaByHints(ctx)
	}
	return profile.MediaType(), nil
}

// profileUnknown stands for a drive without a usable GET CONFIGURATION. The number
// is reserved.
const profileUnknown Profile = 0xFFFE

// profile asks for the current profile, which is in the header of the reply.
func (d *Drive) profile(ctx context.Context) (Profile, error) {
	conf, err := Ask(ctx, d.t, GetConfiguration{RT: OneFeature, Alloc: 8})
	switch {
	case err == nil:
		return conf.CurrentProfile, nil
	case refused(err), unusable(err): // refused: a drive from before MMC-2
		return profileUnknown, nil
	}
	return ProfileNone, err
}

// mediaByHints tells CDs apart without profiles: only a CD-RW is erasable, only a
// recordable disc can be blank or appendable, and only a recordable one has an ATIP.
func (d *Drive) mediaByHints(ctx context.Context) (MediaType, error) {
	var info DiscInformation
	err := d.past(ctx, func(ctx context.Context, t scsi.Transport) (err error) {
		info, err = Ask(ctx, t, ReadDiscInformation{})
		return err
	})
	switch {
	case away(err):
		return MediaUnknown, nil
	case err == nil && info.Erasable:
		return MediaCDRW, nil
	case err == nil && info.Status < DiscFinalized:
		return MediaCDR, nil
	case err != nil && !refused(err) && !unusable(err):
		return MediaUnknown, err
	}
	atip, err := Ask(ctx, d.t, ReadATIP{})
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

// past runs a command again for as long as a unit attention comes in its place.
func (d *Drive) past(ctx context.Context, do func(context.Context, scsi.Transport) error) error {
	err := do(ctx, d.t)
	for n := 0; n < maxAttentions && errors.Is(err, scsi.KeyUnitAttention); n++ {
		err = do(ctx, d.t)
	}
	return err
}

// refused reports whether the drive said that it can't or won't do this: the
// answer to a question, not a failure. A deferred error is about something else.
func refused(err error) bool { return scsi.IsCurrent(err, scsi.KeyIllegalRequest) }

// away reports whether there is no disc, or none that can be asked yet.
func away(err error) bool {
	return scsi.IsCurrent(err, scsi.KeyNotReady) || scsi.IsCurrent(err, scsi.FamilyMediumNotPresent)
}

// TAOSupport is what a drive can do in track-at-once recording.
type TAOSupport struct {
	Supported bool // on some disc
	Current   bool // on the disc that is in; not known for drives without feature 002Dh
	ByFeature bool // from feature 002Dh; else from the older mode page 2Ah

	BUF            bool // buffer underrun free recording
	TestWrite      bool
	CDRW           bool
	RWSubcode      bool   // R-W sub-channel data are recorded
	DataBlockTypes uint16 // bit n: data block type n; 0: not said
}

// CanTAO tells whether the drive records track-at-once, from feature 002Dh, or from
// mode page 2Ah for drives that lack the feature.
func (d *Drive) CanTAO(ctx context.Context) (TAOSupport, error) {
	conf, err := Ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: FeatureCDTrackAtOnce})
	if err != nil && !refused(err) && !unusable(err) {
		return TAOSupport{}, err
	}
	if f, current, ok := Lookup[CDTrackAtOnce](conf); ok {
		return TAOSupport{
			Supported: true, Current: current, ByFeature: true,
			BUF: f.BUF, TestWrite: f.TestWrite, CDRW: f.CDRW,
			RWSubcode: f.RWSubcode, DataBlockTypes: f.DataBlockTypes,
		}, nil
	}
	c, err := d.Capabilities(ctx)
	if err != nil {
		if refused(err) || errors.Is(err, errors.ErrUnsupported) {
			return TAOSupport{}, nil // neither feature nor page: no recorder
		}
		return TAOSupport{}, err
	}
	// Every CD-R recorder of the time before features could do track-at-once.
	return TAOSupport{
		Supported: c.WriteCDR, BUF: c.BUF, TestWrite: c.TestWrite, CDRW: c.WriteCDRW,
	}, nil
}
