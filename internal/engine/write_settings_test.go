package engine

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/toc"
)

// pageReply is the answer to MODE SENSE with this page.
func pageReply(p command.WriteParameters) reply {
	b := append(make([]byte, 8), p.Page(50)...)
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	return reply{data: b}
}

// A WRITE that a drive without its settings refused is sent again only if the next writable
// address shows that it wasn't accepted; the page and the tray lock come first.
func TestRefusedWriteOfADriveThatLostItsPage(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}
	other := page
	other.DataBlockType = 8
	set, noLock := notekind.SettingsLost, notekind.NoTrayLock
	for _, row := range []struct {
		name    string
		nwas    []reply
		lock    reply
		pages   []reply // after the one that shows the loss
		writes  int
		selects int
		want    error
		notes   []burn.NoteKind // of the track
		all     []burn.NoteKind // of the report
	}{
		{"not accepted", []reply{nwa(100)}, good, []reply{pageReply(other), pageReply(page)}, 2, 1, nil, []burn.NoteKind{set}, nil},
		{"accepted", []reply{nwa(127)}, good, []reply{pageReply(other), pageReply(page)}, 1, 1, nil, []burn.NoteKind{set, notekind.WriteTaken}, nil},
		{"no address", []reply{broken}, good, []reply{pageReply(other), pageReply(page)}, 1, 0, burn.ErrSettingsLost, nil, nil},
		{"two addresses", []reply{nwa(100), nwa(127)}, good, []reply{pageReply(other), pageReply(page)}, 1, 0, burn.ErrSettingsLost, nil, nil},
		{"not accepted, and the page isn't kept", []reply{nwa(100)}, good, []reply{pageReply(other)}, 1, armTries, burn.ErrSettingsLost, nil, nil},
		{"not accepted, and the tray stays open", []reply{nwa(100)}, broken, []reply{pageReply(other), pageReply(page)}, 2, 1, nil, []burn.NoteKind{set}, []burn.NoteKind{noLock}},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, nil)
			require.NoError(t, j.Arm(j.calm, page))
			pages := slices.Repeat([]reply{pageReply(other)}, 2) // the page is asked for its length first
			for _, p := range row.pages {
				pages = append(pages, p, p)
			}
			s.script = map[byte][]reply{
				command.OpWrite10: {checkCondition(5, 0x2C, 0), good}, command.OpReadTrackInformation: row.nwas, command.OpModeSelect10: {good},
				command.OpModeSense10: pages, command.OpPreventAllowMediumRemoval: {row.lock},
			}
			k := silent(100)
			k.audio = 400
			j.Tasks = []*Task{k}
			err := j.writing.write(k, make([]byte, 27*toc.SectorSize), 27)
			require.Equal(t, row.writes, s.times("write 100+27"))
			require.Equal(t, row.selects, s.times("MODE SELECT(10)"))
			require.Equal(t, row.notes, kindsOf(j.rep.Tracks[0].Notes))
			require.Equal(t, row.all, kindsOf(j.rep.Notes))
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, toc.Sectors(127), k.Sent)
				require.Equal(t, row.writes == 1, k.doubt != nil, "its sectors are read back")
				return
			}
			require.ErrorIs(t, err, row.want)
			require.Equal(t, []toc.Sectors{100, 27}, []toc.Sectors{k.Sent, k.unsure})
		})
	}
}

// After a reset a drive that doesn't return its page gets it again in any case; after another
// error only a page that is known to be lost is sent.
func TestPageThatTheDriveDoesNotReturn(t *testing.T) {
	for _, row := range []struct {
		name    string
		answer  reply
		selects int
	}{
		{"a reset", checkCondition(6, 0x29, 0), 1}, {"another attention", checkCondition(6, 0x2E, 0), 0}, {"no answer", unanswered, 0},
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpModeSense10: {refusal}})
		require.NoError(t, j.Arm(j.calm, command.WriteParameters{WriteType: command.WriteTAO}))
		s.script[command.OpWrite10], s.script[command.OpReadTrackInformation], s.script[command.OpModeSelect10] = []reply{row.answer, good}, []reply{nwa(100)}, []reply{good}
		s.sent = nil
		require.NoError(t, j.writing.write(silent(100), make([]byte, 27*toc.SectorSize), 27), row.name)
		require.Equal(t, row.selects, s.times("MODE SELECT(10)"), row.name)
		require.Equal(t, 2, s.times("write 100+27"), row.name)
	}
}

// MCN and ISRC are noted as lost only if they were sent and the drive returned others.
func TestCodesThatTheDriveDoesNotKeep(t *testing.T) {
	mcn, isrc := toc.MCN("4006381333931"), toc.ISRC("DEA123456789")
	for _, row := range []struct {
		sent, kept command.WriteParameters
		want       []burn.NoteKind
	}{
		{command.WriteParameters{}, command.WriteParameters{}, nil},
		{command.WriteParameters{}, command.WriteParameters{MCN: mcn, ISRC: isrc}, nil},
		{command.WriteParameters{MCN: mcn, ISRC: isrc}, command.WriteParameters{MCN: mcn, ISRC: isrc}, nil},
		{command.WriteParameters{MCN: mcn, ISRC: isrc}, command.WriteParameters{MCN: mcn}, []burn.NoteKind{notekind.ISRCNotKept}},
		{command.WriteParameters{MCN: mcn, ISRC: isrc}, command.WriteParameters{ISRC: isrc}, []burn.NoteKind{notekind.MCNNotKept}},
		{command.WriteParameters{MCN: mcn}, command.WriteParameters{MCN: "0000000000000"}, []burn.NoteKind{notekind.MCNNotKept}},
	} {
		require.Equal(t, row.want, (&settings{sent: row.sent, kept: row.kept}).codesLost(), "%+v", row)
	}
}

// Each WRITE without an answer has a note; a drive that answers as if it were busy has one for a
// track.
func TestNotesOfWritesInDoubt(t *testing.T) {
	for name, row := range map[string]struct {
		answer reply
		notes  int
	}{
		"no answer": {unanswered, 3}, "not sent": {notSent, 3}, "aborted": {checkCondition(0xB, 0x47, 0), 3}, "failed": {checkCondition(3, 0x0C, 0), 3},
		"no disc": {checkCondition(2, 0x3A, 0), 3}, "busy": {busy, 1}, "no error": {checkCondition(0, 0, 0), 1},
	} {
		j, s := onScript(t, nil, map[byte][]reply{})
		k := silent(0)
		k.audio = 400
		j.Tasks = []*Task{k}
		for n := range toc.LBA(3) {
			s.script[command.OpWrite10], s.script[command.OpReadTrackInformation] = []reply{row.answer}, []reply{nwa(27 * (n + 1))}
			require.NoError(t, j.writing.write(k, make([]byte, 27*toc.SectorSize), 27), name)
		}
		require.Len(t, j.rep.Tracks[0].Notes, row.notes, name)
	}
}
