// Package line fits text into one line of a terminal.
//
// File names and titles are untrusted text. They may contain characters that move the cursor
// or reverse the direction of writing: [Defuse] and [OneLine] replace those, and [EscapeJSON]
// writes them as \u escapes, without loss. Their letters may take two columns, or none:
// [Width] measures and [Cut] shortens in columns, without separating a letter from its
// accents. The line may be longer than the window: [Fit] shortens it and omits the least
// important parts.
package line
