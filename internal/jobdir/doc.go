// Package jobdir keeps the journals of the redbook command in one folder.
//
// A [Folder] holds a user's journals; [Default] returns it for each operating system. Jobs
// have small numbers as names, which are easy to type. A drive that one process uses is
// locked for others ([Folder.LockDrive]); the lock ends with the process.
package jobdir
