package redbook_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
)

// The computer stays awake while audio is read, for a copy or into files. If the system
// refuses, or is unreliable afterward, reading continues.
func TestReadStaysAwake(t *testing.T) {
	disc := burned(t, nil).disc
	refused := errors.New("refused")
	var notices []redbook.NoticeKind
	o := &redbook.Opener{OnNotice: func(n redbook.Notice) {
		notices = append(notices, n.Kind)
		assert.ErrorIs(t, n.Err, refused)
	}}
	d, err := o.Open(t.Context(), disc)
	require.NoError(t, err)
	defer func() { assert.NoError(t, d.Close()) }()

	var steps []string
	keep := func(taken, released error) func(context.Context, string) (func() error, error) {
		return func(_ context.Context, reason string) (func() error, error) {
			steps = append(steps, reason)
			if taken != nil {
				return nil, taken
			}
			return func() error { steps = append(steps, "released"); return released }, nil
		}
	}
	_, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{
		Dir: t.TempDir(), KeepAwake: keep(nil, nil),
		Confirm: func(context.Context, *redbook.ReadPlan) error { steps = append(steps, "confirmed"); return nil },
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"confirmed", "reading an audio CD", "released"}, steps)
	assert.Empty(t, notices)

	_, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: t.TempDir(), KeepAwake: keep(refused, nil)})
	require.NoError(t, err)
	s, err := redbook.ReadCopy(t.Context(), d, &redbook.CopySourceOptions{Dir: t.TempDir(), KeepAwake: keep(nil, refused)})
	require.NoError(t, err)
	assert.NoError(t, s.Close())
	assert.Equal(t, []redbook.NoticeKind{"may-sleep", "still-awake"}, notices)
}
