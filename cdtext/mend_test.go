package cdtext_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/cdtext"
)

// Packs returned by a drive are repaired so that they can be written again: a PX-W5224TA
// returns the last pack without its checksum, others pad the reply, and a misread pack is
// not recorded.
func TestMend(t *testing.T) {
	whole := unhex(nightCats)
	got, notes := cdtext.Mend(whole)
	assert.Equal(t, whole, got)
	assert.Empty(t, notes)

	zero := append(unhex(nightCats), make([]byte, 2*cdtext.PackSize+5)...)
	copy(zero[len(whole)-2:], []byte{0, 0})
	got, notes = cdtext.Mend(zero)
	assert.Equal(t, whole, got)
	assert.Equal(t, []cdtext.Note{{Kind: "zero-crc", Field: "size information", Pack: 21}}, notes)
	assert.Zero(t, zero[len(whole)-1], "the reply is not changed")

	bad := unhex(nightCats)
	bad[3*cdtext.PackSize+7] ^= 0x10
	got, notes = cdtext.Mend(bad)
	assert.Equal(t, append(append([]byte{}, whole[:3*cdtext.PackSize]...), whole[4*cdtext.PackSize:]...), got)
	assert.Equal(t, []cdtext.Note{{Kind: "bad-crc", Field: "title", Pack: 3}}, notes)

	got, notes = cdtext.Mend(nil)
	assert.Empty(t, got)
	assert.Empty(t, notes)
}
