package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// noteWords has the text for each kind of note. %D stands for the device, as it
// is named on a command line.
var noteWords = map[burn.NoteKind]func(n burn.Note) string{
	notekind.TestWrite:  fixed("test write: the laser stays at reading power and nothing is written"),
	notekind.NewSession: fixed("the tracks get a session of their own; most CD players see only the first session"),
	notekind.MultiSession: fixed("the disc stays open for another session: its lead-in and lead-out take 2:32 of the disc, " +
		"and most CD players see only the first session"),
	notekind.LeftOpen:   fixed("the session stays open; CD players cannot play the disc until you run `redbook close%D`"),
	notekind.ReserveCDR: fixed("RESERVE TRACK on a CD-R can't be undone: if the burn stops, the disc may never be closable"),
	notekind.Padded: func(n burn.Note) string {
		return fmt.Sprintf("track %d (%s) is shorter than four seconds: %s of silence is added", n.Track, baseName(n.Name), secondsText(toc.Sectors(n.Got)))
	},
	notekind.SameISRC: func(n burn.Note) string { return fmt.Sprintf("tracks %d and %d have the same ISRC", n.Track, n.Got) },
	notekind.NoCDText: func(n burn.Note) string {
		return fmt.Sprintf("titles and performers of %s are not recorded: track-at-once cannot write CD-TEXT", count(n.Got, "track"))
	},
	notekind.NoIndexMarks: func(n burn.Note) string {
		return fmt.Sprintf("index marks of %s are not recorded: track-at-once cannot write them", count(n.Got, "track"))
	},
	notekind.Overburn: func(n burn.Note) string {
		return fmt.Sprintf("the disc has room for %v, and the burn needs %v; if writing past the end fails, none of the disc can be read",
			toc.Sectors(n.Got), toc.Sectors(n.Want))
	},
	notekind.NoReserve:  fixed("--reserve always has no effect: session-at-once announces all tracks in the cue sheet"),
	notekind.NoCloseCut: fixed("--close-on-cancel has no effect: a session-at-once burn that is cut short can't be closed"),
	notekind.Capacity:   because("the drive reports two different figures for the room on the disc; redbook uses the smaller one"),

	notekind.NoTrayLock:  because("the drive can't lock its tray; do not press its button during the burn"),
	notekind.MaySleep:    because("the computer may go to sleep during the burn"),
	notekind.NoBurnFree:  fixed("the drive has no buffer underrun protection; do not use the computer for anything else during the burn"),
	notekind.Calibration: because("the laser was not calibrated as asked"),
	notekind.MCNNotKept:  fixed("the drive doesn't show the media catalog number (MCN) among its settings; the disc may lack it"),
	notekind.ISRCNotKept: fixed("the drive doesn't show the recording code (ISRC) among its settings; the disc may lack the codes"),
	notekind.OldDeferred: because("the drive reported that an earlier command had failed"),
	notekind.SpeedFixed:  because("the drive doesn't accept a speed setting"),
	notekind.SpeedDiffers: func(n burn.Note) string {
		return fmt.Sprintf("the drive writes this disc at %v, not at %v", mmc.SpeedX(float64(n.Got)/toc.SectorsPerSecond), mmc.SpeedX(float64(n.Want)/toc.SectorsPerSecond))
	},

	notekind.SheetRefused: func(n burn.Note) string {
		return withCause(fmt.Sprintf("the drive refused form %d of %d of the cue sheet", n.Got, n.Want), n)
	},
	notekind.TextDropped: because("written without CD-TEXT"),
	notekind.IndexesLeft: func(n burn.Note) string {
		if n.Cause.Err != nil {
			return withCause("index marks are left out: the drive refused the cue sheet with them", n)
		}
		return fmt.Sprintf("index marks are left out: the drive accepts only %d bytes of cue sheet", n.Got)
	},
	notekind.ISRCsLeft: func(n burn.Note) string {
		return fmt.Sprintf("recording codes (ISRC) are left out: the drive accepts only %d bytes of cue sheet", n.Got)
	},
	notekind.TextUnseen: because("CD-TEXT was written, and the drive does not show it yet; take the disc out, put it in again " +
		"and run `redbook toc%D`"),
	notekind.TextDiffers: func(n burn.Note) string {
		return fmt.Sprintf("the drive shows other CD-TEXT (%d packs) than was written (%d packs)", n.Got, n.Want)
	},

	notekind.Reset: fixed("the drive was reset; its lock and speed are set again"),
	notekind.SettingsLost: func(n burn.Note) string {
		return withCause(fmt.Sprintf("the drive had lost its settings before the WRITE at LBA %d; they were set again", n.Want), n)
	},
	notekind.Attention:      because("the drive reported a new disc, but it is the same one"),
	notekind.ReserveRefused: because("written without a reservation: the drive refused RESERVE TRACK"),
	notekind.ReserveIgnored: fixed("written without a reservation: the drive accepted RESERVE TRACK but shows no reservation"),
	notekind.ReserveUndone:  because("written without a reservation: the drive reserved something else, which was undone"),
	notekind.ReserveSilence: because("the reservation could not be undone; the track holds silence"),
	notekind.WriteDenied:    because("the drive reported an error for what it had written, but the audio reads back equal"),
	notekind.WriteTaken: func(n burn.Note) string {
		_, checked := errors.AsType[*scsi.SenseError](n.Cause.Err)
		if _, status := errors.AsType[*scsi.StatusError](n.Cause.Err); checked || status {
			return withCause(fmt.Sprintf("the drive reported an error for the WRITE at LBA %d, but had accepted it", n.Want), n)
		}
		return withCause(fmt.Sprintf("the drive did not answer the WRITE at LBA %d, but had carried it out", n.Want), n)
	},
	notekind.WriteResent: func(n burn.Note) string {
		return withCause(fmt.Sprintf("the drive did not carry out the WRITE at LBA %d; it was sent again", n.Want), n)
	},
	notekind.EndError:  because("the drive reported an error at the end of the track, but the track is complete"),
	notekind.NotWaited: fixed("redbook did not wait for the drive, as asked; the drive shows the track complete"),
	notekind.StartDiffers: func(n burn.Note) string {
		return fmt.Sprintf("the drive shows that the track starts at LBA %d instead of %d", n.Got, n.Want)
	},
	notekind.SizeDiffers: func(n burn.Note) string {
		if got, want := toc.Sectors(n.Got).String(), toc.Sectors(n.Want).String(); got != want {
			return fmt.Sprintf("the drive shows a length of %s instead of %s", got, want)
		}
		return fmt.Sprintf("the drive shows %d sectors instead of %d", n.Got, n.Want)
	},
	notekind.NoSize: fixed("the drive does not show the length of the track"),
	notekind.ControlDiffers: func(n burn.Note) string {
		return fmt.Sprintf("recorded as %v instead of %v", toc.Control(n.Got), toc.Control(n.Want))
	},
	notekind.TrackError:     func(n burn.Note) string { return sentence(n.Cause.Err, false) },
	notekind.SourceUnclosed: because("the audio file could not be closed; all of it was read"),
	notekind.SourceHangs:    fixed("reading an audio file hangs; the file was left open"),
	notekind.TooFast:        fixed("the drive accepted the audio faster than any drive can write"),
	notekind.TrackFinished: func(n burn.Note) string {
		return fmt.Sprintf("track %d was unfinished and has been finished", n.Track)
	},
	notekind.TrackRepaired: func(n burn.Note) string {
		return fmt.Sprintf("track %d was damaged and has been repaired", n.Track)
	},
	notekind.CloseError: because("the drive reported an error while it closed the session, but the session is closed"),
	notekind.BlankError: because("the drive reported an error while it erased the disc, but the disc is blank"),
	notekind.StillOld:   fixed("the drive still shows the disc as it was before; looking again"),
	notekind.RefreshFailed: func(n burn.Note) string {
		if errors.Is(n.Cause.Err, mmc.ErrCannotLoad) {
			return "the drive can't close its tray by itself, so it was not made to read the disc again"
		}
		return withCause("the drive could not be made to read the disc again", n)
	},
	notekind.NotEjected:   because("the tray could not be opened"),
	notekind.VerifyAnyway: fixed("samples are read back to make sure"),
	notekind.UnreadableOpen: fixed("the drive doesn't read the audio of an open session; run `redbook verify%D` with the same files " +
		"once the disc is closed"),
	notekind.Skipped: func(n burn.Note) string {
		if n.Got == 0 {
			return fmt.Sprintf("track %d on the disc is unfinished and was not compared", n.Track)
		}
		return fmt.Sprintf("track %d on the disc (%v) was not compared: the other tracks have the lengths of these files", n.Track, toc.Sectors(n.Got))
	},
	notekind.MoreTracks: func(n burn.Note) string {
		if n.Got == 1 {
			return "the disc has one more audio track, which was not compared"
		}
		return fmt.Sprintf("the disc has %d more audio tracks, which were not compared", n.Got)
	},
	notekind.Kept: fixed("it was on the disc already"),
	notekind.KeptUnread: func(n burn.Note) string {
		if n.Track == 0 {
			return "the drive reads nothing of the tracks that are on the disc; whether they are the album's was not checked before burning"
		}
		return fmt.Sprintf("track %d could not be read at LBA %d before burning; other parts of it are the album's", n.Track, n.Got)
	},
	notekind.Continued: func(n burn.Note) string {
		return fmt.Sprintf("its first %v were on the disc already; the rest was written after them", toc.Sectors(n.Got))
	},
	notekind.Fragment: func(n burn.Note) string {
		if n.Got >= n.Want { // drives fill up a reservation
			return fmt.Sprintf("track %d on the disc is a part of %s, which was cut short; it stays there", n.Track, baseName(n.Name))
		}
		return fmt.Sprintf("track %d on the disc is %v of %s, which was cut short; it stays there",
			n.Track, toc.Sectors(n.Got), baseName(n.Name))
	},
	notekind.EventPanic: because("the program that follows the burn failed"),
}

// fixed is a text without figures.
func fixed(text string) func(burn.Note) string {
	return func(burn.Note) string { return text }
}

// because is a text with the cause.
func because(text string) func(burn.Note) string {
	return func(n burn.Note) string { return withCause(text, n) }
}

func withCause(text string, n burn.Note) string {
	if n.Cause.Err == nil {
		return text
	}
	return text + ": " + sentence(n.Cause.Err, false)
}

// noteText is the text of a note.
func noteText(n burn.Note) string { return noteAbout(n, "") }

// noteAbout is a note in words. Lines to type in it have the drive's flag
// (adviser.deviceFlag).
func noteAbout(n burn.Note, device string) string {
	words, ok := noteWords[n.Kind]
	if !ok {
		return n.String()
	}
	return strings.ReplaceAll(strings.Join(distinctLines(words(n)), "; "), "%D", device)
}

// distinctLines are the lines of a text, each once and without indentation.
func distinctLines(text string) (list []string) {
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}
