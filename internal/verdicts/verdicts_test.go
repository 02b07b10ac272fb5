package verdicts

import (
	"slices"
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/stretchr/testify/assert"
)

// All tables name existing personalities, and every verdict but success has a reason.
func TestTables(t *testing.T) {
	var names []string
	for _, p := range sim.Personalities() {
		names = append(names, p.Name)
	}
	for name, e := range table {
		assert.Contains(t, names, name)
		for _, v := range []Verdict{e.Plain, e.Reserve, e.Rewritable, e.AtOnce} {
			assert.True(t, slices.Contains([]Verdict{Success, Failed, Unconfirmed, VerifyFailed, Refused}, v), name)
		}
		assert.NotEmpty(t, e.Note, name)
		assert.Equal(t, []Verdict{e.Plain, e.Reserve, e.Rewritable}, []Verdict{e.On(false, false), e.On(false, true), e.On(true, true)}, name)
	}
	for name, why := range pendingRead {
		assert.Contains(t, names, name)
		assert.NotEmpty(t, why, name)
	}
	assert.Equal(t, Success, Of("modern").On(true, true))
}
