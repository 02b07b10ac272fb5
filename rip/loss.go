package rip

// Loss is a feature of the disc that a copy lacks.
type Loss uint8

// The losses. Those from LossPauses on apply to track-at-once.
const (
	LossData      Loss = iota + 1 // data tracks: only audio is copied
	LossOpen                      // audio tracks without an end, which drives don't read
	LossSessions                  // the sessions become one
	LossQ                         // pauses and index marks, which the source drive does not show
	LossText                      // CD-TEXT, which the source drive does not report
	LossTextPacks                 // packs of CD-TEXT that the source drive returned with a wrong checksum
	LossMCN                       // the catalog number: not reported, or with a wrong check digit
	LossISRC                      // ISRCs that the source drive does not report
	LossSCMS                      // the alternating copy bit: reported after a comparison with the copy
	LossShort                     // tracks shorter than four seconds are padded with silence
	LossPauses                    // pauses other than two seconds, and joins without a pause
	LossIndexes                   // index marks
	LossHidden                    // the audio before track 1
	LossTitles                    // CD-TEXT
)
