package sim

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
)

// The rules that are applied to a command before it is carried out.
const (
	allowAttention  = 1 << iota // a pending unit attention doesn't stop it and stays
	needsMedium                 // it needs a disc that is ready
	allowBusy                   // it works while an operation runs in the background
	informs                     // READ DISC/TRACK INFORMATION: drives differ while busy
	reportsDeferred             // it returns an earlier write error
	writes                      // it changes the disc
	sets                        // it changes settings of the drive
)

// sentCommand is one row of the command table.
type sentCommand struct {
	name   string
	length int      // of the CDB
	mask   [16]byte // legal bits; any other bit is 5/24/00
	flags  int
	immed  byte // where byte 1 has the IMMED bit of a command that ends something
	dir    scsi.Direction
	run    func(*unit, *call) sense
}

// commands is the command table of the drive by opcode; an opcode that isn't in it is
// 5/20/00.
var commands = func() (table [256]*sentCommand) {
	for op, row := range commandRows {
		mask, err := hex.DecodeString(strings.ReplaceAll(row.mask, " ", ""))
		if err != nil || mask[0] != op {
			panic(fmt.Sprintf("sim: command table, row %02X", op)) // a typing mistake in commandRows
		}
		c := &sentCommand{immed: immedBits[op], name: row.name, length: len(mask), flags: row.flags, dir: row.dir, run: row.run}
		copy(c.mask[:], mask)
		c.mask[0] = 0xFF
		table[op] = c
	}
	return table
}()

// immedBits are the IMMED bits of SYNCHRONIZE CACHE, CLOSE TRACK/SESSION and BLANK.
var immedBits = map[byte]byte{0x35: 0x02, 0x5B: 0x01, 0xA1: 0x10}

// on turns a command of a part into a command of the unit.
func on[P any](part func(*unit) P, run func(P, *call) sense) func(*unit, *call) sense {
	return func(u *unit, c *call) sense { return run(part(u), c) }
}

// The parts of a unit that execute commands.
func trayOf(u *unit) *tray             { return &u.tray }
func statusOf(u *unit) *status         { return &u.status }
func identityOf(u *unit) *identity     { return &u.identity }
func spindleOf(u *unit) *spindle       { return &u.spindle }
func modesOf(u *unit) *modes           { return &u.modes }
func writerOf(u *unit) *writer         { return &u.writer }
func sessionOf(u *unit) *sao           { return &u.recorder.sao }
func calibratorOf(u *unit) *calibrator { return &u.power }
func finisherOf(u *unit) *finisher     { return &u.finisher }
func eraserOf(u *unit) *eraser         { return &u.eraser }
func readerOf(u *unit) *reader         { return &u.reader }
func informerOf(u *unit) *informer     { return &u.informer }

// commandRows: the mask begins with the opcode, followed for each byte of the CDB by the
// bits that have a meaning on a CD recorder (MMC-6 chapter 6, SPC-4 6).
var commandRows = map[byte]struct {
	name  string
	mask  string
	flags int
	dir   scsi.Direction
	run   func(*unit, *call) sense
}{
	0x00: {"TEST UNIT READY", "00 00 00 00 00 00", needsMedium | allowBusy | reportsDeferred, scsi.NoData, (*unit).testUnitReady},
	0x01: {"REZERO UNIT", "01 00 00 00 00 00", needsMedium, scsi.NoData, (*unit).nothing},
	0x03: {"REQUEST SENSE", "03 01 00 00 FF 00", allowAttention | allowBusy, scsi.DataIn, on(statusOf, (*status).requestSense)},
	0x12: {"INQUIRY", "12 01 FF FF FF 00", allowAttention | allowBusy, scsi.DataIn, on(identityOf, (*identity).inquiry)},
	0x1B: {"START STOP UNIT", "1B 01 00 00 F7 00", writes, scsi.NoData, (*unit).startStop},
	0x1E: {"PREVENT ALLOW MEDIUM REMOVAL", "1E 00 00 00 03 00", allowBusy, scsi.NoData, on(trayOf, (*tray).preventAllow)},
	0x23: {"READ FORMAT CAPACITIES", "23 00 00 00 00 00 00 FF FF 00", allowBusy, scsi.DataIn, on(identityOf, (*identity).readFormatCapacities)},
	0x25: {"READ CAPACITY", "25 00 FF FF FF FF 00 00 01 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).readCapacity)},
	0x28: {"READ(10)", "28 18 FF FF FF FF 00 FF FF 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).read10)},
	0x2A: {"WRITE(10)", "2A 08 FF FF FF FF 00 FF FF 00", needsMedium | writes | reportsDeferred, scsi.DataOut, on(writerOf, (*writer).write10)},
	0x2B: {"SEEK(10)", "2B 00 FF FF FF FF 00 00 00 00", needsMedium, scsi.NoData, on(identityOf, (*identity).seek)},
	0x35: {"SYNCHRONIZE CACHE", "35 02 FF FF FF FF 00 FF FF 00", needsMedium | reportsDeferred, scsi.NoData, on(writerOf, (*writer).synchronizeCache)},
	0x3C: {"READ BUFFER", "3C 1F FF FF FF FF FF FF FF 00", allowBusy, scsi.DataIn, on(identityOf, (*identity).readBuffer)},
	0x42: {"READ SUB-CHANNEL", "42 02 40 FF 00 00 FF FF FF 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).readSubChannel)},
	0x43: {"READ TOC/PMA/ATIP", "43 02 0F 00 00 00 FF FF FF C0", needsMedium, scsi.DataIn, on(readerOf, (*reader).readTOC)},
	0x46: {"GET CONFIGURATION", "46 03 FF FF 00 00 00 FF FF 00", allowAttention | allowBusy, scsi.DataIn, on(identityOf, (*identity).getConfiguration)},
	0x4A: {"GET EVENT STATUS NOTIFICATION", "4A 01 00 00 FF 00 00 FF FF 00", allowAttention | allowBusy, scsi.DataIn, (*unit).getEvent},
	0x51: {"READ DISC INFORMATION", "51 07 00 00 00 00 00 FF FF 00", needsMedium | informs, scsi.DataIn, on(informerOf, (*informer).readDiscInformation)},
	0x52: {"READ TRACK INFORMATION", "52 07 FF FF FF FF 00 FF FF 00", needsMedium | informs, scsi.DataIn, on(informerOf, (*informer).readTrackInformation)},
	0x53: {"RESERVE TRACK", "53 00 00 00 00 FF FF FF FF 00", needsMedium | writes | reportsDeferred, scsi.NoData, on(writerOf, (*writer).reserveTrack)},
	0x54: {"SEND OPC INFORMATION", "54 01 03 00 00 00 00 FF FF 00", needsMedium | writes, scsi.DataOut, on(calibratorOf, (*calibrator).sendOPC)},
	0x55: {"MODE SELECT(10)", "55 11 00 00 00 00 00 FF FF 00", sets, scsi.DataOut, on(modesOf, (*modes).modeSelect)},
	0x58: {"REPAIR TRACK", "58 01 00 00 FF FF 00 00 00 00", needsMedium | writes, scsi.NoData, on(finisherOf, (*finisher).repairTrack)},
	0x5A: {"MODE SENSE(10)", "5A 08 FF FF 00 00 00 FF FF 00", allowBusy, scsi.DataIn, on(modesOf, (*modes).modeSense)},
	0x5B: {"CLOSE TRACK/SESSION", "5B 01 07 00 FF FF 00 00 00 00", needsMedium | reportsDeferred, scsi.NoData, on(finisherOf, (*finisher).closeTrackSession)},
	0x5C: {"READ BUFFER CAPACITY", "5C 01 00 00 00 00 00 FF FF 00", allowBusy, scsi.DataIn, on(writerOf, (*writer).readBufferCapacity)},
	0x5D: {"SEND CUE SHEET", "5D 00 00 00 00 00 FF FF FF 00", needsMedium | writes | reportsDeferred, scsi.DataOut, on(sessionOf, (*sao).sendCueSheet)},
	0xA1: {"BLANK", "A1 17 FF FF FF FF 00 00 00 00 00 00", needsMedium | writes, scsi.NoData, on(eraserOf, (*eraser).blankDisc)},
	0xA8: {"READ(12)", "A8 18 FF FF FF FF FF FF FF FF 80 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).read12)},
	0xAA: {"WRITE(12)", "AA 08 FF FF FF FF FF FF FF FF 80 00", needsMedium | writes | reportsDeferred, scsi.DataOut, on(writerOf, (*writer).write12)},
	0xAC: {"GET PERFORMANCE", "AC 1F FF FF FF FF 00 00 FF FF FF 00", allowBusy, scsi.DataIn, on(spindleOf, (*spindle).getPerformance)},
	0xAD: {"READ DISC STRUCTURE", "AD 0F FF FF FF FF FF FF FF FF C0 00", needsMedium, scsi.DataIn, on(identityOf, (*identity).readDiscStructure)},
	0xB6: {"SET STREAMING", "B6 00 00 00 00 00 00 00 FF FF FF 00", sets, scsi.DataOut, on(spindleOf, (*spindle).setStreaming)},
	0xB9: {"READ CD MSF", "B9 1E 00 FF FF FF FF FF FF FE 07 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).readCDMSF)},
	0xBB: {"SET CD SPEED", "BB 03 FF FF FF FF 00 00 00 00 00 00", sets, scsi.NoData, on(spindleOf, (*spindle).setCDSpeed)},
	0xBD: {"MECHANISM STATUS", "BD 00 00 00 00 00 00 00 FF FF 00 00", allowBusy, scsi.DataIn, on(trayOf, (*tray).mechanismStatus)},
	0xBE: {"READ CD", "BE 1E FF FF FF FF FF FF FF FE 07 00", needsMedium, scsi.DataIn, on(readerOf, (*reader).readCD)},
}

// stray finds a CDB bit that is set but not legal.
func (row *sentCommand) stray(c *call) sense {
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

// be16, be24 and be32 read big-endian numbers out of CDBs and parameter lists.
func be16(b []byte) int { return int(b[0])<<8 | int(b[1]) }

func be24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
