// Package wav reads and writes RIFF/WAVE files and headerless PCM.
//
// Open returns a File, which is a pcm.Source: it has a known length, can be read repeatedly,
// and reports whether the file has changed. The header is checked against the file before the
// first sample is read. An untrustworthy file is an *Error with file, byte and reason.
//
// Supported are RIFF, RIFX (big-endian; delivered little-endian), RF64 and BW64 (beyond 4
// GiB), WAVE_FORMAT_EXTENSIBLE, PCM of 8 to 32 bits and floating point of 32 and 64 bits,
// chunks in any order before the audio, and headers with placeholder sizes because the
// writer wrote to a pipe. Samples of 16 bits are not changed.
//
// Memory use does not depend on what a header claims.
package wav
