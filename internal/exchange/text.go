package exchange

import (
	"strings"
)

// ASCII returns a padded field as text; bytes that aren't printable ASCII become '?',
// so that a broken drive can't write control sequences into a terminal.
func ASCII(b []byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		switch {
		case c == 0:
			c = ' '
		case c < 0x20 || c > 0x7E:
			c = '?'
		}
		out = append(out, c)
	}
	return strings.TrimSpace(string(out))
}
