//go:build race

package sim_test

// raceDetector makes tests leave out the long ones of several burns alike.
const raceDetector = true
