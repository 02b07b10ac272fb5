package mmc

// Internals for the external tests.
type (
	Inquiry      = inquiry
	InquiryReply = inquiryReply
)
