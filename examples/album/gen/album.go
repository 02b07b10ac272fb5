package main

// note is one tone of a piece. Pitch counts semitones from A4 (440 Hz).
type note struct {
	at    int // milliseconds from the start
	len   int // milliseconds until it is let go
	pitch int
	loud  int // 0..100
	pan   int // 0 left, 100 right
}

// piece is one track of the album.
type piece struct {
	file   string
	frames int // length; not a whole number of sectors, as music usually isn't
	notes  []note
}

// The album: an arpeggio that climbs, chords that breathe, and a canon of two
// voices.
var album = []piece{
	{file: "01-first-light.wav", frames: 5*44100 + 123, notes: firstLight()},
	{file: "02-slow-tide.wav", frames: 4*44100 + 31415, notes: slowTide()},
	{file: "03-two-clocks.wav", frames: 5*44100 + 22051, notes: twoClocks()},
}

// firstLight is an arpeggio over four chords: Am F C G.
func firstLight() []note {
	chords := [][]int{{-24, -12, -9, -5, 0, 3}, {-28, -16, -12, -9, -4, 0}, {-21, -9, -5, -2, 3, 7}, {-26, -14, -10, -7, -2, 2}}
	var notes []note
	for i := range 32 {
		chord := chords[i/8]
		step := []int{1, 2, 3, 4, 5, 4, 3, 2}[i%8]
		notes = append(notes, note{at: i * 140, len: 420, pitch: chord[step], loud: 34, pan: 20 + i%8*8})
		if i%8 == 0 {
			notes = append(notes, note{at: i * 140, len: 1100, pitch: chord[0], loud: 40, pan: 50})
		}
	}
	return append(notes, note{at: 32 * 140, len: 400, pitch: -24, loud: 40, pan: 50},
		note{at: 32 * 140, len: 400, pitch: 0, loud: 30, pan: 40}, note{at: 32 * 140, len: 400, pitch: 3, loud: 30, pan: 60})
}

// slowTide is three wide chords: Dm7 Bbmaj7 F.
func slowTide() []note {
	var notes []note
	for i, chord := range [][]int{{-19, -7, -4, 0, 3, 8}, {-23, -11, -7, -4, 0, 5}, {-28, -16, -9, -4, 0, 8}} {
		for j, pitch := range chord {
			notes = append(notes, note{at: i*1450 + j*70, len: 1250 - j*60, pitch: pitch, loud: 26, pan: 15 + j*14})
		}
	}
	return notes
}

// twoClocks is a tune in E minor that the right channel repeats a little later.
func twoClocks() []note {
	tune := []int{-5, 2, 7, 5, 2, 3, 2, -2, -5, 0, 3, 7, 8, 7, 3, 2, -2, 2, -5, -5}
	var notes []note
	for i, pitch := range tune {
		notes = append(notes,
			note{at: i * 240, len: 300, pitch: pitch, loud: 38, pan: 12},
			note{at: i*240 + 480, len: 300, pitch: pitch - 12, loud: 38, pan: 88})
	}
	return notes
}
