package weak

import "testing"

func TestWeak(t *testing.T) {
	if Tested(10) || !Tested(9) {
		t.Fail()
	}
	var n int
	Run(&n)
}
