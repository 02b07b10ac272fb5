//go:build !race

package tao_test

// raceEnabled makes long tests shorter: the race detector slows them down tenfold.
const raceEnabled = false
