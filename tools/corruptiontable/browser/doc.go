//go:build js

// Command browser is the stopwatch in a page, which corruptiontable builds and drives: measure(name, severity,
// milliseconds) returns the milliseconds of a run from bytes to bytes, or what went wrong.
package main
