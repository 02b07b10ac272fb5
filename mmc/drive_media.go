package mmc

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/redbook-audio/redbook/scsi"
)

// MediaType tells the kind of disc that is in the drive (IDiscFormat2's
// CurrentPhysicalMediaType). No disc is MediaUnknown without an error; so is a drive
// that is still spinning up.
//
// Profile 0008h is looked into: many drives report a closed CD-R as CD-ROM. Disc
// information and ATIP then tell a recordable disc from a pressed one.
func (d *Drive) MediaType(ctx context.Context) (MediaType, error) {
	profile, err := d.profile(ctx)
	if err != nil {
		return MediaUnknown, err
	}
	switch {
	case profile == ProfileCDROM:
		return d.mediaByHints(ctx)
	case profile == profileUnknown:
		return d.mediaByHints(ctx)
	}
	return profile.MediaType(), nil
}

// profileUnknown stands for a drive without GET CONFIGURATION. The number is
// reserved.
const profileUnknown Profile = 0xFFFE

// profile asks for the current profile. It is in the header; the profile list behind it
// may be longer than what is asked for.
func (d *Drive) profile(ctx context.Context) (Profile, error) {
	b, err := GetConfiguration{RT: OneFeature, Alloc: 64}.fetch(ctx, d.t)
	switch {
	case err == nil && len(b) < 8:
		return ProfileNone, shortReply("configuration", len(b), 8)
	case err == nil:
		return Profile(binary.BigEndian.Uint16(b[6:])), nil
	case errors.Is(err, scsi.KeyIllegalRequest): // from before MMC-2
		return profileUnknown, nil
	}
	return ProfileNone, err
}

// mediaByHints tells CDs apart without profiles: only a CD-RW is erasable, only a
// recordable disc can be blank or appendable, and only a recordable one has an ATIP.
func (d *Drive) mediaByHints(ctx context.Context) (MediaType, error) {
	info, err := ReadDiscInformation{}.Do(ctx, d.t)
	switch {
	case errors.Is(err, scsi.KeyNotReady), errors.Is(err, scsi.FamilyMediumNotPresent):
		return MediaUnknown, nil
	case err == nil && info.Erasable:
		return MediaCDRW, nil
	case err == nil && info.Status < DiscFinalized:
		return MediaCDR, nil
	case err != nil && !refused(err):
		return MediaUnknown, err
	}
	atip, err := ReadATIP{}.Do(ctx, d.t)
	switch {
	case err == nil && atip.Plausible() && atip.Rewritable:
		return MediaCDRW, nil
	case err == nil && atip.Plausible():
		return MediaCDR, nil
	case err != nil && !refused(err) && !errors.Is(err, scsi.KeyMediumError):
		return MediaUnknown, err
	}
	return MediaCDROM, nil
}

// refused reports whether the drive said that it can't or won't do this: the
// answer to a question, not a failure.
func refused(err error) bool { return errors.Is(err, scsi.KeyIllegalRequest) }

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
	conf, err := GetConfiguration{RT: OneFeature, Start: FeatureCDTrackAtOnce}.Do(ctx, d.t)
	if err != nil && !refused(err) {
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
