package sweep

import "slices"

// Many commands of a run come in the same state and get the same answer: whichever of them
// fails, the run takes the same course. Only a part of those is swept, chosen by the names
// of the points, so every kind is represented.
const (
	alikePolls  = 48  // in the middle of a wait
	alikeAgain  = 500 // between the second and the last try of a WRITE for which the drive has no room
	alikeWrites = 16  // in the middle of a track or of the lead-in
	alikeReads  = 8   // in the middle of a verification
	alikeStarts = 6   // before the first WRITE, in a burn that begins like the first one
	alikeModes  = 8   // a permanent fault, in any burn but the first
	alikeKinds  = 3   // a question, in any burn but the first
	alikeAsking = 4   // a question, on any drive but the modern one
)

// markAlike finds them in a clean run.
func markAlike(t []sentCommand) {
	// A wait sends TEST UNIT READY, REQUEST SENSE in between, and READ DISC INFORMATION
	// until it shows the result.
	markRuns(t, alikePolls, 4, 3, opTestUnitReady, opRequestSense, opDiscInfo)
	markRuns(t, alikeReads, 4, 2, opReadCD)
	markWrites(t)
	markLooked(t)
}

// markLooked finds the commands after the job has identified its disc: from the first one
// that sets, reads or changes something on.
func markLooked(t []sentCommand) {
	for i := range t {
		switch op := t[i].op; {
		case i > 0 && t[i-1].looked, changes(op), op == opSetSpeed, op == opReadCD:
			t[i].looked = true
		}
	}
}

// markRuns marks the middle of each series of such commands, without the first and the
// last.
func markRuns(t []sentCommand, alike uint32, first, last int, ops ...byte) {
	for i := 0; i < len(t); {
		end := i
		for end < len(t) && slices.Contains(ops, t[end].op) {
			end++
		}
		mark(t, i+first, end-last, alike)
		i = max(end, i+1)
	}
}

// mark marks the commands from one to before another.
func mark(t []sentCommand, from, to int, alike uint32) {
	for i := from; i < to; i++ {
		t[i].alike = max(t[i].alike, alike)
	}
}

// markWrites marks the WRITEs in the middle of a track or of the lead-in, with the
// questions between them.
func markWrites(t []sentCommand) {
	var row [][]int // the tries of each WRITE
	next := lba(0)
	end := func() {
		for k := 2; k < len(row)-2; k++ {
			mark(t, row[k][0], row[k][len(row[k])-1]+1, alikeWrites)
		}
		row = nil
	}
	for i, c := range t {
		if c.op != opWrite {
			continue
		}
		n := len(row)
		again := n > 0 && t[row[n-1][0]].at == c.at
		if n > 0 && !again && (c.at != next || c.at == -pregap) {
			end()
		}
		if again {
			row[n-1] = append(row[n-1], i)
		} else {
			row = append(row, []int{i})
		}
		next = c.at + lba(c.blocks)
		if again {
			if tries := row[n-1]; len(tries) > 4 {
				mark(t, tries[len(tries)-3], tries[len(tries)-2], alikeAgain)
			}
		}
	}
	end()
}

// thinned passes on only some of the points at a command marked as alike.
func thinned(c sentCommand, yield func(point)) func(point) {
	if c.alike <= 1 {
		return yield
	}
	return func(p point) {
		var room [96]byte
		if sampled(append(p.appendName(room[:0]), " alike"...), c.alike) {
			yield(p)
		}
	}
}
