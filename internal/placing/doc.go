// Package placing computes where tracks lie on a disc that is written track-at-once, which
// tracks the Red Book allows, and what fits on a disc. It does no I/O.
package placing
