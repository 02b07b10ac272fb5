// Package burn is the vocabulary of burning an audio CD, whichever recording mode writes
// it: the values that a program gives to a burn and gets from it.
//
//   - A [Track] is a source with its description; [Options] say how to burn it.
//   - A [Plan] describes the burn before anything is written, a [ResumePlan] how an
//     interrupted one will be finished.
//   - [Event] values report what happens, [Progress] among them.
//   - A [Report] describes what is on the disc afterwards, with a [TrackReport] for each
//     track, a [Verdict], and each [Note] about what didn't stop the burn. Programs put
//     notes into words.
//   - An [Error] has the [Phase] in which it happened. errors.Is finds the [Sentinel] that
//     a program acts on, [Category] returns its kind, and [HRESULT] IMAPI's code.
//
// The functions are in the packages that record: tao.Burn and sao.Burn write tracks with an
// open drive, and both packages have MakePlan, Resume and Verify. tao.MakeResumePlan plans
// the end of an interrupted album, tao.Blank erases a CD-RW, and tao.CloseDisc closes a disc
// that was left open. Package redbook does all of that for files, folders and cue sheets.
//
// Addresses and lengths are in sectors of 1/75 second. Time is the drive's own clock if
// it has one (scsi.Clock).
package burn
