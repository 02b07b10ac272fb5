// Package decode opens any audio file as a pcm.Source. It detects the format from the content,
// not the name.
//
// The package decodes WAV, AIFF, FLAC, Ogg FLAC, Ogg Vorbis, Ogg Opus and MP3, and PCM in AU,
// Wave64 and CAF files. Other files need the user's ffmpeg; File.Via reports that. The exact
// length is known before the first sample is read, and encoder delay and padding are cut off.
// A file that is damaged, truncated or changes its format causes an *audio.Error with the
// position.
//
// All decoders run under one reader, which turns panics into errors and enforces the
// promised length. Memory is bounded by the blocks of the format, not by the sizes that a
// header claims.
//
// Samples keep the precision of the file: integers for lossless formats, 32-bit float for
// lossy ones. Package convert converts them to CD-DA.
package decode
