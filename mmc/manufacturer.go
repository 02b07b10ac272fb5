package mmc

import (
	"github.com/redbook-audio/redbook/toc"
)

// Manufacturer returns the reported maker of the disc: "reported as Ritek", or "reported as an
// unknown maker". It is not reliable: the official list of the Orange Book is not public, and
// many brands sell other makers' discs.
//
// The start of the lead-in codes the maker: minute, second and tens of frames. Its last digit is
// the product.
func (a ATIP) Manufacturer() string {
	code := a.LeadIn
	old := oldCodes[code]
	code.F -= code.F % 10
	name := ""
	for _, row := range manufacturers {
		if row.leadIn == code {
			name = row.name
		}
	}
	switch {
	case name == "" && old == "":
		return "reported as an unknown maker"
	case name == "":
		return "reported as " + old + " (an old code)"
	case old != "":
		return "reported as " + name + ", or by an old code " + old
	}
	return "reported as " + name
}

// manufacturerRow is one code: the lead-in with the last digit 0.
type manufacturerRow struct {
	leadIn toc.MSF
	name   string
}

// oldCodes are lead-in starts that were in use before codes were assigned; they match
// only with every digit (cdrkit's "illegal old codes").
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

// unknownUser is a maker that has not been identified.
const unknownUser = "an unknown maker"
