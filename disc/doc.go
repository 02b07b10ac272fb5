// Package disc says what is on a disc, as the drive reports it, and reads its audio.
package disc
