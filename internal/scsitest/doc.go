// Package scsitest is a test kit for scsi.Transport: doubles, decorators and a conformance suite.
//
//   - Func makes a Transport from a function.
//   - Playback answers from a script: written by hand, taken from a Recorder, or loaded from
//     the JSON lines of scsi.NewTrace. It checks that exactly the commands of the script
//     arrive, in that order.
//   - Recorder is a decorator that keeps every exchange.
//   - Faults is a decorator that makes chosen commands fail, before or after the device
//     carried them out.
//   - CheckTransport and TestTransport check any Transport against the contract documented at
//     scsi.Transport. They send nothing that changes a disc.
//   - FixedSense and DescriptorSense compose sense data.
//
// All decorators have Unwrap, so scsi.As looks through them.
package scsitest
