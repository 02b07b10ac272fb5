// Package flac decodes FLAC (RFC 9639) with 4 to 32 bits, up to 8 channels, and every block
// size, sample rate and predictor of the format. It encodes CD audio.
//
// The decoder checks the CRC of every frame header and every frame, and allocates only for
// the first frames; memory is bounded by the largest block of the format. Package decode
// checks that frames belong together: their rate, number of channels, total length, and the
// MD5 of the samples.
package flac
