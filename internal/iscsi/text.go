package iscsi

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Limits on the text that an initiator may send in one negotiation step. RFC 7143 6.1
// requires keys of 63 bytes and 8192 bytes in all; these are twice that.
const (
	maxKey  = 63
	maxText = 16384
)

var errText = errors.New("malformed text")

// pair is one key=value of a Login or Text PDU.
type pair struct{ key, value string }

// parseText splits key=value pairs that each end with a NUL (RFC 7143 6.1). The last NUL
// may be missing, and empty pairs are skipped: some initiators pad with them.
func parseText(b []byte) ([]pair, error) {
	var pairs []pair
	for field := range bytes.SplitSeq(b, []byte{0}) {
		if len(field) == 0 {
			continue
		}
		key, value, ok := strings.Cut(string(field), "=")
		if !ok || key == "" || len(key) > maxKey {
			return nil, fmt.Errorf("%w: %.80q", errText, field)
		}
		pairs = append(pairs, pair{key, value})
	}
	return pairs, nil
}

// appendText is the inverse of parseText for one pair.
func appendText(b []byte, key, value string) []byte {
	b = append(b, key...)
	b = append(b, '=')
	b = append(b, value...)
	return append(b, 0)
}

// parseNumber parses a numerical value: decimal, or hexadecimal after 0x (RFC 7143 6.1).
func parseNumber(s string, lo, hi int) (int, bool) {
	base := 10
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		s, base = s[2:], 16
	}
	v, err := strconv.ParseUint(s, base, 32)
	if err != nil || int64(v) < int64(lo) || int64(v) > int64(hi) {
		return 0, false
	}
	return int(v), true
}

// parseBool parses Yes or No.
func parseBool(s string) (v, ok bool) {
	return s == "Yes", s == "Yes" || s == "No"
}

func formatBool(v bool) string {
	if v {
		return "Yes"
	}
	return "No"
}
