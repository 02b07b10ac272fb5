// Package whole determines from the structure of a container whether an audio file is
// complete.
//
// A decoder such as ffmpeg stops at the end of the file without an error: a file that lost
// its second half is simply shorter. But most containers state their length: sizes of chunks,
// numbers of samples, or consecutive frames. Look reads this account and compares it with the
// existing bytes. The caller then compares it with the length of the decoded audio.
//
// The package decodes nothing, and its memory doesn't depend on what a header claims.
package whole
