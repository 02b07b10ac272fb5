package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// settled is a drive with a blank disc that is ready.
func settled(t *testing.T, s Settings) *Drive {
	t.Helper()
	d := New(Config{Personality: Personality{Name: "test", Settings: s}, Disc: NewDisc(CDR80)})
	require.NoError(t, d.Sleep(context.Background(), time.Minute))
	for range 3 {
		send(t, d, 0x00)
	}
	return d
}

// send returns the sense data of a command whose CDB begins with these bytes; nil is
// GOOD.
func send(t *testing.T, d *Drive, cdb ...byte) []byte {
	t.Helper()
	length := 6
	if row := commands[cdb[0]]; row != nil {
		length = row.length
	}
	req := scsi.Request{CDBLen: length, Name: fmt.Sprintf("%02X", cdb[0])}
	copy(req.CDB[:], cdb)
	res, err := d.Do(context.Background(), &req)
	require.NoError(t, err)
	return res.Sense
}

// Every bit of a CDB that the table doesn't allow is 5/24/00, and the sense data point at
// its byte and bit. Bits 7-5 of byte 1 are the logical unit of SCSI-2.
func TestEveryStrayBit(t *testing.T) {
	d := settled(t, Settings{})
	checked := 0
	for op, row := range commands {
		if row == nil {
			continue
		}
		for i := 1; i < row.length; i++ {
			for bit := range 8 {
				if row.mask[i]&(1<<bit) != 0 {
					continue
				}
				cdb := make([]byte, row.length)
				cdb[0], cdb[i] = byte(op), 1<<bit
				sense := send(t, d, cdb...)
				where := fmt.Sprintf("%s byte %d bit %d", row.name, i, bit)
				require.NotEmpty(t, sense, where)
				if i == 1 && bit >= 5 {
					assert.Equal(t, []byte{5, 0x25, 0}, []byte{sense[2], sense[12], sense[13]}, where)
					continue
				}
				assert.Equal(t, []byte{5, 0x24, 0, 0xC8 | byte(bit), 0, byte(i)},
					[]byte{sense[2], sense[12], sense[13], sense[15], sense[16], sense[17]}, where)
				checked++
			}
		}
	}
	assert.Greater(t, checked, 800)
	require.NoError(t, d.Err())
}

func TestUnknownOpcodes(t *testing.T) {
	d := settled(t, Settings{})
	for op := range 256 {
		if commands[op] != nil {
			continue
		}
		sense := send(t, d, byte(op))
		require.NotEmpty(t, sense, "%02X", op)
		assert.Equal(t, []byte{5, 0x20, 0}, []byte{sense[2], sense[12], sense[13]}, "%02X", op)
	}
	for _, op := range []int{0x15, 0x1A, 0xA6} {
		assert.Nil(t, commands[op], "%02X: MODE SELECT(6), MODE SENSE(6), LOAD/UNLOAD", op)
	}
}

// A shortened CDB is refused at its end; zeros after it have no meaning, as on ATAPI.
func TestCDBLength(t *testing.T) {
	d := settled(t, Settings{})
	for _, c := range []struct {
		length int
		good   bool
	}{{6, false}, {9, false}, {10, true}, {12, true}, {16, true}} {
		req := scsi.Request{CDBLen: c.length, Name: "SYNCHRONIZE CACHE"}
		req.CDB[0] = 0x35
		res, err := d.Do(context.Background(), &req)
		require.NoError(t, err)
		assert.Equal(t, c.good, res.Status == scsi.Good, c.length)
	}
	for _, length := range []int{0, 5, 17} {
		_, err := d.Do(context.Background(), &scsi.Request{CDBLen: length})
		var te *scsi.TransportError
		require.ErrorAs(t, err, &te)
		assert.Equal(t, scsi.SentNo, te.Sent)
	}
}

// Unit attention stops every command once, except those that ask for identity or state,
// which leave it pending.
func TestUnitAttentionComesFirst(t *testing.T) {
	for op, row := range commands {
		if row == nil {
			continue
		}
		d := settled(t, Settings{})
		d.unit.status.attention(senseMediumChanged)
		sense := send(t, d, byte(op))
		if row.flags&allowAttention != 0 {
			if op != 0x03 { // REQUEST SENSE fetches it
				assert.Len(t, d.unit.status.attentions, 1, row.name)
			}
			continue
		}
		require.NotEmpty(t, sense, row.name)
		assert.Equal(t, []byte{6, 0x28}, []byte{sense[2], sense[12]}, row.name)
		assert.Empty(t, d.unit.status.attentions, row.name)
	}
}

// A command that needs a disc reports the reason in every state of the tray.
func TestNotReady(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool
		state func(*Drive)
		want  []byte
	}{
		{"closed and empty", false, func(d *Drive) { d.Eject(); send(t, d, 0x1B, 0, 0, 0, 3) }, []byte{2, 0x3A, 1}},
		{"open", false, func(d *Drive) { d.Eject() }, []byte{2, 0x3A, 2}},
		{"open with a disc in it", false, func(d *Drive) { send(t, d, 0x1B, 0, 0, 0, 2) }, []byte{2, 0x3A, 2}},
		{"open, an older drive", true, func(d *Drive) { d.Eject() }, []byte{2, 0x3A, 0}},
		{"spinning up", false, func(d *Drive) { d.Insert(d.Eject()) }, []byte{2, 0x04, 1}},
	} {
		d := settled(t, Settings{PlainNoMedium: c.plain})
		c.state(d)
		for op, row := range commands {
			if row == nil || row.flags&needsMedium == 0 {
				continue
			}
			sense := send(t, d, byte(op))
			require.NotEmpty(t, sense, "%s: %s", c.name, row.name)
			assert.Equal(t, c.want, []byte{sense[2], sense[12], sense[13]}, "%s: %s", c.name, row.name)
		}
	}
}

func TestSenseFormats(t *testing.T) {
	s := sense{key: 3, asc: 0x0C, deferred: true}.at(17625)
	// G8: 71h deferred with VALID, LBA 000044D9h.
	assert.Equal(t, []byte{0xF1, 0, 3, 0, 0, 0x44, 0xD9, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0}, s.fixed())
	assert.Equal(t, []byte{0x73, 3, 0x0C, 0, 0, 0, 0, 12, 0, 10, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x44, 0xD9}, s.descriptor())
	// G15: long write in progress with SKSV, no progress yet.
	assert.Equal(t, []byte{0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 8, 0, 0x80, 0, 0}, senseLongWrite.withProgress(0).fixed())
	assert.Equal(t, []byte{0x72, 2, 4, 8, 0, 0, 0, 8, 2, 6, 0, 0, 0x80, 0x80, 0, 0}, senseLongWrite.withProgress(0.5).descriptor())
	// G18: illegal mode for this track, with ILI.
	ili := senseTrackMode
	ili.ili = true
	assert.Equal(t, []byte{0x70, 0, 0x25}, ili.fixed()[:3])
	assert.Equal(t, []byte{0x72, 5, 0x64, 0, 0, 0, 0, 4, 5, 2, 0, 0x20}, ili.descriptor())
}

func TestPersonalitiesAreData(t *testing.T) {
	all := Personalities()
	require.GreaterOrEqual(t, len(all), 24)
	names := map[string]bool{}
	for _, p := range all {
		assert.False(t, names[p.Name], p.Name)
		names[p.Name] = true
		assert.NotEmpty(t, p.Summary, p.Name)
		assert.NotEmpty(t, p.Source, p.Name)
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var back Personality
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, p, back)
		byName, err := PersonalityByName(p.Name)
		require.NoError(t, err)
		assert.Equal(t, p, byName)
	}
	all[0].Name = "changed"
	p, err := PersonalityByName("")
	require.NoError(t, err)
	assert.Equal(t, "modern", p.Name)
	_, err = PersonalityByName("nosuch")
	require.ErrorContains(t, err, `no such personality: "nosuch"`)
	assert.ErrorContains(t, err, "offset+667")
}

// A disc that contradicts itself is noticed after any command without a panic.
func TestInvariants(t *testing.T) {
	track := func(n int) Track {
		return Track{Number: n, Session: 1, State: trackComplete, Start: 0, Pregap: 150, Size: 400, Recorded: 400, RunOut: 2}
	}
	for name, spoil := range map[string]func(*discState){
		"numbers":        func(s *discState) { s.Tracks = []Track{track(2)} },
		"overlap":        func(s *discState) { s.Tracks = []Track{track(1), track(2)} },
		"too much":       func(s *discState) { s.Tracks = []Track{track(1)}; s.Tracks[0].Recorded = 401 },
		"too little":     func(s *discState) { s.Tracks = []Track{track(1)}; s.Tracks[0].Recorded = 399 },
		"beyond":         func(s *discState) { s.Tracks = []Track{track(1)}; s.Tracks[0].Start = 400000 },
		"session":        func(s *discState) { s.Tracks = []Track{track(1)}; s.Tracks[0].Session = 2 },
		"closed, open":   func(s *discState) { s.Tracks = []Track{track(1)}; s.Tracks[0].State = trackReserved; s.close() },
		"lead-out":       func(s *discState) { s.Tracks = []Track{track(1)}; s.close(); s.Sessions[0].LeadOut++ },
		"session number": func(s *discState) { s.Tracks = []Track{track(1)}; s.close(); s.Sessions[0].Number = 7 },
		"no such track":  func(s *discState) { s.Tracks = []Track{track(1)}; s.close(); s.Sessions[0].Last = 7 },
	} {
		d := settled(t, Settings{})
		spoil(&d.disc.st)
		got := send(t, d, 0x00)
		require.NotEmpty(t, got, name)
		assert.Equal(t, []byte{4, 0x44, 0}, []byte{got[2], got[12], got[13]}, name)
		require.ErrorIs(t, d.Err(), errBroken, name)
	}
}

// close is a session around all tracks.
func (s *discState) close() {
	s.Sessions = append(s.Sessions, Session{Number: 1, First: 1, Last: len(s.Tracks), LeadOut: s.lastTrack().End()})
}
