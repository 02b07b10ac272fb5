package scsi

// Internals for the external tests.
var TraceHash = traceHash
