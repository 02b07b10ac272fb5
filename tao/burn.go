package tao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
)

// Burn writes tracks to the disc in the drive and closes it. opts may be nil.
//
// Burn reads every source once to its end before it sends anything to the drive, and checks
// that drive and disc are suitable before the laser starts. The Report describes what is on
// the disc afterwards, even with an error. The error is nil only if everything was written,
// closed as requested and confirmed; otherwise see burn.Category. Ending ctx cancels the
// burn: the track is ended properly, the session stays open (Options.CloseOnCancel closes
// it), and the error matches both burn.ErrCanceled and context.Canceled.
//
// A drive has one job at a time: while another job of this program uses it, the error
// matches burn.ErrLocked. Several drives may burn at the same time.
func Burn(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Report, error) {
	return engine.Burn(ctx, d, tracks, opts, trackatonce.Method())
}

// MakePlan inspects the drive and the disc and plans a burn. It writes nothing and doesn't
// read the sources.
//
// It rejects a burn that can't work. The error matches burn.ErrNoTracks, burn.ErrStream (with
// burn.ErrEmptySource and burn.ErrNotCDDA), burn.ErrInvalidISRC, burn.ErrInvalidMCN,
// burn.ErrTrackLimit, burn.ErrNoSpace (*burn.FitError), burn.ErrMediaNotBlank,
// burn.ErrFinalized, burn.ErrCutShort, burn.ErrTrackOpen, burn.ErrMediaNotSupported,
// burn.ErrNoTAO or burn.ErrClientName, or is the drive's.
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Plan, error) {
	return engine.MakePlan(ctx, d, tracks, opts, trackatonce.Method())
}

// CloseDisc closes a session that was left open, so that CD players can play the disc. It
// first finishes incomplete tracks, for example after a power failure, as far as the
// drive can. opts may be nil.
//
// The error matches burn.ErrNothingToClose if the disc has no open session, and
// burn.ErrTrackOpen if a track can't be finished and keeps the session open.
func CloseDisc(ctx context.Context, d *mmc.Drive, opts *burn.CloseOptions) (burn.Report, error) {
	return engine.CloseDisc(ctx, d, opts, trackatonce.Method())
}

// Resume finishes an album whose burn was interrupted. It compares samples of the tracks on
// the disc with their sources, ends torn tracks, burns what is missing, closes the disc, and
// verifies the whole album, including the earlier tracks. tracks are those of the whole
// album, as passed to Burn; Report.Tracks has a row for each. was is the record that package
// journal stores. opts.TestWrite and opts.Append are ignored.
//
// The error matches burn.ErrSourceChanged (*burn.ChangedError) if a source has changed,
// burn.ErrOtherDisc (*burn.OtherDiscError) if the disc isn't that of the burn,
// burn.ErrNotResumable or burn.ErrFinalized (*burn.RemainsError) if nothing can be added to
// the disc, and otherwise the same as for Burn. If the album is already complete, Resume
// only verifies it.
func Resume(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, was *burn.Interrupted) (burn.Report, error) {
	return engine.Resume(ctx, d, tracks, opts, was, trackatonce.Method())
}

// MakeResumePlan inspects the disc and plans what Resume would do. It writes nothing and
// doesn't read the sources. The errors are those of Resume.
func MakeResumePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, was *burn.Interrupted) (burn.ResumePlan, error) {
	return engine.MakeResumePlan(ctx, d, tracks, opts, was, trackatonce.Method())
}

// Verify compares the audio tracks of the disc with the given tracks, in order, however
// they were recorded. opts may be nil. The error matches burn.ErrVerify if anything
// differs; Report.Verified describes the difference, and the rows of Report.Tracks what
// the disc shows of each track.
func Verify(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.VerifyOptions) (burn.Report, error) {
	return engine.Verify(ctx, d, tracks, opts)
}

// Blank erases a CD-RW (IDiscFormat2Erase), however it was recorded. mmc.BlankMinimal
// erases the tables in a minute or two; mmc.BlankDisc erases everything and takes as long
// as writing the disc. Few drives support the other types. The state of the disc afterwards
// decides the result, not the drive's reply to BLANK. opts may be nil.
//
// Blank can't be canceled once the laser is on. The error matches burn.ErrNotErasable if
// the disc is not a CD-RW, burn.ErrEraseFailed if it isn't blank afterwards, and
// burn.ErrUnconfirmed if the drive doesn't report the outcome. The Report describes the
// disc before and after.
func Blank(ctx context.Context, d *mmc.Drive, opts *burn.BlankOptions) (burn.Report, error) {
	return engine.Blank(ctx, d, opts)
}
