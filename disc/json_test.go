package disc_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// A fact that the drive doesn't report is null in JSON, never a zero that looks like a
// value.
func TestFactsInJSON(t *testing.T) {
	d := disc.Disc{
		Status:   disc.Fact[mmc.DiscStatus]{Err: errors.New("no answer")},
		Sessions: disc.Fact[int]{Value: 2, Origin: disc.Contradicted, Err: disc.ErrNotAsked},
		ATIP: disc.Fact[mmc.ATIP]{Origin: disc.Reported, Value: mmc.ATIP{
			LeadIn: toc.MSF{M: 97, S: 26, F: 66}, LastLeadOut: toc.MSF{M: 79, S: 59, F: 71},
		}},
		Tracks: []disc.Track{{Number: 1, State: disc.TrackDamaged, Origin: disc.Reported}},
	}
	data, err := json.Marshal(d)
	require.NoError(t, err)
	for _, want := range []string{
		`"status":{"value":null,"origin":"unknown","why":"no answer"}`,
		`"sessions":{"value":2,"origin":"contradicted","why":"the drive was not asked"}`,
		`"lead_in":"97:26:66","last_lead_out":"79:59:71"`,
		`"state":"damaged"`,
	} {
		assert.Contains(t, string(data), want)
	}
	var back disc.Disc
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, d.ATIP, back.ATIP)
	assert.Equal(t, d.Tracks, back.Tracks)
	assert.Equal(t, 2, back.Sessions.Value)
	assert.EqualError(t, back.Status.Err, "no answer")
	assert.False(t, back.Status.Known())

	require.Error(t, json.Unmarshal([]byte(`{"status":{"value":"burned","origin":"reported"}}`), &back))
	require.Error(t, json.Unmarshal([]byte(`{"status":{"value":"blank","origin":"guessed"}}`), &back))
}
