package power

import (
	"context"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// TestKeepAwake asks the machine that runs the tests: it returns a lock, or an error and
// no lock, and Release can always be called twice.
func TestKeepAwake(t *testing.T) {
	lock, err := KeepAwake(t.Context(), "testing redbook")
	if err != nil {
		t.Logf("this machine grants nothing: %v", err)
		assert.ErrorContains(t, err, "keep the machine awake: ")
		assert.Nil(t, lock)
	} else {
		t.Logf("granted %+v, exposed to %b: %v", lock.grants, lock.exposed(), lock.refusals())
		assert.NotEmpty(t, lock.grants)
		assert.Zero(t, lock.blocked()&(lock.exposed()|lock.delayed()))
	}
	first := lock.Release()
	assert.NoError(t, first)
	assert.Equal(t, first, lock.Release())
}

// refusals returns why locks were not granted.
func (l *Lock) refusals() error { return errors.Join(l.errs...) }

// delayed are the dangers that are delayed for a moment but not blocked.
func (l *Lock) delayed() danger { return delays(l.grants) &^ l.blocked() }

func TestKeepAwakeContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	lock, err := KeepAwake(ctx, "testing redbook")
	assert.ErrorIs(t, err, context.Canceled)
	assert.NoError(t, lock.Release())
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
