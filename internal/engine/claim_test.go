package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// bare is a transport that isn't comparable.
type bare struct{ list []int }

func (bare) Do(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{}, nil }
func (bare) Limits() scsi.Limits                                    { return scsi.Limits{} }
func (bare) Close() error                                           { return nil }

// A drive has one job at a time. This isn't checked for transports that aren't comparable.
func TestClaims(t *testing.T) {
	drive := &bare{list: []int{1}}
	release, err := claim(newWitness(drive), "one")
	require.NoError(t, err)
	_, err = claim(scsitest.NewRecorder(drive), "two")
	var locked *scsi.LockedError
	require.ErrorAs(t, err, &locked)
	require.Equal(t, "one", locked.Owner)
	releaseClaim, err := claim(&bare{list: []int{2}}, "another drive")
	require.NoError(t, err)
	require.NoError(t, releaseClaim())
	require.NoError(t, release())
	release, err = claim(drive, "two")
	require.NoError(t, err)
	require.NoError(t, release())
	for range 2 {
		releaseClaim, err := claim(scsitest.NewFaults(bare{}), "incomparable")
		require.NoError(t, err)
		defer func() { require.NoError(t, releaseClaim()) }()
	}
}
