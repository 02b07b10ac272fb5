package tao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/mmc"
)

// Burn writes tracks to the disc in the drive and closes it: engine.Burn with
// track-at-once. opts may be nil.
func Burn(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Report, error) {
	return engine.Burn(ctx, d, tracks, opts, Method{})
}

// MakePlan asks the drive and the disc for what a plan needs, and makes it: engine.MakePlan
// with track-at-once. Nothing is written.
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Plan, error) {
	return engine.MakePlan(ctx, d, tracks, opts, Method{})
}

// CloseDisc closes a session that was left open: engine.CloseDisc with track-at-once.
// opts may be nil.
func CloseDisc(ctx context.Context, d *mmc.Drive, opts *burn.CloseOptions) (burn.Report, error) {
	return engine.CloseDisc(ctx, d, opts, Method{})
}
