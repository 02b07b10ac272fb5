package sim_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// FuzzCommands sends any bytes as commands, one after the other: an opcode and twelve more
// bytes, then an amount of data. Nothing panics, the disc stays consistent, and every
// command is answered, except READ CD below LBA 0 on the personality that hangs there.
func FuzzCommands(f *testing.F) {
	f.Add([]byte{}, byte(0))
	f.Add(cdb("2A 00 00 00 00 00 00 00 1B 00 00 00 00 1B"), byte(3))
	f.Add(cdb("53 00 00 00 00 00 00 01 90 00 00 00 00 00 2A 00 00 00 00 00 00 00 1B 00 00 00 00 1B 35 00 00 00 00 00 00 00 00 00 00 00 00 00"), byte(9))
	f.Add(cdb("BE 04 FF FF FF 6A 00 00 FF FA 01 00 00 01"), byte(20))
	f.Add(cdb("BE 04 FF CD FF 6A 00 00 FF FA 01 00 00 01"), byte(0xA0)) // a drive that never answers it
	f.Add(cdb("A1 01 00 00 00 00 00 00 00 00 00 00 00 00"), byte(0xFF))
	f.Fuzz(func(t *testing.T, program []byte, kind byte) {
		all := sim.Personalities()
		media := sim.CDR80
		if kind&1 != 0 {
			media = sim.CDRW80
		}
		p := all[int(kind>>1)%len(all)]
		d := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(media)})
		h := &host{t: t, d: d}
		h.ready()
		h.do("55 10 00 00 00 00 00 00 3C 00", page05(1, 0xC0), 0)
		data := make([]byte, 40*blockCD)
		for ; len(program) >= 14; program = program[14:] {
			req := scsi.Request{CDBLen: 12, Name: fmt.Sprintf("%02X", program[0])}
			copy(req.CDB[:12], program)
			req.Dir, req.Data = scsi.DataIn, data[:int(program[13])%40*blockCD+int(program[12])]
			switch program[0] {
			case 0x2A, 0x54, 0x55, 0x5D, 0xAA, 0xB6:
				req.Dir = scsi.DataOut
			}
			_, err := d.Do(context.Background(), &req)
			if p.HangsBelowZero && program[0] == 0xBE && program[2] >= 0x80 && err != nil {
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
			} else {
				require.NoError(t, err)
			}
			require.NoError(t, d.Sleep(context.Background(), time.Duration(program[12])*time.Second))
		}
		require.NoError(t, d.Err())
	})
}

// Hosts that send sensible commands in a senseless order, with hands that open the tray
// and pull the plug. The disc stays consistent, and the user data of complete tracks can
// be read.
func TestSenselessHosts(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 5
	}
	if race.Enabled {
		seeds = 4 // a single goroutine with a lot of sectors
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		all := sim.Personalities()
		p := all[r.IntN(len(all))]
		media := []sim.Media{sim.CDR80, sim.CDRW80}[r.IntN(2)]
		h := newHostOf(t, p, sim.NewDisc(media))
		for range 150 {
			senseless(h, r)
			require.NoError(t, h.d.Err(), "seed %d, %s", seed, p.Name)
		}
		if h.d.Disc() == nil {
			continue
		}
		for _, track := range h.d.Disc().Tracks() {
			if track.State == "complete" {
				require.Len(t, truth(t, h.d.Disc(), int(track.Start), int(track.Size)), int(track.Size)*blockCD)
			}
		}
	}
}

// senseless does something random.
func senseless(h *host, r *rand.Rand) {
	sleep := func() { _ = h.d.Sleep(context.Background(), time.Duration(r.IntN(90))*time.Second) }
	list := page05([]byte{1, 1, 1, 0x41, 0x11, 2}[r.IntN(6)], []byte{0, 0x40, 0xC0, 0xC0}[r.IntN(4)])
	track := fmt.Sprintf("%02X", []int{1, 2, 3, 0xFF}[r.IntN(4)])
	switch r.IntN(16) {
	case 0, 1:
		h.do("55 10 00 00 00 00 00 00 3C 00", list, 0)
	case 2, 3, 4, 5:
		if a, b := h.do("52 01 00 00 00 "+track+" 00 00 24 00", nil, 36); a == "ok" {
			h.write(parseTrack(b).nwa, music(r.Uint64(), 1+r.IntN(900)))
		}
	case 6, 7:
		h.do(fmt.Sprintf("35 %02X 00 00 00 00 00 00 00 00", 2*r.IntN(2)), nil, 0)
	case 8:
		h.do(fmt.Sprintf("53 00 00 00 00 00 00 %02X %02X 00", r.IntN(4), r.IntN(256)), nil, 0)
	case 9:
		h.do(fmt.Sprintf("5B %02X %02X 00 00 %s 00 00 00 00", r.IntN(2), 1+r.IntN(2), track), nil, 0)
	case 10:
		h.do(fmt.Sprintf("A1 %02X 00 00 00 %s 00 00 00 00 00 00", 0x10*r.IntN(2)+r.IntN(7), track), nil, 0)
	case 11:
		sleep()
		h.do("00 00 00 00 00 00", nil, 0)
	case 12:
		if disc := h.d.Eject(); disc != nil && r.IntN(3) > 0 {
			_ = h.d.Insert(disc)
		} else if disc != nil {
			sleep()
			_ = h.d.Insert(disc)
		}
		sleep()
	case 14, 15:
		h.do("55 10 00 00 00 00 00 00 3C 00", page05([]byte{0x42, 0x02, 0x52}[r.IntN(3)], list[11]), 0)
		list := cdb([]string{sheetGapless, sheetPauses, sheetHidden, sheetTextA}[r.IntN(4)])
		h.do(fmt.Sprintf("5D 00 00 00 00 00 %06X 00", len(list)), list, 0)
		if r.IntN(2) == 0 {
			h.write(-150, music(r.Uint64(), []int{1350, 1650, 2250, 1 + r.IntN(2000)}[r.IntN(4)]))
		}
	case 13:
		if r.IntN(2) == 0 {
			h.d.PowerCycle()
		}
		sleep()
	}
}
