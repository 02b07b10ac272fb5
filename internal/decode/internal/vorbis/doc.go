// Package vorbis decodes the packets of Vorbis I streams of one or two channels to
// floating point samples.
//
// New reads the identification and the setup header and makes every table that
// decoding needs; Decode then turns one packet after the other into samples and
// allocates nothing. Each packet overlaps the one before it, so the first one gives
// no samples.
//
// A setup header decides how much memory a decoder needs. It is read with that in
// mind: codes that do not form a tree, books with more values than any encoder
// writes, and references to tables that do not exist are errors. A packet can only
// give wrong sound, never more samples than its block has.
//
// The clauses named in comments are those of the Vorbis I specification.
package vorbis
