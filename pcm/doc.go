// Package pcm handles sampled sound for a disc. A Source has a Format and a known length, and
// can be opened and read repeatedly.
//
// A compact disc holds exactly one format, CDDA: 44,100 samples per second, 16 bits, two
// channels, little-endian. Package album converts files of other formats to it.
//
// Section, Join and Silence make sources from others. Open reads a source, and its Reader
// enforces the promised length; Check reads all of it.
//
// The package handles neither file formats nor devices.
package pcm
