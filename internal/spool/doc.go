// Package spool converts audio to temporary files before a disc is written, so that
// no decoder runs, and none can fail, while the laser is on.
//
// New reads every source to its end, brings it to CD audio (pcm.Convert) and keeps
// the result: 10.6 MB a minute. Sources are converted side by side on all
// processors. Room on the disk is asked for first. The files have no name while they
// are in use, where the system can do that, and so are gone with the process,
// however it ends; Close gives the room back earlier.
//
// WAV and AIFF files in the format of a disc need no spool: pcm.Check reads them
// through once, and they are streamed.
package spool
