package sao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/mmc"
)

// ErrSessionOpen reports a disc whose session was started track-at-once and must be closed
// (tao.CloseDisc) before another can be written session-at-once. It matches burn.ErrNoSAO too.
var ErrSessionOpen = sessionatonce.ErrSessionOpen

// Text is the CD-TEXT of a burn; the zero value means none.
type Text struct {
	// Packs is the CD-TEXT as returned by cdtext.Encode; empty for none. Only the first
	// session of a disc can have CD-TEXT.
	Packs []byte
	// Required makes a drive that can't write CD-TEXT an error (burn.ErrNoText) before
	// anything is written. Otherwise the disc is written without CD-TEXT.
	Required bool
}

// Burn writes tracks to the disc in the drive, without gaps except for their pauses, and
// closes it. opts may be nil.
//
// Burn reads every source once to its end before it sends anything to the drive, and checks
// that drive and disc are suitable before the laser starts. The Report describes what is on
// the disc afterwards, even with an error. The error is nil only if everything was written
// and confirmed; otherwise see burn.Category. It matches burn.ErrNoSAO if the drive can't
// write session-at-once or refused every form of the cue sheet; nothing was written then.
// Ending ctx cancels the burn: the error matches both burn.ErrCanceled and context.Canceled,
// and what was written can't be read.
//
// A drive has one job at a time: while another job of this program uses it, the error
// matches burn.ErrLocked. Several drives may burn at the same time.
func Burn(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, text Text) (burn.Report, error) {
	return engine.Burn(ctx, d, tracks, opts, sessionatonce.Method(text.Packs, text.Required))
}

// MakePlan inspects the drive and the disc and plans a burn. It writes nothing and doesn't
// read the sources. The errors are those of tao.MakePlan, burn.ErrNoSAO, burn.ErrNoText,
// ErrSessionOpen, burn.ErrNoFeature for Options.NoClose, and burn.ErrBadInput for a session
// that no disc can hold or Packs of a length that CD-TEXT can't have (cdtext.ErrInvalid).
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, text Text) (burn.Plan, error) {
	return engine.MakePlan(ctx, d, tracks, opts, sessionatonce.Method(text.Packs, text.Required))
}

// Resume verifies an album whose burn was interrupted after everything had been written.
// A session that was cut short can't be finished: the error then matches
// burn.ErrNotResumable (*burn.RemainsError). Other errors are those of tao.Resume.
func Resume(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, was *burn.Interrupted) (burn.Report, error) {
	return engine.Resume(ctx, d, tracks, opts, was, sessionatonce.Method(nil, false))
}

// Verify compares the audio tracks of the disc with the given tracks, in order, however
// they were recorded: it is the same as tao.Verify.
func Verify(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.VerifyOptions) (burn.Report, error) {
	return engine.Verify(ctx, d, tracks, opts)
}
