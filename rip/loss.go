package rip

// Loss is a feature of a disc that a copy lacks: one of these words.
//
//   - "data": data tracks; only audio is copied.
//   - "open": audio tracks without an end, which drives don't read.
//   - "sessions": the sessions, which become one.
//   - "unseen-marks": pauses and index marks, which the source drive doesn't show.
//   - "unseen-text": CD-TEXT, which the source drive doesn't report.
//   - "damaged-text": packs of CD-TEXT that the source drive returned with a wrong checksum.
//   - "mcn": the catalog number; it isn't reported, or has a wrong check digit.
//   - "isrc": ISRCs that the source drive doesn't report.
//   - "short": the length of tracks shorter than four seconds, which are padded with silence.
//   - "text": CD-TEXT, which isn't written.
//
// Only track-at-once loses these:
//
//   - "pauses": pauses other than two seconds, and joins without a pause.
//   - "indexes": index marks.
//   - "hidden": the audio before track 1.
type Loss string
