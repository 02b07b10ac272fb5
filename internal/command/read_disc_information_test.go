package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

func TestReadDiscInformationBlank(t *testing.T) {
	wantCDB(t, command.ReadDiscInformation{}, discInformationCDB)
	got, err := command.ReadDiscInformation{}.Do(t.Context(), play(t, in(discInformationCDB, discBlank)))
	require.NoError(t, err)
	assert.Equal(t, command.DiscInformation{
		Status: mmc.DiscEmpty, LastSession: mmc.SessionEmpty,
		FirstTrack: 1, Sessions: 1, FirstTrackLastSession: 1, LastTrackLastSession: 1,
		LastLeadIn: toc.MSF{M: 97, S: 26, F: 66}, LastLeadInValid: true,
		LastLeadOut: toc.MSF{M: 79, S: 59, F: 71}, LastLeadOutValid: true,
	}, got)
	// G6: last start of lead-in -11634, of lead-out 359846.
	assert.Equal(t, toc.LBA(-11634), got.LastLeadIn.LBA())
	assert.Equal(t, toc.LBA(359846), got.LastLeadOut.LBA())
	mmctest.WantFailures(t, discInformationCDB, command.ReadDiscInformation{}.Do)
}

func TestReadDiscInformationStates(t *testing.T) {
	closed := mmctest.Decode[command.DiscInformation](t, unhex(discClosed))
	assert.Equal(t, mmc.DiscFinalized, closed.Status)
	assert.Equal(t, mmc.SessionComplete, closed.LastSession)
	assert.False(t, closed.LastLeadInValid || closed.LastLeadOutValid, "FF FF FF FF is not an address")

	open := mmctest.Decode[command.DiscInformation](t, unhex(discAppendable))
	assert.Equal(t, mmc.DiscIncomplete, open.Status)
	assert.Equal(t, mmc.SessionEmpty, open.LastSession)
	assert.Equal(t, 3, open.Sessions)
	assert.Equal(t, 3, open.FirstTrackLastSession)

	b := unhex(discAppendable)
	var words []string
	for code := range byte(4) {
		b[2] = code | code<<2
		info := mmctest.Decode[command.DiscInformation](t, b)
		words = append(words, string(info.Status), string(info.LastSession))
		assert.Equal(t, code < 2, info.Writable())
	}
	assert.Equal(t, []string{"blank", "empty", "appendable", "incomplete", "finalized", "damaged", "other", "complete"}, words)
}

// All fields at once, by the byte table of MMC-5.
func TestReadDiscInformationAllFields(t *testing.T) {
	const all = "00 20 1D 01 02 03 04 F0 10 00 00 00 12 34 56 78 00 0A 0B 0C 00 4F 3B 47 41 42 43 44 45 46 47 48 2A 02"
	assert.Equal(t, command.DiscInformation{
		Status: mmc.DiscIncomplete, LastSession: mmc.SessionComplete, Erasable: true,
		FirstTrack: 1, Sessions: 2, FirstTrackLastSession: 3, LastTrackLastSession: 4,
		LastLeadIn: toc.MSF{M: 10, S: 11, F: 12}, LastLeadInValid: true,
		LastLeadOut: toc.MSF{M: 79, S: 59, F: 71}, LastLeadOutValid: true,
	}, mmctest.Decode[command.DiscInformation](t, unhex(all)))
}

func TestReadDiscInformationPrefixes(t *testing.T) {
	for _, golden := range []string{discBlank, discClosed, discXA, discAppendable} {
		mmctest.WantPrefixes[command.DiscInformation](t, unhex(golden), command.DiscInformation{})
	}
}

func FuzzDiscInformation(f *testing.F) {
	mmctest.FuzzReply[command.DiscInformation](f, command.DiscInformation{}, unhex(discBlank), unhex(discClosed), unhex(discAppendable))
}
