// Package sessionatonce is how package engine records session-at-once: the cue sheet and the forms
// in which drives accept it, CD-TEXT in the lead-in, and the one stream of all tracks.
package sessionatonce
