// Package audio opens any audio file as a pcm.Source: the content says what it is,
// not the name.
//
// WAV, AIFF, FLAC, Ogg Vorbis, Ogg Opus and MP3 are decoded here; everything else
// goes through the user's ffmpeg where it is installed, which File.Via tells. The
// length is known exactly before the first sample is read, encoder delays and
// padding are cut off, and a file that is damaged, cut off, or changes its format on
// the way is an *Error that says where: nobody wants to learn that from a disc.
//
// All decoders stand behind one reader. It catches panics, holds them to the
// promised length, and never needs more memory than one block of the format, no
// matter what a header claims.
//
// Samples are delivered as the file has them: 16, 24 or 32 bits for lossless
// formats, 32 bit float for the others. Package pcm makes CD-DA of them.
package audio
