package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// pmaAaru: the PMA of Aaru issue 469, one track from 00:02:00 to 00:25:35.
const pmaAaru = "00 0D 00 00 | 00 14 00 01 00 19 23 00 00 02 00"

func TestReadPMA(t *testing.T) {
	const first, all = "43 02 03 00 00 00 00 00 04 00", "43 02 03 00 00 00 00 00 10 00"
	wantCDB(t, mmc.ReadPMA{}, first)
	got, err := mmc.ReadPMA{}.Do(t.Context(), play(t, in(first, pmaAaru), in(all, pmaAaru)))
	require.NoError(t, err)
	assert.Equal(t, []mmc.QEntry{{
		ADR: 1, Control: toc.DataTrack, Point: 1,
		Time: toc.MSF{S: 25, F: 35}, P: toc.MSF{S: 2},
	}}, got.Entries)
	wantFailures(t, first, mmc.ReadPMA{}.Do)
	wantPrefixes[mmc.PMA](t, unhex(pmaAaru), mmc.PMA{})
}

// A blank disc has a header and nothing else; there is no second step.
func TestReadPMABlank(t *testing.T) {
	got, err := mmc.ReadPMA{}.Do(t.Context(), play(t, in("43 02 03 00 00 00 00 00 04 00", "00 02 00 00")))
	require.NoError(t, err)
	assert.Empty(t, got.Entries)
}

func FuzzPMA(f *testing.F) { fuzzReply[mmc.PMA](f, mmc.PMA{}, unhex(pmaAaru)) }
