// Package pcm handles sampled sound for a disc. A Source has a Format and a known length, and
// can be opened and read repeatedly.
//
// A compact disc holds exactly one format, CDDA: 44,100 samples per second, 16 bits, two
// channels, little-endian. ToCDDA converts a Source of another format: it mixes channels down,
// converts the sampling rate (Resampler) and dithers samples of more than 16 bits. Peak and
// AlbumGain find one gain for all tracks of an album. docs/internals/resampler.md has the
// measurements.
//
// The package handles neither file formats nor devices.
package pcm
