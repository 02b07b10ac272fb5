// Package trial does the part of redbook try other than burning: the questions to the drive
// (Survey), the record of all commands without serial numbers (Log, Blank, Secrets), and
// the archive that users send (Archive).
//
// An archive is a zip file:
//
//	README.txt      what it is, for the person who opens it
//	try.json        the drive, the system, and how each step ended
//	01-look.jsonl   the commands of a step and the drive's answers, as scsi.NewTrace writes
//	                them; sim.LoadPersonality makes a simulated drive of these
//	05-burn.json    the report of a burn (burn.Report)
//
// An answer is included only if its form is known and contains no serial number. Known
// serial numbers are also removed everywhere else.
package trial
