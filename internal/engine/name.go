package engine

import (
	"strings"

	"github.com/redbook-audio/redbook/burn"
)

// maxClientName satisfies both descriptions of the exclusive access request of the Windows
// CD-ROM driver: 64 bytes with the terminating NUL, or fewer than 64.
const maxClientName = 62

// clientNameMarks are the allowed characters besides letters and digits.
const clientNameMarks = " .,:;-_"

// CheckOptions checks options on their own; nil means the defaults. The error matches
// burn.ErrClientName or burn.ErrInvalidMCN.
func CheckOptions(o *burn.Options) error {
	o = resolve(o)
	if err := CheckClientName(o.ClientName); err != nil {
		return err
	}
	return checkMCN(o.MCN)
}

// CheckClientName applies IMAPI's rules for client names: 1 to 62 characters of A-Z
// a-z 0-9 space . , : ; - _ . The error matches burn.ErrClientName.
func CheckClientName(name string) error {
	switch {
	case name == "":
		return wrongf(burn.ErrClientName, "the client name is missing")
	case len(name) > maxClientName:
		return wrongf(burn.ErrClientName, "client name %q has %d characters; at most %d are allowed", name, len(name), maxClientName)
	}
	for _, c := range name {
		letter := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune(clientNameMarks, c) {
			return wrongf(burn.ErrClientName, "client name %q: only A-Z a-z 0-9, space and . , : ; - _ are allowed", name)
		}
	}
	return nil
}
