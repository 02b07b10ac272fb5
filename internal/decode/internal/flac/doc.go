// Package flac decodes FLAC (RFC 9639): 4 to 32 bits, up to 8 channels, any block
// size, rate and predictor that the format has.
//
// The decoder checks the CRC of every frame header and every frame, allocates only
// while the first frames come, and trusts no value in the file: the largest
// block is bounded by the format. Which frames belong together (one rate, one
// number of channels, the promised length, the MD5 of the samples) is judged by
// package decode.
package flac
