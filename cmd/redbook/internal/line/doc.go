// Package line fits text into one line of a terminal.
//
// Names of files and titles come from anywhere, so three things can go wrong with them on
// a screen. They can hold characters that move the cursor or reverse the direction of
// writing: [Defuse] and [OneLine] replace those, and [EscapeJSON] writes them as \u
// escapes, which lose nothing. Their letters can take two columns, or none: [Width]
// measures and [Cut] shortens in columns, without tearing a letter from its accents. And
// the line can be longer than the window: [Fit] shrinks and leaves out the parts that
// matter least.
package line
