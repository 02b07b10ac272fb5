// Package inspect determines what is on the disc in a drive, and reads its audio back. The
// values that it returns are those of package disc.
//
// [Look] is the only code that asks for the state of a disc. It sends every question that
// an MMC drive can answer about a CD (disc information, tracks, table of contents, ATIP,
// free space), and returns each fact with its origin. If the drive doesn't answer a
// question, a fact stays unknown; nothing is concluded from it. If two replies disagree,
// the rules at [disc.Disc] decide which one is believed.
//
// [Asker] repeats every question that changes nothing. Its rules are a table.
//
// [Reader] reads audio in pieces that the transport can carry, corrects a read offset,
// repeats failed reads and then reads sector by sector. It never sends READ CD for an
// address outside the tracks. [SubQ] reads the Q sub-channel.
//
// [Verify] compares tracks with their sources and allows for one read offset, the same
// for the whole disc. [Compare] compares a disc with the layout that it should have. Both
// return values, which programs put into words.
//
// Addresses and lengths are in sectors of 1/75 second. Nothing in the package changes a
// disc; only Look sends mode page 05h if LookOptions contains it.
package inspect
