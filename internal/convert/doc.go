// Package convert converts any pcm.Source to CD audio and measures how loud it is.
//
// ToCDDA mixes channels down, converts the sampling rate (Resampler) and dithers samples of
// more than 16 bits. Peak and AlbumGain find one gain for all tracks of an album, and Measure
// the loudness of each. docs/internals/resampler.md has the measurements.
package convert
