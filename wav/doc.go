// Package wav reads and writes RIFF/WAVE files and headerless PCM.
//
// Open gives a File, which is a pcm.Source: its length is known, it can be read as
// often as needed, and it can tell whether the file changed since. What the header
// promises is checked against what is there before the first sample is read; a
// file that can't be trusted is an *Error that names file, byte and reason.
//
// Understood are RIFF, RIFX (big-endian; delivered little-endian), RF64 and BW64
// (beyond 4 GiB), WAVE_FORMAT_EXTENSIBLE, PCM of 8 to 32 bits and floating point
// of 32 and 64 bits, chunks in any order before the audio, and headers whose sizes
// were left open because the writer wrote to a pipe. Samples of 16 bits pass
// through untouched.
//
// Everything that comes from a header is a claim: memory use doesn't depend on it.
package wav
