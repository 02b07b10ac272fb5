package sim

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
)

// The rules that are applied to a command before it is carried out.
const (
	allowAttention = 1 << iota // a pending unit attention doesn't stop it and stays
	needsMedium                // it needs a disc that is ready
	allowBusy                  // it works while something runs in the background
	informs                    // READ DISC/TRACK INFORMATION: drives differ while busy
	tellsDeferred              // an earlier write error comes back with it
)

// command is one row of the command table.
type command struct {
	name   string
	length int      // of the CDB
	mask   [16]byte // legal bits; any other bit is 5/24/00
	flags  int
	dir    scsi.Direction
	run    func(*Drive, *call) sense
}

// commands is the command table of the drive by opcode; what isn't in it is 5/20/00.
var commands = func() (table [256]*command) {
	for op, row := range commandRows {
		mask, err := hex.DecodeString(strings.ReplaceAll(row.mask, " ", ""))
		if err != nil || mask[0] != op {
			panic(fmt.Sprintf("sim: command table, row %02X", op)) // a typing mistake above
		}
		c := &command{name: row.name, length: len(mask), flags: row.flags, dir: row.dir, run: row.run}
		copy(c.mask[:], mask)
		c.mask[0] = 0xFF
		table[op] = c
	}
	return table
}()

// commandRows: the mask begins with the opcode and then has, for each byte of the
// CDB, the bits that mean something on a CD recorder (MMC-6 chapter 6, SPC-4 6).
var commandRows = map[byte]struct {
	name  string
	mask  string
	flags int
	dir   scsi.Direction
	run   func(*Drive, *call) sense
}{
	0x00: {"TEST UNIT READY", "00 00 00 00 00 00", needsMedium | allowBusy | tellsDeferred, scsi.NoData, (*Drive).testUnitReady},
	0x01: {"REZERO UNIT", "01 00 00 00 00 00", needsMedium, scsi.NoData, (*Drive).nothing},
	0x03: {"REQUEST SENSE", "03 01 00 00 FF 00", allowAttention | allowBusy, scsi.DataIn, (*Drive).requestSense},
	0x12: {"INQUIRY", "12 01 FF FF FF 00", allowAttention | allowBusy, scsi.DataIn, (*Drive).inquiry},
	0x1B: {"START STOP UNIT", "1B 01 00 00 F7 00", 0, scsi.NoData, (*Drive).startStop},
	0x1E: {"PREVENT ALLOW MEDIUM REMOVAL", "1E 00 00 00 03 00", allowBusy, scsi.NoData, (*Drive).preventAllow},
	0x23: {"READ FORMAT CAPACITIES", "23 00 00 00 00 00 00 FF FF 00", allowBusy, scsi.DataIn, (*Drive).readFormatCapacities},
	0x25: {"READ CAPACITY", "25 00 FF FF FF FF 00 00 01 00", needsMedium, scsi.DataIn, (*Drive).readCapacity},
	0x28: {"READ(10)", "28 18 FF FF FF FF 00 FF FF 00", needsMedium, scsi.DataIn, (*Drive).read10},
	0x2A: {"WRITE(10)", "2A 08 FF FF FF FF 00 FF FF 00", needsMedium | tellsDeferred, scsi.DataOut, (*Drive).write10},
	0x2B: {"SEEK(10)", "2B 00 FF FF FF FF 00 00 00 00", needsMedium, scsi.NoData, (*Drive).seek},
	0x35: {"SYNCHRONIZE CACHE", "35 02 FF FF FF FF 00 FF FF 00", needsMedium | tellsDeferred, scsi.NoData, (*Drive).synchronizeCache},
	0x3C: {"READ BUFFER", "3C 1F FF FF FF FF FF FF FF 00", allowBusy, scsi.DataIn, (*Drive).readBuffer},
	0x42: {"READ SUB-CHANNEL", "42 02 40 FF 00 00 FF FF FF 00", needsMedium, scsi.DataIn, (*Drive).readSubChannel},
	0x43: {"READ TOC/PMA/ATIP", "43 02 0F 00 00 00 FF FF FF C0", needsMedium, scsi.DataIn, (*Drive).readTOC},
	0x46: {"GET CONFIGURATION", "46 03 FF FF 00 00 00 FF FF 00", allowAttention | allowBusy, scsi.DataIn, (*Drive).getConfiguration},
	0x4A: {"GET EVENT STATUS NOTIFICATION", "4A 01 00 00 FF 00 00 FF FF 00", allowAttention | allowBusy, scsi.DataIn, (*Drive).getEvent},
	0x51: {"READ DISC INFORMATION", "51 07 00 00 00 00 00 FF FF 00", needsMedium | informs, scsi.DataIn, (*Drive).readDiscInformation},
	0x52: {"READ TRACK INFORMATION", "52 07 FF FF FF FF 00 FF FF 00", needsMedium | informs, scsi.DataIn, (*Drive).readTrackInformation},
	0x53: {"RESERVE TRACK", "53 00 00 00 00 FF FF FF FF 00", needsMedium | tellsDeferred, scsi.NoData, (*Drive).reserveTrack},
	0x54: {"SEND OPC INFORMATION", "54 01 03 00 00 00 00 FF FF 00", needsMedium, scsi.DataOut, (*Drive).sendOPC},
	0x55: {"MODE SELECT(10)", "55 11 00 00 00 00 00 FF FF 00", 0, scsi.DataOut, (*Drive).modeSelect},
	0x58: {"REPAIR TRACK", "58 01 00 00 FF FF 00 00 00 00", needsMedium, scsi.NoData, (*Drive).repairTrack},
	0x5A: {"MODE SENSE(10)", "5A 08 FF FF 00 00 00 FF FF 00", allowBusy, scsi.DataIn, (*Drive).modeSense},
	0x5B: {"CLOSE TRACK/SESSION", "5B 01 07 00 FF FF 00 00 00 00", needsMedium | tellsDeferred, scsi.NoData, (*Drive).closeTrackSession},
	0x5C: {"READ BUFFER CAPACITY", "5C 01 00 00 00 00 00 FF FF 00", allowBusy, scsi.DataIn, (*Drive).readBufferCapacity},
	0xA1: {"BLANK", "A1 17 FF FF FF FF 00 00 00 00 00 00", needsMedium, scsi.NoData, (*Drive).blankDisc},
	0xA8: {"READ(12)", "A8 18 FF FF FF FF FF FF FF FF 80 00", needsMedium, scsi.DataIn, (*Drive).read12},
	0xAA: {"WRITE(12)", "AA 08 FF FF FF FF FF FF FF FF 80 00", needsMedium | tellsDeferred, scsi.DataOut, (*Drive).write12},
	0xAC: {"GET PERFORMANCE", "AC 1F FF FF FF FF 00 00 FF FF FF 00", allowBusy, scsi.DataIn, (*Drive).getPerformance},
	0xAD: {"READ DISC STRUCTURE", "AD 0F FF FF FF FF FF FF FF FF C0 00", needsMedium, scsi.DataIn, (*Drive).readDiscStructure},
	0xB9: {"READ CD MSF", "B9 1E 00 FF FF FF FF FF FF FE 07 00", needsMedium, scsi.DataIn, (*Drive).readCDMSF},
	0xBB: {"SET CD SPEED", "BB 03 FF FF FF FF 00 00 00 00 00 00", 0, scsi.NoData, (*Drive).setCDSpeed},
	0xBD: {"MECHANISM STATUS", "BD 00 00 00 00 00 00 00 FF FF 00 00", allowBusy, scsi.DataIn, (*Drive).mechanismStatus},
	0xBE: {"READ CD", "BE 1E FF FF FF FF FF FF FF FE 07 00", needsMedium, scsi.DataIn, (*Drive).readCD},
}

// dispatch applies the rules that all commands share, once and in one order, and
// carries the command out.
func (d *Drive) dispatch(c *call) sense {
	d.settle()
	row := commands[c.cdb[0]]
	if row == nil || d.missing(c.cdb[0]) {
		return senseOpcode
	}
	// SCSI-2 hosts put the logical unit number into bits 7-5 of byte 1.
	if row.mask[1]&0xE0 == 0 && c.cdb[1]&0xE0 != 0 {
		return senseLUN
	}
	if row.flags&allowAttention == 0 && len(d.unitAttention) > 0 {
		return d.popAttention()
	}
	if s := row.stray(c); s.bad() {
		return s
	}
	if row.dir != c.req.Dir && c.req.Dir != scsi.NoData && len(c.req.Data) > 0 {
		return senseDataPhase
	}
	if row.flags&needsMedium != 0 {
		if s := d.notReady(); s.bad() {
			return s
		}
	}
	if s := d.busyFor(row, c.cdb[0]); s.bad() {
		return s
	}
	if row.flags&tellsDeferred != 0 && d.deferred.bad() {
		s := d.deferred
		d.deferred = senseGood
		return s
	}
	return row.run(d, c)
}

// stray finds a bit of the CDB that means nothing.
func (row *command) stray(c *call) sense {
	if c.req.CDBLen < row.length {
		return atCDB(c.req.CDBLen, -1)
	}
	for i, b := range c.cdb[:c.req.CDBLen] {
		if extra := b &^ row.mask[i]; extra != 0 {
			bit := 7
			for extra&(1<<bit) == 0 {
				bit--
			}
			return atCDB(i, bit)
		}
	}
	return senseGood
}

// missing reports commands that this drive doesn't have.
func (d *Drive) missing(op byte) bool {
	switch op {
	case 0x46, 0x4A:
		return d.p.NoConfiguration
	case 0xAC:
		return d.p.NoPerformance
	case 0x5C:
		return d.p.NoBufferCapacity
	case 0x53:
		return d.p.Reserve == ReserveRefused
	}
	return false
}

// busyFor says whether what runs in the background stops a command. Pioneer
// manuals: TEST UNIT READY is GOOD while a session is being closed, READ DISC and
// READ TRACK INFORMATION are 2/04/07 then and while data are being burned.
func (d *Drive) busyFor(row *command, op byte) sense {
	if row.flags&informs != 0 && d.p.InfoBusy && (d.busy.running() || d.burning()) {
		return senseOperation
	}
	if !d.busy.running() || (row.flags&allowBusy != 0 && op != 0x00) {
		return senseGood
	}
	if op == 0x00 && d.p.GoodWhileBusy && d.busy.sense != senseOperation {
		return senseGood
	}
	return d.busy.sense.withProgress(d.busy.progress(d.clk.now()))
}

// popAttention gives the oldest unit attention, which is told once.
func (d *Drive) popAttention() sense {
	s := d.unitAttention[0]
	d.unitAttention = append(d.unitAttention[:0], d.unitAttention[1:]...)
	return s
}

// attention queues a unit attention condition, each at most once.
func (d *Drive) attention(s sense) {
	if !slices.Contains(d.unitAttention, s) {
		d.unitAttention = append(d.unitAttention, s)
	}
}

// nothing is for commands that are accepted and change nothing.
func (d *Drive) nothing(*call) sense { return senseGood }

// be16, be24 and be32 read big-endian numbers out of CDBs and parameter lists.
func be16(b []byte) int { return int(b[0])<<8 | int(b[1]) }

func be24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
