// Package exchange runs one command on a transport and checks its reply. Packages mmc and command
// are built on it.
//
// Running: a Spec has the name and the timeout of a command. CHECK CONDITION is a
// *scsi.SenseError that matches its key, code and ASC. A current recovered error (sense key 1)
// counts as success, because the command was carried out; so does a CHECK CONDITION with nothing
// to report (key 0), except for a WRITE, whose data may be lost. A deferred error belongs to an
// earlier command and is never dropped. Nothing is retried.
//
// Replies: all fields are big-endian. The length that a drive claims can only shorten a
// reply, never lengthen it. A reply without its required fields is ErrShortReply. One with a
// number that no CD can have is ErrImplausible. Ask runs a command again for such a reply; after
// that the answer is unknown.
package exchange
