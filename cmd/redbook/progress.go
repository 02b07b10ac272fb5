package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/toc"
)

// The parts of a progress line. The last to be dropped for lack of room are the remaining
// time, the share that is done, and the current step. They fit into 20 columns.
const (
	rankBar = iota
	rankDriveBuffer
	rankFIFO
	rankPosition
	rankSpeed
	rankPhase
	rankPercent
	rankLeft
)

// barWidth is the width of the bar if there is room.
const barWidth = 20

func barPart(done float64) line.Part { return line.Part{Rank: rankBar, Bar: barWidth, Done: done} }

// percentPart is how much of the whole job is done. It is never rounded up to 100.
func percentPart(done float64) line.Part {
	return line.Text(rankPercent, fmt.Sprintf("%d %%", int(100*min(max(done, 0), 1)+1e-9)))
}

// progressParts are the parts of the line on a terminal. Percent, bar and remaining time
// are about the whole job, the rest is about the track.
func progressParts(e burn.Progress) []line.Part {
	p := phaseStep{e.Phase, e.Track}
	forms := []string{phaseText(p), shortPhase(p), firstWord(shortPhase(p))}
	if e.Phase == burn.PhaseWrite && e.Tracks > 0 {
		forms = []string{
			fmt.Sprintf("Writing track %d of %d", e.Track, e.Tracks), fmt.Sprintf("Writing %d/%d", e.Track, e.Tracks),
			fmt.Sprintf("%d/%d", e.Track, e.Tracks),
		}
	}
	parts := []line.Part{line.Text(rankPhase, forms...), barPart(e.Done), percentPart(e.Done)}
	if e.Phase == burn.PhaseWrite && e.SectorCount > 0 {
		at := max(toc.Sectors(e.LastWritten+1-e.StartLBA), 0)
		parts = append(parts, line.Text(rankPosition, fmt.Sprintf("%v of %v", at, e.SectorCount), at.String()))
		if e.Speed.Known() {
			parts = append(parts, line.Text(rankSpeed, e.Speed.String()))
		}
		if e.BufferTotal > 0 {
			parts = append(parts, line.Text(rankFIFO, fmt.Sprintf("FIFO %d %%", int64(e.BufferUsed)*100/int64(e.BufferTotal))))
		}
		if e.DriveBuffer >= 0 {
			parts = append(parts, line.Text(rankDriveBuffer, fmt.Sprintf("drive %.0f %%", e.DriveBuffer*100)))
		}
	}
	if left := timeLeft(e); left > 0 {
		parts = append(parts, line.Text(rankLeft, clock(left)+" left", clock(left)))
	}
	return parts
}

// timeLeft is the remaining time of the whole job or, if unknown, of this phase.
func timeLeft(e burn.Progress) time.Duration {
	if e.Left > 0 {
		return e.Left
	}
	return e.Remaining
}

// titleText is the progress in the window title, for users who do something else
// meanwhile.
func titleText(e burn.Progress) string {
	text := fmt.Sprintf("redbook: %d %%", int(100*e.Done+1e-9))
	if left := timeLeft(e); left > 0 {
		text += ", " + clock(left) + " left"
	}
	return text
}

// bar draws a share between 0 and 1 in ASCII.
func bar(done float64) string { return line.Fit(80, barPart(done), percentPart(done)) }

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}
