// Package cdtext encodes and decodes CD-TEXT: the titles and names that a CD player
// shows, which are recorded in the sub-channel of the lead-in.
//
// The package converts between two layers of CD-TEXT:
//
//   - Text: a Disc with one Block for each language, up to eight. Encode and Decode
//     convert it to and from packs; ParseSheet and FormatSheet convert it to and from
//     Sony's text files (input sheet 0.7T).
//   - Packs of 18 bytes, the form in which a drive returns CD-TEXT (READ TOC format 5),
//     and in which .cdt files and CUE's CDTEXTFILE hold it. ParseFile reads such a file.
//
// Encode writes what players can show. A text whose letters are missing from the
// character code is transliterated if the result is still the same text, and left out
// otherwise; a block that is too long loses its least important fields. Each such
// change is a Note. Decode accepts the irregular packs of real discs, and its notes
// name what was lost or guessed.
//
// The package is pure: it reads no files and sends no commands. Its sources are MMC-3
// annex J, Sony's description of the packs as quoted in libburn's doc/cdtext.txt, and
// packs of real discs.
package cdtext
