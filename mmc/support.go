package mmc

// TAOSupport describes a drive's abilities in track-at-once recording.
type TAOSupport struct {
	Supported bool // on some disc, not necessarily on the current one
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool
}

// SAOSupport describes a drive's abilities in session-at-once recording.
type SAOSupport struct {
	Supported bool // on some disc
	ByFeature bool // from feature 002Eh; otherwise the drive is too old to report it, and the cue sheet decides

	BUF         bool // buffer underrun free recording
	TestWrite   bool
	CDRW        bool
	RWSubcode   bool // R-W sub-channel data are recorded: CD-TEXT
	MaxCueSheet int  // bytes; 0: not reported
}
