// Package trackatonce is how package engine records track-at-once: how a track starts, with or
// without a reservation, how it ends, and how the session is closed.
package trackatonce
