package command_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Only points 1 to 99 with ADR 1 are tracks, and only their addresses are checked.
func TestFullTOCPoints(t *testing.T) {
	entry := func(session, adrControl, point, p string) string {
		return session + " " + adrControl + " 00 " + point + " 00 00 00 00 " + p
	}
	leadOut := entry("01", "10", "A2", "03 23 07")
	full := func(entries string) []byte { return unhex("00 18 01 01 | " + leadOut + " | " + entries) }
	for _, tt := range []struct {
		name    string
		entries string
		tracks  int
		want    error
	}{
		{"track 1", entry("01", "10", "01", "00 02 00"), 1, nil},
		{"track 99", entry("01", "10", "63", "00 02 00"), 1, nil},
		{"point 0", entry("01", "10", "00", "FF FF FF"), 0, nil},
		{"point 100", entry("01", "10", "64", "FF FF FF"), 0, nil},
		{"ADR 5", entry("01", "50", "01", "FF FF FF"), 0, nil},
		{"point A0 of ADR 5", entry("01", "50", "A0", "00 00 00"), 0, nil},
		{"before the disc", entry("01", "10", "01", "00 00 00"), 1, nil},
		{"after the lead-out", entry("01", "10", "01", "03 23 08"), 0, exchange.ErrImplausible},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table, err := mmctest.Decode[command.FullTOC](t, full(tt.entries)).TOC()
			switch {
			case tt.want != nil:
				assert.ErrorIs(t, err, tt.want)
			case tt.tracks == 0:
				assert.ErrorContains(t, err, "no tracks or no lead-out")
			default:
				require.NoError(t, err)
				assert.Len(t, table.Entries, tt.tracks)
				assert.Equal(t, toc.LBA(15982), table.LeadOut)
			}
		})
	}
	for value, want := range map[string]error{"01": nil, "63": nil, "00": exchange.ErrImplausible, "64": exchange.ErrImplausible} {
		for _, point := range []string{"A0", "A1"} {
			var f command.FullTOC
			assert.ErrorIs(t, f.UnmarshalBinary(full(entry("01", "10", point, value+" 00 00"))), want)
		}
		var f command.FullTOC
		assert.ErrorIs(t, f.UnmarshalBinary(full(entry(value, "10", "01", "00 02 00"))), want)
	}
	for point, want := range map[string]error{"01": exchange.ErrImplausible, "63": exchange.ErrImplausible, "64": nil} {
		var f command.FullTOC
		assert.ErrorIs(t, f.UnmarshalBinary(full(entry("01", "10", point, "53 42 53"))), want)
	}
	for at := 2; at <= 3; at++ { // a list without sessions, and one too many
		var f command.FullTOC
		assert.NoError(t, f.UnmarshalBinary(withByte(fullTOCDone, at, 0)))
		assert.NoError(t, f.UnmarshalBinary(withByte(fullTOCDone, at, 99)))
	}
	var f command.FullTOC
	require.NoError(t, f.UnmarshalBinary(unhex("00 02 00 00")))
	assert.Empty(t, f.Entries)
}

// The PS bit is cleared in each page, even an empty one, and nothing else is.
func TestModeSelectClearsPS(t *testing.T) {
	for pages, want := range map[string]string{
		"85 02 FF FF 9A 00": "05 02 FF FF 1A 00",
		"85 00":             "05 00",
		"85":                "85",
		"":                  "",
	} {
		assert.Equal(t, unhex("00*8 "+want), command.ModeSelect10{Pages: unhex(pages)}.List(), pages)
	}
}

// The second command asks for as much as the header or the page itself announces.
func TestModeSense10Lengths(t *testing.T) {
	const first = "5A 00 05 00 00 00 00 00 1E 00"
	for name, tt := range map[string]struct{ reply, second string }{
		"by the page":                 {"00 1C 00*6 | 05 32 00*20", "00 3C"},
		"by the header":               {"00 50 00*6 | 05 32 00*20", "00 52"},
		"an odd length":               {"00 4F 00*6 | 05 32 00*20", "00 52"},
		"after a block descriptor":    {"00 1C 00*4 00 08 | 00*8 | 05 32 00*12", "00 44"},
		"a page that begins late":     {"00 1C 00*4 00 14 | 00*20 | 05 32", "00 50"},
		"cut in the page's head":      {"00 1C 00*4 00 15 | 00*21 | 05", ""},
		"descriptors without end":     {"00 1C 00*4 FF FF | 00*22", ""},
		"the longest":                 {"FF FF 00*6 | 05 32 00*20", "FF FE"},
		"shorter than what was sent":  {"00 10 00*6 | 01 0A 00*20", ""},
		"the exact length":            {"00 1C 00*6 | 05 14 00*20", ""},
		"one byte more than was sent": {"00 1C 00*6 | 05 15 00*20", "00 20"},
	} {
		t.Run(name, func(t *testing.T) {
			script := join(in(first, tt.reply))
			if tt.second != "" {
				script = append(script, in("5A 00 05 00 00 00 00 "+tt.second+" 00", tt.reply))
			}
			_, err := command.ModeSense10{Page: 5}.Do(t.Context(), play(t, script...))
			if err != nil {
				assert.ErrorIs(t, err, exchange.ErrShortReply)
			}
		})
	}
	// Less than a header: the length is unknown.
	_, err := command.ModeSense10{Page: 5}.Do(t.Context(), play(t, in(first, "00 FF 00 00 00 00 00")))
	assert.Equal(t, 8, needed(t, err))
	_, err = command.ModeSense10{Page: 5}.Do(t.Context(), play(t, in(first, "00 06 00 00 00 00 00 00")))
	assert.NoError(t, err)
}

// Pages in sub-page format have a length of two bytes.
func TestModeDataSubPages(t *testing.T) {
	for text, found := range map[string]bool{
		"58 01 00 00 | 1A 00":          true,
		"58 01 00 02 AA AA | 1A 00":    true,
		"58 01 01 00 | 00*256 | 1A 00": true,
		"58 01 00 | 1A 00":             false, // reads as a length of 1A00h
		"1A":                           false,
	} {
		page, ok := command.ModeData{Pages: unhex(text)}.Page(0x1A)
		assert.Equal(t, found, ok, text)
		if found {
			assert.Equal(t, unhex("1A 00"), page)
		}
	}
}

// One page in sub-page format that ends with its head.
func TestModeDataSubPageAtTheEnd(t *testing.T) {
	page, ok := command.ModeData{Pages: unhex("58 01 00 00")}.Page(0x58)
	assert.True(t, ok)
	assert.Len(t, page, 4)
	_, ok = command.ModeData{Pages: unhex("58 01 00")}.Page(0x58)
	assert.False(t, ok)
	for text, need := range map[string]int{"00 06 00 00 00 00 00 04": 12, "00 0A 00*5 04 00 00 00": 12, "00 00 00": 8} {
		var d command.ModeData
		assert.Equal(t, need, needed(t, d.UnmarshalBinary(unhex(text))))
	}
}

// The timeout of each command and its name in messages. A timeout that is too short
// makes the kernel reset the drive.
func TestNamesAndTimeouts(t *testing.T) {
	for _, tt := range []struct {
		command doer
		name    string
		want    time.Duration
	}{
		{command.TestUnitReady{}, "TEST UNIT READY", 40 * time.Second},
		{command.StartStopUnit{}, "START STOP UNIT", 300 * time.Second},
		{command.Write10{}, "WRITE(10)", 200 * time.Second},
		{command.ReserveTrack{}, "RESERVE TRACK", 200 * time.Second},
		{command.SendOPCInformation{}, "SEND OPC INFORMATION", 200 * time.Second},
		{command.SynchronizeCache{Immed: true}, "SYNCHRONIZE CACHE", 200 * time.Second},
		{command.SynchronizeCache{}, "SYNCHRONIZE CACHE", time.Hour},
		{command.RepairTrack{}, "REPAIR TRACK", time.Hour},
		{command.CloseTrackSession{Function: command.CloseTrack, Immed: true}, "CLOSE TRACK", 200 * time.Second},
		{command.CloseTrackSession{Function: command.CloseTrack}, "CLOSE TRACK", time.Hour},
		{command.CloseTrackSession{Function: command.CloseSession, Immed: true}, "CLOSE SESSION", 200 * time.Second},
		{command.CloseTrackSession{Function: command.CloseSession}, "CLOSE SESSION", time.Hour},
		{command.Blank{Immed: true}, "BLANK", 200 * time.Second},
		{command.Blank{}, "BLANK", 5 * time.Hour},
	} {
		tr := scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			assert.Equal(t, tt.name, req.Name)
			assert.Equal(t, tt.want, req.Timeout, tt.name)
			return scsi.Result{N: len(req.Data)}, nil
		})
		assert.NoError(t, tt.command.Do(t.Context(), tr))
	}
}

// READ TOC and its relatives: the header, then as much as it announces.
func TestTOCFetchLengths(t *testing.T) {
	const first = "43 02 02 00 00 00 00 00 04 00"
	ask := func(script ...scsitest.Exchange) error {
		_, err := command.ReadFullTOC{}.Do(t.Context(), play(t, script...))
		return err
	}
	assert.NoError(t, ask(in(first, "00 02 01 01")), "nothing but a header")
	assert.NoError(t, ask(in(first, "00 00 01 01")))
	assert.ErrorIs(t, ask(in(first, "00 03 01 01"), in("43 02 02 00 00 00 00 00 06 00", "00 03 01 01 00")), exchange.ErrShortReply)
	assert.ErrorIs(t, ask(in(first, "FF FF 01 01"), in("43 02 02 00 00 00 00 FF FE 00", "FF FF 01 01")), exchange.ErrShortReply)
	assert.Equal(t, 4, needed(t, ask(in(first, "00 02 01"))))
	// Bytes after the announced length are not read.
	assert.NoError(t, ask(in(first, "00 0D 01 01"),
		in("43 02 02 00 00 00 00 00 10 00", "00 0D 01 01 | 01 10 00 01 00 00 00 00 00 02 00 | FF")))
}

// A bridge may claim to have sent more than fits, or a negative number of bytes.
func TestTransferCounts(t *testing.T) {
	for claim, want := range map[int]error{-1: exchange.ErrShortReply, 0: exchange.ErrShortReply, 11: exchange.ErrShortReply, 12: nil, 13: nil, 1 << 20: nil} {
		tr := scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			copy(req.Data, unhex(bufferR8))
			return scsi.Result{N: claim}, nil
		})
		_, err := command.ReadBufferCapacity{}.Do(t.Context(), tr)
		assert.ErrorIs(t, err, want, "%d bytes", claim)
	}
	// Without data nothing is transferred, in either direction.
	tr := scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		assert.Equal(t, len(req.Data) == 0, req.Dir == scsi.NoData)
		return scsi.Result{N: len(req.Data)}, nil
	})
	for _, n := range []int{0, 1} {
		require.NoError(t, command.Write10{Data: make([]byte, n)}.Do(t.Context(), tr))
		got, err := command.ReadCD{Data: make([]byte, n)}.Do(t.Context(), tr)
		require.NoError(t, err)
		assert.Equal(t, n, got)
	}
}
