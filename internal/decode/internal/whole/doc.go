// Package whole finds out from the structure of a container whether an audio file is
// all there.
//
// A decoder such as ffmpeg plays what it finds and stops where the file stops: a file
// that lost its second half is simply shorter. But most containers state how long they
// are: sizes of chunks, numbers of samples, frames that must follow each other. Look
// reads that account and compares it with the bytes that exist. What it returns is a
// promise that the decoded audio is compared with afterwards.
//
// Nothing is decoded here. The memory needed does not depend on what a header claims.
package whole
