package user

import (
	"testing"

	"github.com/redbook-audio/redbook/internal/mutate/testdata/weak"
)

func TestRun(t *testing.T) {
	var n int
	if weak.Run(&n); n != 7 {
		t.Fail()
	}
}
