// Package journal keeps a record of each burn on the computer's disk, for finishing an
// interrupted album: the album, its files, the disc, and each track as the drive reported
// it.
//
//	keeper, err := journal.Create(path, &journal.Begin{Title: "Kind of Blue"})
//	report, err := tao.Burn(ctx, drive, tracks, &burn.Options{OnEvent: keeper.Event})
//	kept, err := keeper.Finish() // kept: the album can be finished
//
//	keeper, job, err := journal.Reopen(path, "/dev/sr0")
//	report, err := tao.Resume(ctx, drive, tracks, &burn.Options{OnEvent: keeper.Event}, job.Interrupted())
//	kept, err := keeper.Finish()
//
// With package redbook, the Keeper goes into redbook.Options.Journal; the example of
// redbook.Resume shows both.
//
// A journal is a file of records, one line each, appended and synced one by one. A record
// carries its length and a checksum, so a file that was cut off at any byte is read up to
// the last whole record. Read returns the Job that a file describes; Create and Reopen
// return a Keeper, which receives the events of package burn and writes the relevant
// ones. The file does not contain audio: a resumption needs the same tracks, and Begin has
// what the caller needs to find them.
//
// A job that one process works on is locked for others; the lock ends with the process.
//
// A journal never stops a burn: a Keeper whose file can't be written keeps the error
// (Keeper.Err) and lets the burn continue.
package journal
