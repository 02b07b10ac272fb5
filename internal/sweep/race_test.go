//go:build race

package sweep

// raceEnabled makes long tests shorter: the race detector slows them down tenfold.
const raceEnabled = true
