// Package stopwatch times corruptions, natively and in WebAssembly alike.
package stopwatch
