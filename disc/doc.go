// Package disc answers what is on the disc in a drive, and reads its audio back.
//
// [Look] is the only code that asks what is on a disc. It puts every question that
// an MMC drive can answer about a CD (disc information, tracks, table of contents,
// ATIP, free space), and gives each fact with its origin: reported, contradicted
// by another reply, or unknown. A question that the drive doesn't answer leaves a
// fact unknown; it never becomes a statement about the disc. Where two replies
// disagree, the rules at [Disc] decide which one is believed.
//
// [Asker] is the patience behind it, for every question that changes nothing. Its
// rules are a table.
//
// [Reader] reads audio in pieces that the transport can carry, corrects a read
// offset, repeats what fails and goes sector by sector around what stays
// unreadable. It never sends READ CD for an address where no track lies.
//
// [Verify] compares tracks with their sources and allows for one read offset, the
// same for the whole disc. [Compare] compares a disc with the layout that it should
// have. Both return values; a program makes its own sentences of them.
//
// Addresses and lengths are sectors of 1/75 second. Nothing in the package changes
// a disc, except that Look sends mode page 05h where LookOptions says so.
package disc
