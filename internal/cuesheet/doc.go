// Package cuesheet computes the layout of a session-at-once recording, and the data of SEND
// CUE SHEET that announces it. It does no I/O.
//
// A Session describes the disc. Layout computes where each index starts; both the cue
// sheet and the stream are made from it, so they can't differ. CueSheet composes the
// sheet in one of the variants that drives accept, Variants lists them in the order in
// which they are tried, and Fit leaves out what exceeds a drive's limit.
//
// Sources are MMC-5 6.33 and the cue sheets of other burning programs.
package cuesheet
