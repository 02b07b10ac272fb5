package power

import (
	"context"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKeepAwake asks the machine that runs the tests, whatever it is: a lock, or an
// error, but always a release that can be called twice.
func TestKeepAwake(t *testing.T) {
	release, err := KeepAwake(t.Context(), "testing redbook")
	require.NotNil(t, release)
	if err != nil {
		t.Logf("this machine grants nothing: %v", err)
		assert.ErrorContains(t, err, "keep the machine awake: ")
	}
	first := release()
	assert.NoError(t, first)
	assert.Equal(t, first, release())
}

func TestKeepAwakeContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	release, err := KeepAwake(ctx, "testing redbook")
	assert.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, release)
	assert.NoError(t, release())
}

func TestCleanReason(t *testing.T) {
	tests := []struct{ in, want string }{
		{"writing an audio CD", "writing an audio CD"},
		{"Ænima – 100 %", "Ænima – 100 %"},
		{"", "writing a disc"},
		{" \t", "writing a disc"},
		{"\x00", "writing a disc"},
		{"a\x00b", "a b"},
		{"bad \xff\xfe byte", "bad ? byte"},
	}
	for _, tt := range tests {
		got := cleanReason(tt.in)
		assert.Equal(t, tt.want, got, "%q", tt.in)
		assert.True(t, utf8.ValidString(got), "%q", tt.in)
	}
}
