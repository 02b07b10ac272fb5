// Package decode opens any audio file as a pcm.Source. It detects the format from the content,
// not the name.
//
// WAV, AIFF, FLAC, Ogg Vorbis, Ogg Opus and MP3 are decoded here. Other files need the user's
// ffmpeg; File.Via reports that. The exact length is known before the first sample is read,
// and encoder delay and padding are cut off. A file that is damaged, truncated, or changes
// its format is an *audio.Error with the place.
//
// All decoders run under one reader. It turns panics into errors, enforces the promised
// length, and never needs more memory than one block of the format, whatever a header claims.
//
// Samples have the format of the file: 16, 24 or 32 bits for lossless formats, 32-bit float
// for the others. Package convert converts them to CD-DA.
package decode
