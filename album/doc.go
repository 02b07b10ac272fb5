// Package album makes a list of tracks from audio files, folders, playlists and cue
// sheets, which may be beside the files or inside them.
//
// A Track consists of parts of files. Album.Prepare converts each file to CD audio once, as
// a whole, and the tracks are cut from the result: nothing is decoded twice, and no filter
// sees an edge between two tracks.
//
// Album.Notes lists what track-at-once can't do for a cue sheet and every other deviation
// from files and sheets. Notes are values; the caller puts them into words.
package album
