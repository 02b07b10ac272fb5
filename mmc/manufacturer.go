package mmc

import "github.com/redbook-audio/redbook/toc"

// Certainty is how well a code in the manufacturer table is attested.
type Certainty uint8

// The certainties, the best last. Even the best is hearsay: the official list of
// the Orange Book isn't public, and many brands are other makers' discs.
const (
	NotKnown  Certainty = iota
	Guessed             // somebody's guess in cdrkit's table
	Listed              // only in the list of media that libburn's author collected
	Tentative           // a provisional code, in cdrkit's and cdrdao's tables
	Permanent           // a permanent code, in cdrkit's and cdrdao's tables
)

// Manufacturer is who is said to have made a recordable disc.
type Manufacturer struct {
	Name      string    // "" is not known
	Certainty Certainty //
	OldUser   string    // who used exactly this code before codes were assigned, "" for nobody
}

// String gives "reported as Ritek", or says that the maker isn't known.
func (m Manufacturer) String() string {
	switch {
	case m.Name == "" && m.OldUser == "":
		return "reported as an unknown maker"
	case m.Name == "":
		return "reported as " + m.OldUser + " (an old code)"
	case m.OldUser != "":
		return "reported as " + m.Name + ", or by an old code " + m.OldUser
	}
	return "reported as " + m.Name
}

// Manufacturer gives the maker as it is to be shown: "reported as Ritek".
func (a ATIP) Manufacturer() string { return a.Maker().String() }

// Maker looks the maker up by the start of the lead-in. Its minute, second and tens
// of frames are the maker's code; the last digit is the product.
func (a ATIP) Maker() Manufacturer {
	code := a.LeadIn
	m := Manufacturer{OldUser: oldCodes[code]}
	code.F -= code.F % 10
	for _, row := range manufacturers {
		if row.leadIn == code {
			m.Name, m.Certainty = row.name, row.certainty
		}
	}
	return m
}

// Dye gives the kind of recording layer that the last digit of the lead-in stands
// for, as reported: cyanine and azo need a long write strategy, phthalocyanine a
// short one.
func (a ATIP) Dye() string {
	switch {
	case a.Rewritable:
		return "phase change"
	case a.LeadIn.F%10 < 5:
		return "long strategy (cyanine or azo)"
	}
	return "short strategy (phthalocyanine)"
}

// manufacturerRow is one code: the lead-in with the last digit 0.
type manufacturerRow struct {
	leadIn    toc.MSF
	name      string
	certainty Certainty
}

// oldCodes are lead-in starts that were in use before codes were assigned; they
// count only when every digit agrees (cdrkit's "illegal old codes").
var oldCodes = map[toc.MSF]string{
	{M: 97, S: 25, F: 0}:  "TDK",
	{M: 97, S: 27, F: 0}:  "Ritek",
	{M: 97, S: 33, F: 0}:  "CDA Datentraeger Albrechts",
	{M: 97, S: 45, F: 36}: "Kodak Photo CD",
	{M: 97, S: 25, F: 15}: unknownUser, {M: 97, S: 27, F: 25}: unknownUser,
	{M: 97, S: 30, F: 0}: unknownUser, {M: 97, S: 35, F: 44}: unknownUser,
	{M: 97, S: 39, F: 0}: unknownUser, {M: 97, S: 47, F: 0}: unknownUser,
	{M: 97, S: 47, F: 30}: unknownUser, {M: 97, S: 48, F: 14}: unknownUser,
	{M: 97, S: 48, F: 33}: unknownUser, {M: 97, S: 49, F: 0}: unknownUser,
	{M: 97, S: 54, F: 0}: unknownUser, {M: 97, S: 55, F: 6}: unknownUser,
	{M: 97, S: 57, F: 0}: unknownUser,
}

// unknownUser stands for a maker that nobody has identified.
const unknownUser = "an unknown maker"
