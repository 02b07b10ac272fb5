// Package disc holds the values that describe a disc, as a drive reports it, and the result
// of reading it back.
//
// A [Disc] is the result of one look at a disc: its type and state, its tracks, where the
// next track goes. Each [Fact] has its origin: reported, contradicted by another reply, or
// unknown. If the drive doesn't answer a question, a fact stays unknown; nothing is
// concluded from it. If two replies disagree, the rules at [Disc] decide which one is
// believed.
//
// A [Verification] is the result of comparing tracks with their sources. A [Difference] is
// one way in which a disc differs from what a burn should have left on it. Programs put
// both into words.
//
// Nothing here sends a command. redbook.Drive.Info looks at a disc. The reports and errors of
// packages redbook, tao and sao contain these values; a report in JSON contains the same
// facts.
//
// Addresses and lengths are in sectors of 1/75 second.
package disc
