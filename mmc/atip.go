package mmc

import "github.com/redbook-audio/redbook/toc"

// ATIP is the information in the pregroove of a CD-R or CD-RW (Absolute Time In Pregroove; READ
// TOC/PMA/ATIP format 4, MMC-5 6.26).
type ATIP struct {
	Rewritable bool    `json:"rewritable"` // CD-RW
	SubType    byte    `json:"sub_type"`   // 0..7, a class of discs and their speeds (Orange Book parts II and III)
	LeadIn     toc.MSF `json:"lead_in"`    // start of the lead-in, which also codes the maker
	// LastLeadOut is the last possible start of the lead-out; its LBA is the length of the
	// longest program in sectors. Track-at-once can use two less, for the run-out. Discs sold
	// as 90 or 99 minutes code 80 minutes.
	LastLeadOut toc.MSF `json:"last_lead_out"`
}
