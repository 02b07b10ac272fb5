// Package journal keeps a record of each burn on the computer's own disk, so that an album
// that was interrupted can be finished: what was to be burned, from which files, onto which
// disc, and each track as the drive showed it.
//
// A journal is a file of records, one line each, appended and synced one by one. A record
// carries its length and a checksum, so that a file that was cut off at any byte is read up
// to the last whole record. Read gives the Job that a file is about; Create and Reopen give
// a Keeper, which takes the events of package burn and writes what matters of them.
//
// A Folder is where the journals of a user are; DefaultFolder names it for each operating
// system. Names of jobs are small numbers, to be typed. A job, and a drive, that one process
// works on is locked for others; the locks end with the process.
//
// A journal is never in the way: a Keeper whose file can't be written remembers the error
// (Keeper.Err) and lets the burn go on.
package journal
