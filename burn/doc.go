// Package burn defines the values that a program passes to a burn of an audio CD and
// receives from it, in every recording mode.
//
//   - A [Track] is a source with its description; [Options] say how to burn it.
//   - A [Plan] describes the burn before anything is written, a [ResumePlan] how an
//     interrupted one will be finished.
//   - [Event] values report what happens, [Progress] among them.
//   - A [Report] describes what is on the disc afterwards, with a [TrackReport] for each
//     track, a [Verdict], and a [Note] for each event that didn't stop the burn. Programs
//     put notes into words.
//   - An [Error] has the [Phase] in which it happened. errors.Is finds the [Sentinel] that
//     a program acts on, [Category] returns its kind, and [HRESULT] IMAPI's code.
//
// The functions are in packages tao and sao: Burn writes tracks with an open drive, and
// both packages have MakePlan, Resume and Verify. tao.MakeResumePlan plans how an
// interrupted album will be finished, tao.Blank erases a CD-RW, and tao.CloseDisc closes a
// disc that was left open. Package redbook does all of that for files, folders and cue
// sheets.
//
// Addresses and lengths are in sectors of 1/75 second. Times are measured with the drive's
// own clock if it has one (scsi.Clock).
package burn
