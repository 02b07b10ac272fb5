// Package mp3 decodes MPEG audio of Layer III: MPEG-1, MPEG-2 and "2.5", all bit
// rates, constant, variable and free format, mono, stereo, dual channel and joint
// stereo.
//
// Scan reads a file without decoding it and determines its exact length; a Decoder then
// delivers exactly that many samples as floating point numbers. Encoders add silence before
// and after the audio. If the file states how much (LAME's header or iTunes' comment), the
// silence is removed together with the delay of the decoder, so that tracks join as they
// did before encoding.
//
// A file is rejected if it is truncated, changes its sample rate, or isn't MP3. Damage in
// the middle is concealed, so that the length stays right, and listed as Problems. The
// memory used, and the time per frame, don't depend on the content.
//
// Clauses in comments are those of ISO/IEC 11172-3, or of 13818-3 where noted.
package mp3
