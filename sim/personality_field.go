package sim

// The values of the fields of Settings that are words.
const (
	closeRefused = "refused"
	closeNoPad   = "no-pad"

	reserveRefused    = "refused"
	reserveIgnored    = "ignored"
	reserveOtherSize  = "other-size"
	reserveUnwritable = "unwritable"

	overburnAlways = "always"

	sheetsUnknown = "unknown"
	sheetsRefused = "refused"

	textSheetA = "A"
	textSheetB = "B"

	fullBusy   = "2/04/08" // long write in progress
	fullWorks  = "2/04/07" // operation in progress
	fullStatus = "busy"

	freeZero = "zero"
	freeHuge = "huge"

	lastInInfo = "info"
	lastInTOC  = "toc"

	trackEndZero  = "zero"
	trackEndGrows = "grows"

	changedFlush = "flush"
	changedClose = "close"

	qNone      = "none"
	qRaw       = "raw"
	qFormatted = "formatted"
	qBinary    = "binary"
	qZeros     = "zeros"
)
