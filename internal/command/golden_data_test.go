package command_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// fullTOCDone: one audio track of 15980 sectors (G7), finalized.
const fullTOCDone = `00 2E 01 01 | 01 10 00 A0 00 00 00 00 01 00 00 | 01 10 00 A1 00 00 00 00 01 00 00 |
	01 10 00 A2 00 00 00 00 03 23 07 | 01 10 00 01 00 00 00 00 00 02 00`

// goldenReplies are the replies of docs/internals/golden.md, "Replies from field logs", and the
// older ones that decode without context.
func goldenReplies() []golden {
	return joined(goldenATIP(), goldenBuffers(), goldenConfigurations(), goldenPages(), []golden{
		{"Optiarc AD-7200S, GET PERFORMANCE", performanceOptiarc, performanceReply, command.Performance{
			Speeds: []mmc.WriteSpeed{
				{KBps: 8467}, {KBps: 7056}, {KBps: 5645}, {KBps: 4234}, {KBps: 2822}, {KBps: 1411},
			}}},
		{"GSA-T20N, GET PERFORMANCE (G20)", performanceLG, performanceReply, nil},
		{"blank CD-R", discBlank, discReply, nil},
		{"PX-716A, CD-R after a SAO burn", discClosed, discReply, command.DiscInformation{
			Status: mmc.DiscFinalized, LastSession: mmc.SessionComplete,
			FirstTrack: 1, Sessions: 1, FirstTrackLastSession: 1, LastTrackLastSession: 1}},
		{"PX-716A, CD-RW after a SAO burn", strings.Replace(discClosed, "0E", "1E", 1), discReply, command.DiscInformation{
			Status: mmc.DiscFinalized, LastSession: mmc.SessionComplete, Erasable: true,
			FirstTrack: 1, Sessions: 1, FirstTrackLastSession: 1, LastTrackLastSession: 1}},
		{"U836, appendable", discAppendable, discReply, nil},
		{"blank, next track", trackBlank, trackReply, nil},
		{"packet track (G27)", trackPacket, trackReply, nil},
		{"U836, session 1", trackU836(1, 1, "0F 00", "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 60"), trackReply,
			command.TrackInformation{Len: 36, Track: 1, Session: 1, FreeValid: true, Size: 608, SizeValid: true}},
		{"U836, session 2", trackU836(2, 2, "0F 00", "00 00 2E EA 00 00 00 00 00 00 00 00 00 00 00 00 00 00 17 00"), trackReply,
			command.TrackInformation{Len: 36, Track: 2, Session: 2, Start: 12010, FreeValid: true, Size: 5888, SizeValid: true}},
		{"U836, session 3", trackU836(3, 3, "4F 01", "00 00 60 E0 00 00 60 E0 00 05 1C C5 00 00 00 00 00 05 1C C5"), trackReply,
			command.TrackInformation{Len: 36, Track: 3, Session: 3, Blank: true, Start: 24800, NWA: 24800, NWAValid: true,
				Free: 335045, FreeValid: true, Size: 335045, SizeValid: true}},
		{"XA track (G31)", fullTOCXA, fullTOCReply, nil},
		{"D43, full TOC", fullTOCD43, fullTOCReply, nil},
		{"CD-TEXT (G17)", cdText, textReply, nil},
		{"MCN", mcnReply, mcnKind, nil},
		{"ISRC", isrcReply, isrcKind, nil},
	})
}

func joined(lists ...[]golden) (all []golden) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// trackU836 is the disc of udisks issue 836, encoded by hand.
func trackU836(track, session byte, state, fields string) string {
	digits := func(n byte) string { return string("0123456789"[n]) }
	return "00 22 0" + digits(track) + " 0" + digits(session) + " 00 00 " + state + " " + fields + " 00*8"
}

// fullTOCD43 is DiscImageCreator issue 43: CD-R 97:24:01 - 74:43:01, XA, lead-out
// 08:43:13, B0 11:13:13.
const fullTOCD43 = `00 44 01 01 | 01 14 00 A0 00 00 00 00 01 20 00 | 01 14 00 A1 00 00 00 00 01 00 00 |
	01 14 00 A2 00 00 00 00 08 2B 0D | 01 14 00 01 00 00 00 00 00 02 00 |
	01 54 00 B0 0B 0D 0D 02 4A 2B 01 | 01 54 00 C0 80 80 00 00 61 18 01`

// performanceOptiarc is an Optiarc AD-7200S 1.01: the speeds of its log, encoded by
// hand.
const performanceOptiarc = "00 00 00 64 00 00 00 00 | 00*12 00 00 21 13 | 00*12 00 00 1B 90 | 00*12 00 00 16 0D |" +
	"00*12 00 00 10 8A | 00*12 00 00 0B 06 | 00*12 00 00 05 83"

// goldenATIP: the invalid fields hold 00, FF or 80, depending on the drive.
func goldenATIP() []golden {
	disc := func(m, s, f, lastF uint8) mmc.ATIP {
		return mmc.ATIP{LeadIn: toc.MSF{M: m, S: s, F: f}, LastLeadOut: toc.MSF{M: 79, S: 59, F: lastF}}
	}
	of := func(a mmc.ATIP, subType byte) mmc.ATIP { a.SubType = subType; return a }
	rw := disc(97, 22, 60, 74)
	rw.Rewritable, rw.SubType = true, 1
	rw2 := rw
	rw2.LeadIn = toc.MSF{M: 97, S: 32, F: 10}
	return []golden{
		{"CMC 97:26/66, UJ-846S", "00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00 00*12", atipReply, plausible(of(disc(97, 26, 66, 71), 3))},
		{"CMC 97:26/66, DVR-212D", "00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00 FF FF FF 00 FF FF FF 00 FF FF FF 00",
			atipReply, plausible(of(disc(97, 26, 66, 71), 3))},
		{"MBI 97:17/06, ND-6500A", "00 1A 00 00 D0 00 A0 00 61 11 06 00 4F 3B 4A 00 00 00 80 00 00 00 00 00 00 00 00 00",
			atipReply, plausible(of(disc(97, 17, 6, 74), 4))},
		{"Sony 97:24/16, DRW-24B5ST", "00 1A 00 00 D0 00 A0 00 61 18 10 00 4F 3B 4A 00 00 00 80 00 00 80 00 00 00 80 80 00",
			atipReply, plausible(of(disc(97, 24, 16, 74), 4))},
		{"Daxon 97:22/60 CD-RW, GH22NS40", "00 1A 00 00 B3 00 CE 00 61 16 3C 00 4F 3B 4A 00 24 1A D8 00 26 B2 4A 00 00 00 00 00",
			atipReply, plausible(rw)},
		{"Prodisc 97:32/10 CD-RW, UJ-850S", "00 1A 00 00 B3 00 CE 00 61 20 0A 00 4F 3B 4A 00 24 1A D8 00 26 B2 4A 00 00 00 00 00",
			atipReply, plausible(rw2)},
	}
}

// plausible checks for a possible ATIP with these fields.
func plausible(want mmc.ATIP) func(*testing.T, any) {
	return func(t *testing.T, got any) {
		t.Helper()
		atip, ok := got.(command.ATIP)
		assert.True(t, ok && atip.Plausible())
		assert.Equal(t, want, atip.ATIP)
	}
}

// goldenBuffers are empty buffers of drives without a recordable disc: multiples of
// 2048, of 2352, or of neither.
func goldenBuffers() []golden {
	empty := func(n uint32) command.BufferCapacity { return command.BufferCapacity{Size: n, Free: n} }
	return []golden{
		{"DVR-108, buffer", bufferR8, bufferReply, empty(611 * 2048)},
		{"DVR-111D, buffer", "00 0A 00 00 00 13 58 00 00 13 58 00", bufferReply, empty(1267712)},
		{"LH-20A1H, buffer", "00 0A 00 00 00 0F 15 00 00 0F 15 00", bufferReply, empty(988416)},
		{"PX-716A, buffer", "00 0A 00 00 00 49 48 E0 00 49 48 E0", bufferReply, empty(2042 * 2352)},
		{"CED-8080B, buffer", "00 0A 00 00 00 0F A0 00 00 0F A0 00", bufferReply, empty(1024000)},
		{"CW038D, buffer", "00 0A 00 00 00 1B 90 00 00 1B 90 00", bufferReply, empty(768 * 2352)},
		{"UJ-85J, buffer", "00 0A 00 00 00 18 80 00 00 18 80 00", bufferReply, empty(1605632)},
		{"CDRW321040X, buffer", "00 0A 00 00 00 3E 70 00 00 3E 70 00", bufferReply, empty(4091904)},
	}
}
