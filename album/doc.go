// Package album makes a list of tracks of what people have: audio files, folders of
// them, playlists, and cue sheets, beside the files or inside of them.
//
// A Track says which parts of which files it consists of. Its Source is made from
// the files as they are or from whatever the caller made of them: convert a file to
// CD-DA once, as a whole, and cut the tracks out of the result, so that nothing is
// decoded twice and no filter hears an edge between two tracks.
//
// Track-at-once can't do all that a cue sheet asks for. What it can't, and whatever else
// is not as files and sheets say, is in Album.Notes: values, for which a program has words.
package album
