package burn

import (
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Task is one track on its way to the disc.
type Task struct {
	Track
	Number   int                  // on the disc, once Method.Begin knows it
	Start    toc.LBA              // where it goes
	Sent     toc.Sectors          // in WRITEs that the drive accepted, padding included
	Reserved bool                 // RESERVE TRACK made it
	Ahead    toc.Sectors          // digital silence to be written up to Start: a pregap that the host writes
	LeadIn   *LeadIn              // what the host writes of the lead-in before that; nil where the drive makes it
	Hidden   toc.Sectors          // of the audio, so much lies before index 1
	Tail     toc.Sectors          // of the audio, so much at the end lies in the next track's pause
	Told     error                // what the drive reported at its end, where the disc is to decide what that means
	Shown    mmc.TrackInformation // what the drive shows of it, once Method.End has looked

	row     int  // in Report.Tracks
	tail    *job // what is still to be written of a track that is continued
	audio   toc.Sectors
	padding toc.Sectors
	checked pcm.Digest
	music   toc.Sectors // of Sent, from the source
	tried   bool        // a WRITE was sent: something may be on the disc
	mark    Mark        // what the witness had seen when it began
}

// LeadIn is the sub-channel data of a lead-in that the host writes: 96 bytes for each
// sector, from Start up to the pregap.
type LeadIn struct {
	Start toc.LBA
	Size  toc.Sectors
	// Read fills dst with the sectors from number first on.
	Read func(dst []byte, first toc.Sectors)
}

// newTask measures a track.
func newTask(t Track, row int, checked pcm.Digest) *Task {
	audio := toc.Sectors(pcm.Sectors(t.Source))
	return &Task{Track: t, row: row, audio: audio, padding: toc.Raise(audio) - audio, checked: checked}
}

// NewTask measures a track that isn't part of a Job, to try a Method on.
func NewTask(t Track) *Task { return newTask(t, 0, pcm.Digest{}) }

// Sectors is how long the track will be, padding included.
func (t *Task) Sectors() toc.Sectors { return t.audio + t.padding }

// Tried reports whether a WRITE was sent for the track: something of it may be on
// the disc, whatever the drive accepted.
func (t *Task) Tried() bool { return t.tried || t.Reserved }

// Written reports whether a WRITE was sent for the track.
func (t *Task) Written() bool { return t.tried }

// next is the address of the next sector to write.
func (t *Task) next() toc.LBA { return t.Start + toc.LBA(t.Sent-t.Ahead) }

// index1 is where players start the track.
func (t *Task) index1() toc.LBA { return t.Start + toc.LBA(t.Hidden) }

// body is how long the track is for a player: from index 1 to the pause of the next.
func (t *Task) body() toc.Sectors { return max(t.Sent-t.Hidden-t.Tail, 0) }

// End is the first sector past what the drive accepted.
func (t *Task) End() toc.LBA { return t.next() }

// job is the track for the reader.
func (t *Task) job() job {
	if t.tail != nil {
		return *t.tail
	}
	return job{source: t.Source, audio: t.audio, padding: t.padding, checked: t.checked}
}
