package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// cdText is G17: Sony's example packs 88h, 89h and 8Fh, from libburn's documentation.
const cdText = `00 A4 00 00 |
	88 00 23 00 01 0E 00 3F 02 12 00 00 00 00 00 00 12 00 |
	88 01 24 00 00 02 00 04 0B 19 08 02 32 0B 2F 3E 67 2D |
	88 0D 27 00 35 18 19 39 03 19 00 00 00 00 00 00 EA AF |
	89 01 28 00 01 04 00 00 00 00 02 29 30 02 34 3A F3 0C |
	89 06 29 00 02 04 00 00 00 00 17 0E 19 17 1D 3C 73 92 |
	89 0D 2B 00 04 04 00 00 00 00 37 0D 1A 37 1F 32 0B 62 |
	8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65 |
	8F 01 2B 00 00 00 00 00 00 00 06 03 2C 00 00 00 C0 20 |
	8F 02 2C 00 00 00 00 00 09 00 00 00 00 00 00 00 11 45`

func TestReadCDText(t *testing.T) {
	const first, all = "43 02 05 00 00 00 00 00 04 00", "43 02 05 00 00 00 00 00 A6 00"
	wantCDB(t, command.ReadCDText{}, first)
	got, err := command.ReadCDText{}.Do(t.Context(), play(t, in(first, cdText), in(all, cdText)))
	require.NoError(t, err)
	assert.Equal(t, unhex(cdText)[4:], got.Packs)
	_, notes := cdtext.Decode(got.Packs)
	assert.Empty(t, notes, "every CRC is right")
	mmctest.WantFailures(t, first, command.ReadCDText{}.Do)
	mmctest.WantPrefixes[command.CDText](t, unhex(cdText), command.CDText{})
}

func TestCDTextOddLength(t *testing.T) {
	b := unhex(cdText)
	b[1]--
	var c command.CDText
	require.NoError(t, c.UnmarshalBinary(b))
	assert.Equal(t, unhex(cdText)[4:4+8*18], c.Packs, "whole packs only")
}

func FuzzCDText(f *testing.F) { mmctest.FuzzReply[command.CDText](f, command.CDText{}, unhex(cdText)) }
