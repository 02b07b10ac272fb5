package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// limited is a transport with limits.
type limited struct{ bare }

func (limited) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: 2352, Alignment: 16} }

// A witness has the limits of its transport: a WRITE that is longer would not be sent.
func TestWitnessHasTheLimitsOfItsTransport(t *testing.T) {
	require.Equal(t, limited{}.Limits(), newWitness(limited{}).Limits())
}
