package mmc

// TAOSupport describes a drive's abilities in track-at-once recording (feature 002Dh, or mode page
// 2Ah of an older drive). redbook.Info contains it.
type TAOSupport struct {
	Supported bool // on some disc, not necessarily on the current one
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool
}

// SAOSupport describes a drive's abilities in session-at-once recording. redbook.Info contains it.
type SAOSupport struct {
	Supported bool // on some disc, not necessarily on the current one
	ByFeature bool // the drive reports feature 002Eh; otherwise it is too old for that, and its answer to the cue sheet decides

	BUF         bool // buffer underrun free recording
	TestWrite   bool
	CDRW        bool
	RWSubcode   bool // records R-W sub-channel data, and so CD-TEXT
	MaxCueSheet int  // bytes; 0: not reported
}
