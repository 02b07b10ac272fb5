package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

const (
	// fullTOCXA is G31: one XA track, lead-out 01:47:61.
	fullTOCXA = `00 2E 01 01 | 01 14 00 A0 00 00 00 00 01 20 00 | 01 14 00 A1 00 00 00 00 01 00 00 |
		01 14 00 A2 00 00 00 00 01 2F 3D | 01 14 00 01 00 00 00 00 00 02 00`
	// fullTOCOpen: one audio track of 15980 sectors (G7), lead-out 15982 = 03:35:07,
	// closed so that another session may follow: B0 is 15982 + 11250 = 06:05:07.
	fullTOCOpen = `00 44 01 01 | 01 10 00 A0 00 00 00 00 01 00 00 | 01 10 00 A1 00 00 00 00 01 00 00 |
		01 10 00 A2 00 00 00 00 03 23 07 | 01 10 00 01 00 00 00 00 00 02 00 |
		01 50 00 B0 06 05 07 02 4F 3B 47 | 01 50 00 C0 D0 00 98 00 61 1A 42`
)

func TestReadFullTOC(t *testing.T) {
	const first, all = "43 02 02 00 00 00 00 00 04 00", "43 02 02 00 00 00 00 00 30 00"
	wantCDB(t, command.ReadFullTOC{}, first)
	wantCDB(t, command.ReadFullTOC{Session: 2}, "43 02 02 00 00 00 02 00 04 00")
	got, err := command.ReadFullTOC{}.Do(t.Context(), play(t, in(first, fullTOCXA), in(all, fullTOCXA)))
	require.NoError(t, err)
	assert.Len(t, got.Entries, 4)
	table, err := got.TOC()
	require.NoError(t, err)
	assert.Equal(t, toc.TOC{First: 1, Last: 1, LeadOut: toc.MSF{M: 1, S: 47, F: 61}.LBA(),
		Entries: []toc.Entry{{Number: 1, Session: 1, Control: toc.DataTrack, Start: 0}}}, table)
	mmctest.WantFailures(t, first, command.ReadFullTOC{}.Do)
	mmctest.WantPrefixes[command.FullTOC](t, unhex(fullTOCXA), command.FullTOC{})
}

func TestFullTOCLeadOut(t *testing.T) {
	got := mmctest.Decode[command.FullTOC](t, unhex(fullTOCOpen))
	assert.Len(t, got.Entries, 6, "B0 and C0 are kept unchanged")
	leadOut, ok := got.LeadOut(1)
	assert.True(t, ok)
	assert.Equal(t, toc.LBA(15982), leadOut)
	_, ok = got.LeadOut(2)
	assert.False(t, ok)
}

func TestFullTOCWithoutLeadOut(t *testing.T) {
	b := unhex(fullTOCXA)
	b[4+2*11+3] = 0xA3
	_, err := mmctest.Decode[command.FullTOC](t, b).TOC()
	assert.ErrorContains(t, err, "no lead-out of session 1")
}

// A length that is not a multiple of a descriptor means lost bytes.
func TestFullTOCOddLength(t *testing.T) {
	b := unhex(fullTOCXA)
	var f command.FullTOC
	for length, need := range map[byte]int{0x2D: 48, 0x24: 48, 0x22: 37, 0x03: 15} {
		b[1] = length
		assert.Equal(t, need, needed(t, f.UnmarshalBinary(b)), "%02X", length)
	}
}

func FuzzFullTOC(f *testing.F) {
	mmctest.FuzzReply[command.FullTOC](f, command.FullTOC{}, unhex(fullTOCXA), unhex(fullTOCOpen))
}

func FuzzFullTOCToTOC(f *testing.F) {
	f.Add(unhex(fullTOCOpen))
	f.Fuzz(func(t *testing.T, b []byte) {
		var full command.FullTOC
		if full.UnmarshalBinary(b) != nil {
			return
		}
		if table, err := full.TOC(); err == nil && len(table.Entries) == 0 {
			t.Fatal("a table without tracks")
		}
	})
}
