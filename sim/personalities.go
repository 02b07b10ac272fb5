package sim

import "github.com/redbook-audio/redbook/toc"

// personalities are the kinds of drives, the modern one first. What the standard
// leaves open, or what only some drives do, is a setting here and no truth.
var personalities = []Personality{
	{Name: "modern", Summary: "a fast drive that does what the standard says", Source: "MMC-6; G21", Verdict: Success},
}

var _ = toc.LBA(0)
