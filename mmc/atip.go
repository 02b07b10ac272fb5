package mmc

import "github.com/redbook-audio/redbook/toc"

// ATIP is what the groove of a CD-R or CD-RW encodes (Absolute Time In Pregroove; READ TOC
// format 4).
type ATIP struct {
	Rewritable bool    `json:"rewritable"` // CD-RW
	SubType    byte    `json:"sub_type"`   // 0..7: how fast and of which kind (Orange Book parts II and III)
	LeadIn     toc.MSF `json:"lead_in"`    // start of the lead-in, which also codes the maker
	// LastLeadOut is the last possible start of the lead-out; its LBA is the length of the
	// longest program in sectors. Track-at-once can use two less, for the run-out. Discs sold
	// as 90 or 99 minutes code 80 minutes.
	LastLeadOut toc.MSF `json:"last_lead_out"`
}
