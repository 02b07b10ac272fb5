package rip

// Sound reports where audio outside the tracks isn't silent.
type Sound struct {
	Hidden bool         // before track 1
	After  map[int]bool // between a track and the next, by its number
}
