package engine

import (
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Task is one track to be written.
type Task struct {
	burn.Track
	Number   int                      // on the disc, once Method.Begin knows it
	Start    toc.LBA                  // start address
	Sent     toc.Sectors              // in WRITEs that the drive accepted, padding included
	Reserved bool                     // RESERVE TRACK took effect
	Ahead    toc.Sectors              // digital silence to write up to Start: a pregap written by the host
	LeadIn   *LeadIn                  // the part of the lead-in before that, written by the host; nil if the drive generates it
	Hidden   toc.Sectors              // part of the audio before index 1
	Tail     toc.Sectors              // part of the audio at the end that lies in the next track's pause
	EndErr   error                    // error that the drive reported at its end; the state of the disc decides what it means
	Shown    command.TrackInformation // the drive's report after Method.End

	row     int  // index in burn.Report.Tracks
	tail    *job // the rest of a track that is continued
	audio   toc.Sectors
	padding toc.Sectors
	checked reading.Digest
	music   toc.Sectors // of Sent, from the source
	ended   bool        // Method.End was called, and it wasn't only a part of a stream
	tried   bool        // a WRITE was sent: something may be on the disc
	before  toc.Sectors // blocks before Start that the drive accepted: lead-in and pregap
	unsure  toc.Sectors // of the WRITE that ended the track: it may have been carried out
	doubt   error       // why sectors of it must be read back; nil if none must
	blind   error       // why sectors before its start are in doubt, which can't be read back
	mark    mark        // state of the witness when the track was started
	equal   int         // how many deferred errors there were when it was last read back and equal
}

// LeadIn is the sub-channel data of a lead-in written by the host, 96 bytes for each sector
// from Start to the pregap.
type LeadIn struct {
	Start toc.LBA
	Size  toc.Sectors
	// Read fills dst with the sectors from number first on.
	Read func(dst []byte, first toc.Sectors)
}

// sizeOf returns the length of a track on a disc, padding included.
func sizeOf(t burn.Track) toc.Sectors { return placing.Raise(toc.Sectors(pcm.Sectors(t.Source))) }

// writtenAt describes a track on a disc for a verification.
func writtenAt(t burn.Track, number int, start toc.LBA) inspect.Written {
	return inspect.Written{Number: number, Start: start, Sectors: sizeOf(t), Audio: toc.Sectors(pcm.Sectors(t.Source)), Source: t.Source}
}

// newTask measures a track.
func newTask(t burn.Track, row int, checked reading.Digest) *Task {
	audio := toc.Sectors(pcm.Sectors(t.Source))
	return &Task{Track: t, row: row, audio: audio, padding: placing.Raise(audio) - audio, checked: checked}
}

// NewTask measures a track that isn't part of a Job, for testing a Method.
func NewTask(t burn.Track) *Task { return newTask(t, 0, reading.Digest{}) }

// Sectors returns the length of the track, padding included.
func (t *Task) Sectors() toc.Sectors { return t.audio + t.padding }

// Tried reports whether a WRITE was sent for the track: something of it may be on the
// disc even if the drive accepted nothing.
func (t *Task) Tried() bool { return t.tried || t.Reserved }

// Written reports whether a WRITE was sent for the track.
func (t *Task) Written() bool { return t.tried }

// next returns the address of the next sector to write.
func (t *Task) next() toc.LBA { return t.Start + toc.LBA(t.Sent-t.Ahead) }

// index1 returns the address of index 1, where players start the track.
func (t *Task) index1() toc.LBA { return t.Start + toc.LBA(t.Hidden) }

// body returns the length for a player of what was sent.
func (t *Task) body() toc.Sectors { return t.player(t.Sent) }

// player returns the length that a player shows of the first n sectors of the track: from
// index 1 to the next track's pause.
func (t *Task) player(n toc.Sectors) toc.Sectors { return max(n-t.Hidden-t.Tail, 0) }

// End returns the first sector past what the drive accepted.
func (t *Task) End() toc.LBA { return t.next() }

// job returns the track for the reader.
func (t *Task) job() job {
	if t.tail != nil {
		return *t.tail
	}
	return job{source: t.Source, audio: t.audio, padding: t.padding, checked: t.checked}
}
