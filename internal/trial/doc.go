// Package trial is what redbook try does with a drive besides burning: the questions that
// it asks (Survey), the record of all commands without serial numbers (Log, Blank,
// Secrets), and the archive that people send (Archive).
//
// An archive is a zip file:
//
//	README.txt      what it is, for the person who opens it
//	try.json        the drive, the system, and how each step ended
//	01-look.jsonl   the commands of a step and the drive's answers, as scsi.NewTrace writes
//	                them; sim.LoadPersonality makes a simulated drive of these
//	05-burn.json    the report of a burn (burn.Report)
//
// Nothing of an answer gets into it unless the form of that answer is known and no serial
// number can be in it. What is known of serial numbers is removed everywhere besides.
package trial
