package sim

// sessionPersonalities are drives that differ in session-at-once; with track-at-once they
// behave like the modern drive. PS, AC and UF are as in fieldPersonalities.
var sessionPersonalities = []Personality{
	{
		Name: "sao-text-a", Summary: "session-at-once: accepts CD-TEXT only if announced at 00:00:00 with block type 0",
		Source: "LG WH10LS30, Pioneer BDR-UD04 (PS)", Settings: Settings{TextSheet: textSheetA},
	},
	{
		Name: "sao-text-b", Summary: "session-at-once: accepts CD-TEXT only if announced at the start of the lead-in with block type 3",
		Source: "HL-DT-ST GP65NB60 (PS), PLEXTOR PX-716A (AC)", Settings: Settings{TextSheet: textSheetB},
	},
	{
		Name: "sao-refused", Summary: "claims session-at-once and answers 5/26/00 to every cue sheet",
		Source: "HL-DT-ST GE20LU10 FE06 (futureburn)", Settings: Settings{Sheets: sheetsRefused},
	},
	{
		Name: "sao-unknown", Summary: "does not claim session-at-once; SEND CUE SHEET is 5/20/00",
		Source: "constructed: a drive for track-at-once", Settings: Settings{Sheets: sheetsUnknown},
	},
	{
		Name: "sao-no-jump", Summary: "session-at-once: answers 5/21/02 to a first WRITE at LBA 0 even if the sheet allows it",
		Source: "LG WH10LS30 (PS)", Settings: Settings{NoJumpToZero: true},
	},
	{
		Name: "sao-lead-out-00", Summary: "session-at-once: accepts a lead-out of form 00h and loses CD-TEXT",
		Source: "PLEXTOR PX-716A (AC)", Settings: Settings{LeadOutLosesText: true},
	},
	{
		Name: "sao-isrc-copy", Summary: "session-at-once: an ISRC together with the copy bit is 5/26/00",
		Source: "HP 75xx, 8100, 8200, Sony CRX100 (cdrdao)", Settings: Settings{NoISRCWithCopy: true},
	},
	{
		Name: "sao-sheet-512", Summary: "session-at-once: cue sheets of 512 bytes at most",
		Source: "constructed; HP GH40L reports 3072 (G24)", Settings: Settings{SheetLimit: 512},
	},
	{
		Name: "sao-one-index", Summary: "session-at-once: indexes above 1 are 5/26/00",
		Source: "constructed", Settings: Settings{OneIndex: true},
	},
	{
		Name: "sao-pregap", Summary: "session-at-once: INDEX 0 at the place of INDEX 1 is 5/26/00",
		Source: "cdrecord sends such a sheet again with a pregap of one sector", Settings: Settings{PregapNotEmpty: true},
	},
	{
		Name: "sao-nwa-0", Summary: "session-at-once: the next writable address of a blank disc is 0, and -150 is meant",
		Source: "HL-DT-ST GSA-4160B A301 (UF)", Settings: Settings{ZeroNWAInSAO: true},
	},
	{
		Name: "sao-track-info", Summary: "session-at-once: READ TRACK INFORMATION is 5/24/00 after a cue sheet",
		Source: "several DVD writers (G40)", Settings: Settings{SheetSilences: true},
	},
	{
		Name: "sao-stale", Summary: "READ TOC and CD-TEXT show the old state until the disc is reloaded",
		Source:   "Pioneer BDR-UD04 (PS), drives that cache what they find when a disc is loaded",
		Settings: Settings{StaleTOC: true, StaleText: true},
	},
	{
		Name: "sao-last-crc", Summary: "the last pack of CD-TEXT reads with CRC 0000h",
		Source: "PLEXTOR PX-W5224TA, PX-716A (redumper, AC)", Settings: Settings{LastCRCZero: true},
	},
}
