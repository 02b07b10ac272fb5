package host

// systemError is an error of the operating system, with the errors that errors.Is
// matches.
type systemError struct {
	text string
	errs []error
}

func (e *systemError) Error() string   { return e.text }
func (e *systemError) Unwrap() []error { return e.errs }

// meaning makes an error with our own text that matches errs.
func meaning(text string, errs ...error) error { return &systemError{text, errs} }
