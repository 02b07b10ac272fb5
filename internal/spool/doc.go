// Package spool converts audio to temporary files before a disc is written, so that no
// decoder runs, and none can fail, while the laser is on.
//
// New reads every source to its end, converts it to CD audio (convert.Convert) and stores the
// result, 10.6 MB per minute. Sources are converted in parallel on all processors. New first
// checks that the disk has room. Where the system allows it, the files have no name and
// disappear with the process, however it ends. Close frees the space earlier.
//
// WAV and AIFF files in CD format need no spool: reading.Check reads them once, and they are
// streamed.
package spool
