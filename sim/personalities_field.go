package sim

import "time"

// holdCold is for how long a PLEXTOR PX-716A holds off the first WRITE of a test write
// when it is cold: 333 repeats 40 ms apart.
const holdCold = 13320 * time.Millisecond

// fieldPersonalities are drives that others met and described. PS is Psysonic (pull
// request 1538), AC is AccuDisc, UF a public forum log with its number.
var fieldPersonalities = []Personality{
	{
		Name: "next-nwa-2", Summary: "the next track starts 2 sectors past the end of the last one, without a pause",
		Source: "HL-DT-ST GE20LU10 FE06 (futureburn)", Settings: Settings{NoPause: true},
	},
	{
		Name: "long-lists", Summary: "16 profiles out of order, vendor features, empty features: 500 bytes in all",
		Source:   "HL-DT-ST GGC-H20L, Pioneer BDR-203 manual p. 11, PLEXTOR PX-755A (DIC 128), TSSTcorp SE-208GB (UF 56744131077)",
		Settings: Settings{Features: bdFeatures},
	},
	{
		Name: "track-size-zero", Summary: "SYNCHRONIZE CACHE returns at once; the track's size reads 0 until the track has really ended",
		Source: "HL-DT-ST GE20LU10 FE06 (futureburn)", Settings: Settings{TrackEnd: trackEndZero},
	},
	{
		Name: "track-size-grows", Summary: "SYNCHRONIZE CACHE returns at once; the track's size grows until the track has really ended",
		Source: "HL-DT-ST GE20LU10 FE06 (futureburn)", Settings: Settings{TrackEnd: trackEndGrows},
	},
	{
		Name: "close-track-async", Summary: "CLOSE TRACK ends the track but returns at once; the track's size grows until then",
		Source:   "HL-DT-ST GE20LU10 FE06 (futureburn)",
		Settings: Settings{SyncLeavesOpen: true, TrackEnd: trackEndGrows},
	},
	{
		Name: "atip-ff", Summary: "the invalid fields of the ATIP hold FFh",
		Source:   "PIONEER DVR-212D 1.21 (UF 56972580453)",
		Settings: Settings{ATIPInvalid: [3][3]byte{{0xFF, 0xFF, 0xFF}, {0xFF, 0xFF, 0xFF}, {0xFF, 0xFF, 0xFF}}},
	},
	{
		Name: "atip-80", Summary: "the invalid fields of the ATIP hold 80h here and there",
		Source:   "ASUS DRW-24B5ST (UF 56770059068)",
		Settings: Settings{ATIPInvalid: [3][3]byte{{0x00, 0x00, 0x80}, {0x00, 0x80, 0x00}, {0x00, 0x80, 0x80}}},
	},
	{
		Name: "buffer-988416", Summary: "the buffer size is a multiple of neither 1 KiB nor any block size",
		Source:   "LITE-ON LH-20A1H LL0A (Nero log)",
		Settings: Settings{BufferKiB: 2048, BufferBytes: 988416},
	},
	{
		Name: "buffer-audio", Summary: "the buffer holds 2042 audio blocks; page 2Ah reports 8 MB",
		Source:   "PLEXTOR PX-716A 1.11 (AC)",
		Settings: Settings{BufferKiB: 8192, BufferBytes: 4802784},
	},
	{
		Name: "usbs-tails", Summary: "every seventh reply ends in USBS instead of its last four bytes",
		Source:   "Ugreen bridge (redumper issue 276); how often is a choice",
		Settings: Settings{TailEvery: 7},
	},
	{
		Name: "performance-lun", Summary: "GET PERFORMANCE is 5/25/00, and page 2Ah has no write speeds",
		Source: "CyberDrv CW078D (UF 56757801443)", Settings: Settings{PerformanceLUN: true},
	},
	{
		Name: "profile-after-test", Summary: "after a test write, another profile is current until the disc is reloaded",
		Source:   "PS; the source does not say which profile; 0002h is a choice",
		Settings: Settings{RehearsedProfile: profileRemovable},
	},
	{
		Name: "first-write-held", Summary: "the first WRITE of a track is 2/04/08 for 13 seconds",
		Source: "PLEXTOR PX-716A 1.11 (AC)", Settings: Settings{FirstWriteMs: int(holdCold / time.Millisecond)},
	},
	{
		Name: "close-at-once", Summary: "CLOSE SESSION returns at once; only READ DISC INFORMATION shows, two minutes later, that the session is closed",
		Source:   "HL-DT-ST GE20LU10 FE06 (futureburn)",
		Settings: Settings{CloseQuiet: true, CloseSeconds: 120},
	},
	{
		Name: "close-5-72-03", Summary: "CLOSE SESSION answers 5/72/03 again and again while the drive closes the session",
		Source:   "HL-DT-ST GE20LU10 FE06 (futureburn)",
		Settings: Settings{CloseSays: "5/72/03", CloseQuiet: true, CloseSeconds: 120},
	},
	{
		Name: "close-2-04-07", Summary: "CLOSE SESSION answers 2/04/07 and is carried out",
		Source: "wodim: Mitsumi", Settings: Settings{CloseSays: "2/04/07"},
	},
	{
		Name: "close-2-04-08", Summary: "CLOSE SESSION answers 2/04/08 and is carried out",
		Source: "wodim: Sony", Settings: Settings{CloseSays: "2/04/08"},
	},
	{
		Name: "close-6-2e", Summary: "CLOSE SESSION answers 6/2E/00 and is carried out",
		Source: "wodim: Mitsumi", Settings: Settings{CloseSays: "6/2E/00"},
	},
	{
		Name: "changed-after-flush", Summary: "6/28/00 follows the end of each track although the disc was not changed",
		Source: "constructed after public bug reports: a unit attention at the first poll", Settings: Settings{ChangedAfter: changedFlush},
	},
	{
		Name: "changed-after-close", Summary: "6/28/00 follows CLOSE SESSION although the disc was not changed",
		Source: "constructed after public bug reports: a unit attention at the first poll", Settings: Settings{ChangedAfter: changedClose},
	},
	{
		Name: "info-last-small", Summary: "READ DISC INFORMATION reports a last track that is one too small",
		Source: "CDEmu, and drives with a stale state", Settings: Settings{LastTrack: lastInInfo},
	},
	{
		Name: "toc-last-small", Summary: "the header of READ TOC reports a last track that is one too small",
		Source: "constructed after CDEmu", Settings: Settings{LastTrack: lastInTOC},
	},
	{
		Name: "busy-status", Summary: "answers a WRITE with the status BUSY while the buffer is full",
		Source:   "SAM-5 5.3.1; sg(4) hosts of SCSI burners",
		Settings: Settings{WhenFull: fullStatus, BufferKiB: 512},
	},
	{
		Name: "busy-2-04-07", Summary: "answers 2/04/07 to WRITE while the buffer is full, and to READ TRACK INFORMATION until it is empty",
		Source:   "Pioneer R8 manual p. 43, R11 p. 54",
		Settings: Settings{WhenFull: fullWorks, InfoBusy: true, GoodWhileBusy: true, BufferKiB: 512},
	},
	{
		Name: "free-zero", Summary: "reports 0 free blocks on a blank disc with a good ATIP",
		Source: "constructed after public bug reports", Settings: Settings{FreeBlocks: freeZero},
	},
	{
		Name: "free-huge", Summary: "reports 7FFFFFFFh free blocks on a blank disc with a good ATIP",
		Source: "constructed after public bug reports", Settings: Settings{FreeBlocks: freeHuge},
	},
	{
		Name: "forgets-speed", Summary: "the speed returns to the default after each track, without a unit attention",
		Source: "constructed: page 2Ah back at its default without any 6/29", Settings: Settings{ForgetsSpeed: true},
	},
	{
		Name: "stuck", Summary: "from LBA 300 on, each WRITE and each flush answers 2/04/08 forever",
		Source: "constructed after public bug reports: drives that have to be switched off", Settings: Settings{StuckAt: 300},
	},
	{
		Name: "tray-locked", Summary: "another program has locked the tray",
		Source: "wodim, eject and K3b send ALLOW first", Settings: Settings{TrayLocked: true},
	},
	{
		Name: "no-immed", Summary: "BLANK, CLOSE and SYNCHRONIZE CACHE with IMMED are 5/24/00",
		Source: "wodim and libburn: old drives", Settings: Settings{ImmedSays: "5/24/00"},
	},
	{
		Name: "immed-2-00-00", Summary: "BLANK, CLOSE and SYNCHRONIZE CACHE with IMMED are 2/00/00",
		Source: "libburn: LG BH14NS48", Settings: Settings{ImmedSays: "2/00/00"},
	},
	{
		Name: "configuration-cut", Summary: "GET CONFIGURATION replies end after 250 bytes; their length field claims more",
		Source: "TSSTcorp SE-208GB behind USB (UF 56744131077)", Settings: Settings{ConfigurationCut: 250},
	},
	{
		Name: "never-ready", Summary: "TEST UNIT READY answers 2/04/00 forever; everything else works",
		Source: "libburn: a USB bridge", Settings: Settings{NeverReady: true},
	},
	{
		Name: "ready-early", Summary: "TEST UNIT READY is GOOD four seconds before READ DISC INFORMATION works",
		Source: "libburn: Pioneer DVR-216D", Settings: Settings{ReadyEarly: true},
	},
	{
		Name: "flush-busy", Summary: "SYNCHRONIZE CACHE answers 2/04/08 and does nothing until the buffer is empty",
		Source: "constructed: a flush that has to be sent again", Settings: Settings{FlushBusy: true},
	},
	{
		Name: "hangs-below-0", Summary: "READ CD below LBA 0 is never answered; the read offset correction is +6",
		Source:   "TSSTcorp by USB (Debian bug 998718)",
		Settings: Settings{ReadOffset: 6, HangsBelowZero: true},
	},
	{
		Name: "modes-changed", Summary: "6/2A/01 follows each MODE SELECT and SET CD SPEED",
		Source: "constructed: drives that report the host's own changes", Settings: Settings{ModesChanged: true},
	},
	{
		Name: "blanks-all-only", Summary: "BLANK supports only the whole disc",
		Source: "wodim advises to try blank=all", Settings: Settings{BlankTypes: []int{0}},
	},
}
