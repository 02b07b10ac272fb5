package inspect

// The kinds of a disc.Difference, which documents them. Reports contain these words, so they
// don't change.
const (
	DiscBlank       = "disc blank"
	TrackMissing    = "track missing"
	TrackNotShown   = "track not shown"
	TOCNotShown     = "TOC not shown"
	TrackNotInTOC   = "track not in TOC"
	TrackUnfinished = "track unfinished"
	StartDiffers    = "start differs"
	TrackShort      = "track short"
	NotAudio        = "not audio"
	ControlDiffers  = "control differs"
	LeadOutTooEarly = "lead-out too early"
	SessionOpen     = "session open"
	StatusNotShown  = "status not shown"
)
