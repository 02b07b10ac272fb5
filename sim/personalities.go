package sim

import "slices"

// The Pioneer DVR-108 and its successors, according to their command manuals (R8, R11 and
// BDR-203 Series Drive Command Reference Manual).
var (
	pioneerSpeedsR = []Speed{{5644, zclv}, {4233, zclv}, {2822, clv}, {1764, clv}, {706, clv}}
	slowSpeedsR    = []Speed{{2822, clv}, {2117, clv}, {1411, clv}, {706, clv}}
	slowSpeedsRW   = []Speed{{1764, clv}, {706, clv}}
)

// personalities are the types of drives, the modern one first. Behavior that the standard
// leaves open, or that only some drives have, is a setting here.
var personalities = slices.Concat([]Personality{
	{
		Name: "modern", Summary: "a fast drive that follows the standard",
		Source: "MMC-6; speeds as PLEXTOR PX-W4824A (G21)",
	},
	{
		Name: "old", Summary: "16x, short pages, no feature 002Dh, no BURN-free, small buffer",
		Source: "MMC-2 drives such as SONY CRX215E5 (G22)",
		Settings: Settings{
			Features: cdFeatures, Vendor: "OLD", Product: "CD-R/RW 16X10", Revision: "1.01", BufferKiB: 512,
			SpeedsR: slowSpeedsR, SpeedsRW: slowSpeedsRW, ShortPage2A: 0x18, ShortTrackInfo: 28,
			NoFeature2D: true, NoPerformance: true, NoBurnFree: true, PlainNoMedium: true,
		},
	},
	{
		Name: "mmc1", Summary: "8x, no GET CONFIGURATION, the shortest pages, no READ BUFFER CAPACITY",
		Source: "MMC-1 (page 2Ah of 12h bytes, track information of 28)",
		Settings: Settings{
			Features: cdFeatures, Vendor: "OLDER", Product: "CD-R 8X", Revision: "0.9", BufferKiB: 1024,
			SpeedsR: slowSpeedsR[2:], SpeedsRW: slowSpeedsRW[1:], ShortPage2A: 0x12, ShortTrackInfo: 28,
			NoConfiguration: true, NoPerformance: true, NoBufferCapacity: true, NoBurnFree: true, PlainNoMedium: true,
		},
	},
	{
		Name: "pioneer", Summary: "a drive by Pioneer's manuals: busy answers, RT=1, sizes without run-out",
		Source: "Pioneer R8, R11 and BDR-203 command manuals",
		Settings: Settings{
			Vendor: "PIONEER", Product: "DVD-RW  DVR-108", Revision: "1.18", BufferKiB: 1222, SpeedsR: pioneerSpeedsR,
			WhenFull: fullBusy, GoodWhileBusy: true, InfoBusy: true, RTFinished: true, NoDamageBit: true,
			EmptyCloseGood: true, StrictSpeed: true, PlainNoMedium: true, ShortTrackInfo: 48, BlankTypes: []int{0, 1, 4},
		},
	},
	{
		Name: "blocks", Summary: "holds a WRITE until the buffer has room", Source: "usual on USB and ATAPI (MMC-6 6.44)",
		Settings: Settings{BufferKiB: 256},
	},
	{
		Name: "busy-2-04-08", Summary: "answers a WRITE with 2/04/08 while the buffer is full",
		Source:   "Pioneer R8 manual p. 37; G15",
		Settings: Settings{WhenFull: fullBusy, BufferKiB: 512},
	},
	{
		Name: "descriptor-sense", Summary: "sense data in descriptor format", Source: "G16",
		Settings: Settings{DescriptorSense: true},
	},
	{
		Name: "short-2a", Summary: "page 2Ah ends before the write speeds", Source: "QEMU and MMC-1 drives: length 12h",
		Settings: Settings{ShortPage2A: 0x12, NoPerformance: true},
	},
	{
		Name: "short-05", Summary: "page 05h ends after the audio pause: no room for MCN and ISRC",
		Source:   "libburn: lengths below 30 and 46",
		Settings: Settings{ShortPage05: 0x0E},
	},
	{
		Name: "bad-05", Summary: "the defaults of page 05h are illegal values", Source: "wodim: an LG (audio pause), a Matsushita (session format)",
		Settings: Settings{BadPage05: true},
	},
	{
		Name: "block-descriptor", Summary: "MODE SENSE puts a block descriptor before the pages",
		Source:   "SCSI burners; libburn tolerates it",
		Settings: Settings{BlockDescriptor: true},
	},
	{
		Name: "refuses-speed", Summary: "SET CD SPEED is refused", Source: "wodim: 5/24/00 on speed",
		Settings: Settings{NoSetSpeed: true},
	},
	{
		Name: "no-feature-2d", Summary: "doesn't report feature 002Dh, CD track at once",
		Source:   "drives before MMC-3",
		Settings: Settings{NoFeature2D: true},
	},
	{
		Name: "nwa-minus-150", Summary: "next writable address of a blank disc is -150, and 0 is meant",
		Source:   "libburn: Pioneer BDR-205, LITE-ON LTR-48125S",
		Settings: Settings{BlankNWA: -150},
	},
	{
		Name: "next-nwa-150", Summary: "the next track starts 150 sectors past the last, not 152",
		Source:   "HP CD-Writer manual (150 blocks of overhead)",
		Settings: Settings{Pregap: 148},
	},
	{
		Name: "track-size-n2", Summary: "the size of a finished track includes the 2 run-out sectors",
		Source:   "k3b; before the Pioneer R11 manual the common reading",
		Settings: Settings{SizeWithRunOut: true},
	},
	{
		Name: "start-with-pregap", Summary: "a finished track starts with its pregap", Source: "drives differ in what they call start",
		Settings: Settings{StartWithPregap: true},
	},
	{
		Name: "rt0-finished", Summary: "RT is 0 for finished tracks", Source: "G27",
	},
	{
		Name: "rt1-finished", Summary: "RT is 1 for finished tracks", Source: "Pioneer R8 manual p. 38, table 29",
		Settings: Settings{RTFinished: true},
	},
	{
		Name: "sync-leaves-open", Summary: "SYNCHRONIZE CACHE leaves the track incomplete until CLOSE TRACK",
		Source:   "drives before libburn 0.7.4 relied on the flush",
		Settings: Settings{SyncLeavesOpen: true},
	},
	{
		Name: "open-for-good", Summary: "SYNCHRONIZE CACHE leaves the track incomplete and CLOSE TRACK is refused",
		Source:   "constructed: the worst of two",
		Settings: Settings{SyncLeavesOpen: true, CloseTrack: closeRefused},
	},
	{
		Name: "refuses-close-track", Summary: "CLOSE TRACK is refused, the flush has ended the track",
		Source:   "libburn: LG GH22LS30",
		Settings: Settings{CloseTrack: closeRefused},
	},
	{
		Name: "refuses-reserve", Summary: "RESERVE TRACK is an unknown command", Source: "MMC-6: optional",
		Settings: Settings{Reserve: reserveRefused},
	},
	{
		Name: "ignores-reserve", Summary: "GOOD to RESERVE TRACK, and nothing happens", Source: "constructed",
		Settings: Settings{Reserve: reserveIgnored},
	},
	{
		Name: "reserves-other-size", Summary: "RESERVE TRACK rounds up to a multiple of 16",
		Source:   "SEN's notes: DVD+R drives",
		Settings: Settings{Reserve: reserveOtherSize},
	},
	{
		Name: "ffh-after-reservation", Summary: "track FFh is the one after a reservation", Source: "MMC-1, invisible track",
		Settings: Settings{ReserveBehind: true},
	},
	{
		Name: "accepts-reserve-refuses-write", Summary: "reserves a track and refuses every WRITE to it",
		Source:   "constructed",
		Settings: Settings{Reserve: reserveUnwritable},
	},
	{
		Name: "close-no-pad", Summary: "CLOSE TRACK of an unfilled reservation is 5/72/04",
		Source:   "MMC-6 6.3, against Pioneer's padding",
		Settings: Settings{CloseTrack: closeNoPad},
	},
	{
		Name: "close-pads-reservation", Summary: "CLOSE TRACK pads an unfilled reservation to its end",
		Source: "Pioneer R8 manual p. 10, R11 p. 10",
	},
	{
		Name: "deferred-write-error", Summary: "recording fails at LBA 200, and a later command reports it",
		Source:   "G7, G8 (MATSHITA UJ-840D)",
		Settings: Settings{DeferredErrorAt: 200},
	},
	{
		Name: "sync-error-though-fine", Summary: "SYNCHRONIZE CACHE reports 3/02/FF although all is well",
		Source:   "cdrdao GenericMMC; G4",
		Settings: Settings{SyncError: true},
	},
	{
		Name: "stale-toc", Summary: "READ TOC shows the old table until the disc is loaded again",
		Source:   "cdrecord: drive needs to reload the media",
		Settings: Settings{StaleTOC: true},
	},
	{
		Name: "stale-info", Summary: "READ TOC and READ DISC INFORMATION both show the old state until then",
		Source:   "cdrecord: reload before believing",
		Settings: Settings{StaleTOC: true, StaleInfo: true},
	},
	{
		Name: "stale-toc-no-load", Summary: "the same, and the tray can only be closed by hand",
		Source:   "cdrecord; laptop drives",
		Settings: Settings{StaleTOC: true, NoLoad: true},
	},
	{
		Name: "busy-info", Summary: "TEST UNIT READY is GOOD while READ DISC/TRACK INFORMATION are 2/04/07",
		Source:   "Pioneer R8 manual p. 10, R11 p. 10",
		Settings: Settings{GoodWhileBusy: true, InfoBusy: true},
	},
	{
		Name: "speed-steps", Summary: "a speed requested as n times 176 is set a step lower",
		Source:   "Pioneer BDR-203 manual p. 37",
		Settings: Settings{StrictSpeed: true, SpeedsR: pioneerSpeedsR},
	},
	{
		Name: "streaming-underrun", Summary: "no BURN-free; an underrun is 3/0C/09", Source: "G17b",
		Settings: Settings{NoBurnFree: true, UnderrunStreaming: true},
	},
	{
		Name: "open-unreadable", Summary: "audio can't be read before the session is closed",
		Source:   "drives differ",
		Settings: Settings{OpenUnreadable: true},
	},
	{
		Name: "offset-582", Summary: "read offset correction -582, unreadable run-out",
		Source:   "AccurateRip's list of drive offsets",
		Settings: Settings{ReadOffset: -582, UnreadableRunOut: true},
	},
	{
		Name: "offset+6", Summary: "read offset correction +6, unreadable run-out",
		Source:   "AccurateRip's list of drive offsets",
		Settings: Settings{ReadOffset: 6, UnreadableRunOut: true},
	},
	{
		Name: "offset+667", Summary: "read offset correction +667, unreadable run-out",
		Source:   "AccurateRip's list of drive offsets",
		Settings: Settings{ReadOffset: 667, UnreadableRunOut: true},
	},
	{
		Name: "no-test-write", Summary: "can't write with the laser off", Source: "Pioneer R8 manual: RAW has none",
		Settings: Settings{NoTestWrite: true},
	},
	{
		Name: "overburns", Summary: "records past the capacity that the ATIP states", Source: "cdrkit's list of real capacities",
		Settings: Settings{Overburn: overburnAlways},
	},
	{
		Name: "liar", Summary: "GOOD to every WRITE, and nothing is recorded",
		Source:   "Pioneer BDR-UD04 over USB (Psysonic pull request 1538)",
		Settings: Settings{StoresNothing: true},
	},
	{
		Name: "swaps-bytes", Summary: "records every sample with its bytes exchanged",
		Source:   "libburn: bridges of Linux 2.4 days that mangled audio",
		Settings: Settings{StoresSwapped: true},
	},
}, fieldPersonalities, sessionPersonalities, readPersonalities)
