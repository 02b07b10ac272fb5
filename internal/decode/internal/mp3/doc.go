// Package mp3 decodes MPEG audio of Layer III: MPEG-1, MPEG-2 and "2.5", all bit
// rates, constant, variable and free format, mono, stereo, dual channel and joint
// stereo.
//
// Scan reads a file without decoding it and determines how many samples there
// are; NewDecoder then delivers exactly those as floating point numbers. Encoders
// add silence before and after the sound. Where the file states how much (the header
// of LAME, or the comment of iTunes) it is cut off, together with the delay of the
// decoder, so that tracks join as they did before they were encoded.
//
// A file is refused when its sound can't be known: it is cut off, its sample rate
// changes, it is something else. Damage in the middle is concealed, so that the
// length stays right, and listed as Problems. What is in a file decides neither how
// much memory is used nor how long a frame takes.
//
// The clauses named in comments are those of ISO/IEC 11172-3, and of 13818-3 where
// noted.
package mp3
