package host

// systemError is an error of the operating system, with what errors.Is matches.
type systemError struct {
	text string
	errs []error
}

func (e *systemError) Error() string   { return e.text }
func (e *systemError) Unwrap() []error { return e.errs }

// meaning makes an error with a text of our own that matches errs.
func meaning(text string, errs ...error) error { return &systemError{text, errs} }
