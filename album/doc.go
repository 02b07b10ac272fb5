// Package album makes a list of tracks from audio files, folders, playlists and cue
// sheets, which may be next to the files or inside them.
//
// [Open] examines the files and returns an [Album] that redbook.Burn takes. A program that
// burns with package tao or sao calls [Album.Prepare] first, and passes the Source of each
// [Track].
//
// A Track consists of parts of files. Prepare converts each file to CD audio once, as a
// whole, and the tracks are cut from the result: no file is decoded twice unless levels are
// measured, and no filter sees an edge between two tracks.
//
// Album.Notes lists what track-at-once can't do for a cue sheet and every other deviation
// from files and sheets. A [Note] is a value; the caller puts it into words.
package album
