package cuesheet

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/toc"
)

// CueSheet is the data of SEND CUE SHEET: entries of 8 bytes (MMC-5 6.33.3).
//
//	0 b7-4 control, b3-0 ADR: 1 position, 2 MCN, 3 ISRC
//	1 track, AAh for the lead-out   2 index   3 data form
//	4 b7 alternate copy bit         5-7 minute, second, frame, in binary
//
// Entries of MCN and ISRC hold text instead of positions.
type CueSheet []byte

// entrySize is the length of an entry in bytes.
const entrySize = 8

// The data forms of an audio session. With formGenerated the drive generates the data. As
// the form of a lead-in, formText means that the host sends 96 bytes of sub-channel for each
// sector.
const (
	formAudio     = 0x00
	formGenerated = 0x01
	formText      = 0x41

	adrPosition, adrMCN, adrISRC = 1, 2, 3
)

// LeadIn is how a sheet announces CD-TEXT. Drives accept one form or the other; the
// lead-in is then written in the same form.
type LeadIn int

// The forms of the lead-in entry.
const (
	// Plain: no CD-TEXT.
	Plain LeadIn = iota
	// TextAtZero: CD-TEXT, with the address 00:00:00 and data block type 0. Used by
	// libburn and cdrecord; required by LG WH10LS30 and Pioneer BDR-UD04.
	TextAtZero
	// TextAtStart: CD-TEXT, with the address of the lead-in and data block type 3. cdrdao
	// tries it first; HL-DT-ST GP65NB60 and Plextor PX-716A accept it.
	TextAtStart
)

// Variant is one form of the cue sheet of a session. A refusal is harmless, so variants are
// tried one after another.
type Variant struct {
	LeadIn LeadIn
	// Address is where the lead-in starts, for TextAtStart: see LeadInStart.
	Address toc.MSF
	// ISRCWithoutControl leaves the control bits of ISRC entries 0. HP 75xx and Sony
	// CRX100 refuse a copy bit there.
	ISRCWithoutControl bool
}

// Variants returns the forms to try, in order. text requests CD-TEXT; address is then the
// start of the disc's lead-in (LeadInStart). No two forms produce the same sheet.
func (s Session) Variants(text bool, address toc.MSF) []Variant {
	forms := []Variant{{LeadIn: Plain}}
	if text {
		forms = []Variant{{LeadIn: TextAtZero}, {LeadIn: TextAtStart, Address: address}}
	}
	var out []Variant
	for _, v := range forms {
		out = append(out, v)
		for _, t := range s.Tracks {
			if t.ISRC != "" && t.Control != 0 {
				v.ISRCWithoutControl = true
				out = append(out, v)
				break
			}
		}
	}
	return out
}

// LeadInStart checks the lead-in address that a drive reports for a blank disc (READ DISC
// INFORMATION, ATIP). Some Ricoh firmware reports it in BCD. false means that it can't be
// the address of a lead-in. CD-TEXT then can't be written, because the lead-in must be
// filled from its very start.
func LeadInStart(reported toc.MSF) (toc.MSF, bool) {
	m := reported
	if m.M > 99 {
		for _, part := range []*uint8{&m.M, &m.S, &m.F} {
			if *part>>4 > 9 || *part&0x0F > 9 {
				return toc.MSF{}, false
			}
			*part = *part>>4*10 + *part&0x0F
		}
	}
	return m, m.Valid() && m.M >= toc.MinLBA.MSF().M
}

// CueSheet composes the sheet. An error matches ErrInvalid.
func (s Session) CueSheet(v Variant) (CueSheet, error) {
	layout, err := s.Layout()
	if err != nil {
		return nil, err
	}
	if _, ok := LeadInStart(v.Address); v.LeadIn == TextAtStart && !ok {
		return nil, fmt.Errorf("%w: %v is not the address of a lead-in", ErrInvalid, v.Address)
	}
	var sheet CueSheet
	if s.MCN != "" {
		sheet.text(adrMCN, string(s.MCN[:7]))
		sheet.text(adrMCN, string(s.MCN[7:])+"\x00")
	}
	sheet.leadIn(v)
	for i, m := range layout.Marks {
		t := s.Tracks[m.Track-s.Number(0)]
		// The ISRC precedes all positions of its track.
		if t.ISRC != "" && (i == 0 || layout.Marks[i-1].Track != m.Track) {
			control := t.Control
			if v.ISRCWithoutControl {
				control = 0
			}
			sheet.text(byte(control)<<4|adrISRC, string(rune(m.Track))+string(t.ISRC[:6]))
			sheet.text(byte(control)<<4|adrISRC, string(rune(m.Track))+string(t.ISRC[6:]))
		}
		scms := byte(0)
		if t.SCMS {
			scms = 0x80
		}
		sheet.position(t.Control, byte(m.Track), byte(m.Index), formAudio, scms, m.Start.MSF())
	}
	last := s.Tracks[len(s.Tracks)-1].Control
	sheet.position(last, command.LeadOutTrack, 1, formGenerated, 0, layout.LeadOut.MSF())
	return sheet, nil
}

// text appends an entry of seven characters.
func (c *CueSheet) text(head byte, text string) {
	*c = append(append(*c, head), text...)
}

// position appends an entry for an address.
func (c *CueSheet) position(control toc.Control, track, index, form, scms byte, at toc.MSF) {
	*c = append(*c, byte(control)<<4|adrPosition, track, index, form, scms, at.M, at.S, at.F)
}

// leadIn appends the entry of the lead-in.
func (c *CueSheet) leadIn(v Variant) {
	switch v.LeadIn {
	case TextAtZero:
		c.position(0, 0, 0, formText, 0, toc.MSF{})
	case TextAtStart:
		c.position(0, 0, 0, formText, 0, v.Address)
	default:
		c.position(0, 0, 0, formGenerated, 0, toc.MSF{})
	}
}

// String returns the entries in hexadecimal, one in each line.
func (c CueSheet) String() string {
	var lines []string
	for len(c) >= entrySize {
		lines = append(lines, fmt.Sprintf("% X", []byte(c[:entrySize])))
		c = c[entrySize:]
	}
	return strings.Join(lines, "\n")
}

// WriteParameters returns mode page 05h for a sheet in this form. The sheet contains the
// copy bits, the ISRCs and the MCN; other burning programs put the MCN into both.
func (s Session) WriteParameters(v Variant, next command.MultiSession, test bool) command.WriteParameters {
	page := command.WriteParameters{BUFE: true, TestWrite: test, WriteType: command.WriteSAO, MultiSession: next, MCN: s.MCN}
	if v.LeadIn == TextAtStart {
		page.DataBlockType = command.BlockRawPW
	}
	return page
}
