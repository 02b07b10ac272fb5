// Package vorbis decodes the packets of Vorbis I streams of one or two channels to
// floating point samples.
//
// New reads the identification and the setup header and makes all tables. Decode then
// decodes packets without allocating. Each packet overlaps the previous one, so the first
// one yields no samples.
//
// The setup header determines how much memory a decoder needs. Codes that don't form a
// tree, books with more values than any encoder writes, and references to tables that don't
// exist are errors. A damaged packet can yield wrong samples, but never more than its block
// has.
//
// Clauses in comments are those of the Vorbis I specification.
package vorbis
