package host

import "github.com/redbook-audio/redbook/scsi"

// goodWithSense checks the sense data returned with GOOD; the buffer was zero before.
//
// Sense data with GOOD mean that the status was lost on the way: two USB drives are known that
// reported GOOD for every WRITE and recorded nothing. The sense data therefore outrank the
// status, and the command ends in CHECK CONDITION. That includes a deferred error (71h, 73h):
// the command may have been carried out, but an earlier one was not, and as a CHECK CONDITION
// it reaches every caller (scsi.SenseError.Deferred). NO SENSE doesn't contradict GOOD: the
// drive has nothing to report (SPC-4 4.5.6).
func goodWithSense(res scsi.Result, sense []byte) scsi.Result {
	if len(sense) == 0 || sense[0]&0x7C != 0x70 { // none (the top bit is VALID)
		return res
	}
	s, err := scsi.ParseSense(sense)
	if err != nil {
		return res
	}
	res.Sense = append([]byte(nil), sense...)
	if s.Key != scsi.KeyNoSense {
		res.Status = scsi.CheckCondition
	}
	return res
}
