// Package reading reads a pcm.Source and computes a digest of its samples, by which a burn
// recognizes that the second reading delivers the same audio as the first.
//
// Open reads a source with the checks of pcm.Open; Check reads all of it.
package reading
