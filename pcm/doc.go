// Package pcm defines sources of audio, which the other packages burn, compare and convert.
//
// A [Source] has a [Format] and a known length, and can be opened and read repeatedly. A compact
// disc holds one format, [CDDA]: 44,100 samples per second, 16 bits, two channels, little-endian.
// Package tao and package sao burn sources in that format only; package album converts files of
// others to it.
//
// FromBytes and Silence make sources, Section and Join make them from other sources, and a program
// can implement its own. To cut a concert into tracks, make Sections of one source that follow each
// other.
//
// The package handles neither file formats nor devices.
package pcm
