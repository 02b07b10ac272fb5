// Package scsitest has what tests around a scsi.Transport need, for this module
// and for others: doubles, decorators and a conformance suite.
//
//   - Func makes a Transport of a function.
//   - Playback answers from a script: typed in by hand, taken from a Recorder, or
//     loaded from the JSON lines of a scsi.Trace. It checks that the very commands
//     of the script come, in that order.
//   - Recorder is a decorator that keeps every exchange.
//   - Faults is a decorator that makes chosen commands fail, before or after the
//     device has carried them out.
//   - CheckTransport and TestTransport hold any Transport to the contract that is
//     written at scsi.Transport: operating system backends, simulated drives,
//     decorators. They send nothing that changes a disc.
//   - FixedSense and DescriptorSense compose sense data.
//
// All decorators have Unwrap, so scsi.As sees through them.
package scsitest
