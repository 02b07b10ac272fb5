// Package weak has one function that its test knows and one that it only runs.
package weak

// Tested is less than ten.
func Tested(n int) bool { return n < 10 }

// Run stores something that nobody looks at.
func Run(p *int) { *p = 7 }

// Never is not run.
func Never() int { return 5 }
