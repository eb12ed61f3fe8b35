// Package console shows text that may hold anything, such as names from files, without letting it control a terminal.
package console
