// Package image keeps a disc in files: as BIN+CUE, one file with every sector of
// the program area and a cue sheet, or as one WAV file per track. Both can be read
// back.
//
// It knows no drive. Whoever has a disc, real or simulated, describes it as a Disc.
//
// A BIN file begins with LBA 0 and leaves nothing out up to the end of the session:
// the pauses in front of the tracks (INDEX 00) and the two run-out sectors behind
// each track-at-once track are in it, so that byte n*2352 is LBA n. The first
// pregap (LBA -150 to -1) is not, as usual in cue sheets. WAV files hold each
// track's audio alone; the cue sheet beside them states the pauses as PREGAP and
// POSTGAP lines.
package image
