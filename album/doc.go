// Package album makes a list of tracks from audio files, folders, playlists and cue
// sheets, which may be beside the files or inside them.
//
// A Track consists of parts of files. Its Source is made from the files as they are or
// from the caller's conversion of them: convert a file to CD-DA once, as a whole, and cut
// the tracks from the result, so that nothing is decoded twice and no filter sees an edge
// between two tracks.
//
// Album.Notes lists what track-at-once can't do for a cue sheet, and every other
// deviation from files and sheets, as values that programs put into words.
package album
