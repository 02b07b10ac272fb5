package sim

// givesQ reports whether READ CD accepts a sub-channel selection with Settings.Q.
func givesQ(q string, sub byte) bool {
	switch q {
	case qNone:
		return sub == 0
	case qRaw:
		return sub != 2
	case qFormatted, qBinary:
		return sub == 0 || sub == 2
	}
	return true
}

// readPersonalities are drives that differ in what they report of a disc; they burn like
// others. "cdrdao" is its list of drives (CdrDriver.cc, cdrdao.drivers).
var readPersonalities = []Personality{
	{
		Name: "q-none", Summary: "READ CD gives no sub-channel (5/24/00)",
		Source: "LG CRD-8480C and CRD-8482B, Mitsumi FX4820 (cdrdao: NO_SUBCHAN)", Settings: Settings{Q: qNone},
	},
	{
		Name: "q-formatted", Summary: "READ CD gives Q only formatted, in BCD and without a CRC",
		Source:   "Pioneer DVR-106D and DVR-107D, Matsushita CR-589, Teac CD-W58E (cdrdao: USE_PQ, PQ_BCD)",
		Settings: Settings{Q: qFormatted},
	},
	{
		Name: "q-binary", Summary: "READ CD gives Q only formatted, with binary numbers and without a CRC",
		Source: "Teac CD-R56 and CD-R58, Plextor PX-R412 (cdrdao: USE_PQ)", Settings: Settings{Q: qBinary},
	},
	{
		Name: "q-raw", Summary: "READ CD gives only the raw sub-channel, with the Q of two sectors further on",
		Source: "redumper and DiscImageCreator: Q off by one to three sectors", Settings: Settings{Q: qRaw, QShift: 2},
	},
	{
		Name: "q-errors", Summary: "one in five frames of Q is damaged", Source: "constructed: worn discs; Q has no error correction",
		Settings: Settings{QErrors: 5},
	},
	{
		Name: "q-zeros", Summary: "READ CD accepts sub-channels and sends zeros; READ SUB-CHANNEL is 5/20/00", Source: "constructed",
		Settings: Settings{Q: qZeros, NoSubChannel: true},
	},
	{
		Name: "no-cd-text", Summary: "does not read CD-TEXT: READ TOC format 5 is 5/24/00",
		Source: "MMC-1 has no format 5", Settings: Settings{NoCDText: true},
	},
	{
		Name: "isrc-stale", Summary: "READ SUB-CHANNEL gives the ISRC of the track that it was asked for before",
		Source: "rippers that play a track before they ask for its ISRC", Settings: Settings{StaleISRC: true},
	},
}
