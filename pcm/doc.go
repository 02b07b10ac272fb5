// Package pcm is sampled sound on its way to a disc: a Source can be opened and
// read as often as needed, has a known length and a Format.
//
// A compact disc holds exactly one format, CDDA: 44,100 samples a second, 16 bits,
// two channels, little-endian as drives want it. ToCDDA turns a Source of another
// format into that one: it mixes channels down, converts the sampling rate
// (Resampler) and dithers what has more than 16 bits. Peak and AlbumGain find one gain
// for all tracks of an album. docs/internals/resampler.md has what was measured.
//
// The package knows no file format and no device.
package pcm
