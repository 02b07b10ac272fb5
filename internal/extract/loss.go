package extract

import "github.com/redbook-audio/redbook/rip"

// The words of rip.Loss, which documents them.
const (
	LossData      rip.Loss = "data"
	LossOpen      rip.Loss = "open"
	LossSessions  rip.Loss = "sessions"
	LossQ         rip.Loss = "unseen-marks"
	LossText      rip.Loss = "unseen-text"
	LossTextPacks rip.Loss = "damaged-text"
	LossMCN       rip.Loss = "mcn"
	LossISRC      rip.Loss = "isrc"
	LossShort     rip.Loss = "short"
	LossTitles    rip.Loss = "text"
	LossPauses    rip.Loss = "pauses"
	LossIndexes   rip.Loss = "indexes"
	LossHidden    rip.Loss = "hidden"
)
