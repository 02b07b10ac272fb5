package command

// even rounds an allocation length up: ATAPI transfers words, and bridges make mistakes
// with odd byte counts. The reply's length field trims the extra byte.
func even(n int) int { return n + n&1 }

// bit returns mask if set, otherwise 0.
func bit(set bool, mask byte) byte {
	if set {
		return mask
	}
	return 0
}
