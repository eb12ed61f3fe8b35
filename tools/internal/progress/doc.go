// Package progress reports how far a long piece of work is: a bar with rate and time left on a terminal, a line now and
// then elsewhere.
package progress
