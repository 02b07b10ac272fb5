// Package weak has functions that its tests know and one that they only run.
package weak

// Limit is known to the tests.
var Limit = 100

// Tested is less than ten.
func Tested(n int) bool { return n < 10 }

// Run stores something that no test checks.
func Run(p *int) { *p = 7 }

// Never is not run.
func Never() int { return 5 }

// Number is a type with a method whose receiver and parameters have no names.
type Number int

// Kind is 3.
func (Number) Kind(int, ...string) int { return 3 }

// Sum ends, but its mutants may not.
func Sum[T ~int](_ string, list ...T) (sum T) {
	for i := 0; i < len(list); i++ {
		sum += list[i]
	}
	return sum
}

// Guard turns a panic into true.
func Guard(f func()) (failed bool) {
	defer func() {
		if recover() != nil {
			failed = true
		}
	}()
	f()
	return false
}
