// Package redbook burns audio CDs. The redbook command is built on it:
//
//	drive, err := redbook.Open(ctx, "")            // or "sim:first.disc", "/dev/sr0", "D:"
//	album, err := redbook.Load(ctx, "album/")      // FLAC, MP3, WAV ..., folders, cue sheets, playlists
//	report, err := redbook.Burn(ctx, drive, album, nil)
//
// Burn decodes and checks every file to its end before the laser starts, keeps the
// computer awake, chooses the recording mode, and reads the disc back. Success means that
// the disc holds the album. Verify compares a disc with an album, Resume finishes an album
// whose burn was interrupted, Blank erases a CD-RW, and Close closes a disc that was left
// open.
//
// Read reads a disc into WAV or FLAC files with a cue sheet, Examine lists everything that
// a disc contains besides its samples, and ReadCopy and BurnCopy copy a disc.
//
// Errors are values: errors.Is finds the sentinels of package burn (burn.ErrNoMedia,
// burn.ErrNoSpace ...), and burn.Category returns their kind: no drive, no suitable disc,
// bad input ... A nil drive is an error that matches burn.ErrNoRecorder, a nil album one
// that matches burn.ErrNoTracks.
//
// Plans, notices and notes are values too ([Plan], [Notice], album.Note, burn.Note,
// cdtext.Note), which programs put into words: the type of each kind, such as [NoticeKind],
// lists its words and what they mean.
//
// # Packages
//
// A program that needs more than this package uses the packages below it:
//
//	album      files, folders, playlists and cue sheets -> tracks that are ready to burn
//	audio      the errors of audio files
//	pcm        samples: sources and their formats
//	cdtext     CD-TEXT
//	burn       the values of a burn: track, options, plan, events, report, errors
//	tao, sao   burning with an open drive, track-at-once or session-at-once; both also resume and
//	           verify. tao also erases and closes discs, and has IMAPI's Writer
//	disc       the values of a disc: its state and tracks, as the drive reports them; verification
//	rip        the values of reading a disc: pauses, index marks, codes, CD-TEXT; checksums; losses of a copy
//	mmc        an open drive; kinds and states of discs, speeds
//	scsi       transports, sense data; scsi/host the operating system's drives
//	toc        addresses, ISRC, MCN, track lists: the CD's own vocabulary
//	sim        the simulated drive
//	journal    the record of a burn on disk, for resuming it
//	power      keeps the computer awake while a disc is written
package redbook
