package engine

// Row is a row of the policy.
type Row struct {
	Step  Step
	Class Class
}

// Rows returns the rows of the policy.
func Rows() (list []Row) {
	for _, r := range rules {
		list = append(list, Row{r.step, r.class})
	}
	return list
}

// SwitchOff takes a row out of the policy until restore is called.
func SwitchOff(r Row) (restore func()) {
	was := policy[r.Step][r.Class]
	policy[r.Step][r.Class] = actEnd
	return func() { policy[r.Step][r.Class] = was }
}
