package tao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
)

// Burn writes tracks to the disc in the drive and closes it: burn.Burn with
// track-at-once. opts may be nil.
func Burn(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Report, error) {
	return burn.Burn(ctx, d, tracks, opts, Method{})
}

// MakePlan asks the drive and the disc for what a plan needs, and makes it: burn.MakePlan
// with track-at-once. Nothing is written.
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options) (burn.Plan, error) {
	return burn.MakePlan(ctx, d, tracks, opts, Method{})
}

// CloseDisc closes a session that was left open: burn.CloseDisc with track-at-once.
// opts may be nil.
func CloseDisc(ctx context.Context, d *mmc.Drive, opts *burn.CloseOptions) (burn.Report, error) {
	return burn.CloseDisc(ctx, d, opts, Method{})
}
