package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

const (
	discInformationCDB = "51 00 00 00 00 00 00 00 22 00"
	// Constructed for a blank CMC 97:26/66 - 79:59/71 CD-R with the values of G6.
	discBlank = "00 20 00 01 01 01 01 00 FF 00 00 00 00 00 00 00 00 61 1A 42 00 4F 3B 47 00*10"
	// The same disc closed with one track.
	discClosed = "00 20 0E 01 01 01 01 00 00 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00*10"
	// G31: a finalized XA disc, from public device-class firmware.
	discXA = "00 20 0E 01 01 01 01 00 20 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00*10"
	// udisks issue 836: a CD-R with two closed sessions and an empty third one.
	discAppendable = "00 20 01 01 03 03 03 00 00 00 00 00 00 00 00 00 00 05 19 4B 00 4F 3B 47 00*10"
)

func TestReadDiscInformationBlank(t *testing.T) {
	wantCDB(t, mmc.ReadDiscInformation{}, discInformationCDB)
	got, err := mmc.ReadDiscInformation{}.Do(t.Context(), play(t, in(discInformationCDB, discBlank)))
	require.NoError(t, err)
	assert.Equal(t, mmc.DiscInformation{
		Status: mmc.DiscEmpty, LastSession: mmc.SessionEmpty,
		FirstTrack: 1, Sessions: 1, FirstTrackLastSession: 1, LastTrackLastSession: 1,
		LastLeadIn: toc.MSF{M: 97, S: 26, F: 66}, LastLeadInValid: true,
		LastLeadOut: toc.MSF{M: 79, S: 59, F: 71}, LastLeadOutValid: true,
	}, got)
	// G6: last start of lead-in -11634, of lead-out 359846.
	assert.Equal(t, toc.LBA(-11634), got.LastLeadIn.LBA())
	assert.Equal(t, toc.LBA(359846), got.LastLeadOut.LBA())
	wantFailures(t, discInformationCDB, mmc.ReadDiscInformation{}.Do)
}

func TestReadDiscInformationStates(t *testing.T) {
	closed := decode[mmc.DiscInformation](t, unhex(discClosed))
	assert.Equal(t, mmc.DiscFinalized, closed.Status)
	assert.Equal(t, mmc.SessionComplete, closed.LastSession)
	assert.False(t, closed.LastLeadInValid || closed.LastLeadOutValid, "FF FF FF FF is not an address")

	open := decode[mmc.DiscInformation](t, unhex(discAppendable))
	assert.Equal(t, mmc.DiscIncomplete, open.Status)
	assert.Equal(t, mmc.SessionEmpty, open.LastSession)
	assert.Equal(t, 3, open.Sessions)
	assert.Equal(t, 3, open.FirstTrackLastSession)

	var words []string
	for s := range mmc.DiscStatus(4) {
		words = append(words, s.String(), mmc.SessionStatus(s).String())
	}
	assert.Equal(t, []string{"blank", "empty", "appendable", "incomplete", "finalized", "damaged", "other", "complete"}, words)
}

// All fields at once, by the byte table of MMC-5.
func TestReadDiscInformationAllFields(t *testing.T) {
	const all = "00 20 1D 01 02 03 04 F0 10 00 00 00 12 34 56 78 00 0A 0B 0C 00 4F 3B 47 41 42 43 44 45 46 47 48 2A 02"
	assert.Equal(t, mmc.DiscInformation{
		Status: mmc.DiscIncomplete, LastSession: mmc.SessionComplete, Erasable: true,
		FirstTrack: 1, Sessions: 2, FirstTrackLastSession: 3, LastTrackLastSession: 4,
		LastLeadIn: toc.MSF{M: 10, S: 11, F: 12}, LastLeadInValid: true,
		LastLeadOut: toc.MSF{M: 79, S: 59, F: 71}, LastLeadOutValid: true,
	}, decode[mmc.DiscInformation](t, unhex(all)))
}

func TestReadDiscInformationPrefixes(t *testing.T) {
	for _, golden := range []string{discBlank, discClosed, discXA, discAppendable} {
		wantPrefixes[mmc.DiscInformation](t, unhex(golden), mmc.DiscInformation{})
	}
}

func FuzzDiscInformation(f *testing.F) {
	fuzzReply[mmc.DiscInformation](f, mmc.DiscInformation{}, unhex(discBlank), unhex(discClosed), unhex(discAppendable))
}
