package weak

import "testing"

func TestWeak(t *testing.T) {
	if Tested(10) || !Tested(9) || Limit != 100 || Number(1).Kind(2, "a") != 3 {
		t.Fail()
	}
	var n int
	Run(&n)
}

func TestSum(t *testing.T) {
	if Sum("", 1, 2, 3) != 6 {
		t.Fail()
	}
}

func TestGuard(t *testing.T) {
	if !Guard(func() { panic("no") }) || Guard(func() {}) {
		t.Fail()
	}
}
