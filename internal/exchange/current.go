package exchange

import (
	"errors"

	"github.com/redbook-audio/redbook/scsi"
)

// Recovered reports whether err is a current recovered error (sense key 1): the command
// was carried out.
func Recovered(err error) bool {
	var se *scsi.SenseError
	return errors.As(err, &se) && se.Key == scsi.KeyRecoveredError && !se.Deferred
}

// IsCurrent reports whether err is the device's answer to the command itself and matches
// target, a scsi.SenseKey, scsi.Code or scsi.ASC. A deferred error never does, because it
// belongs to an earlier command.
func IsCurrent(err, target error) bool {
	var se *scsi.SenseError
	return errors.As(err, &se) && !se.Deferred && se.Is(target)
}
