// Package interrupt ends a program soon after Ctrl-C or SIGTERM, whatever it is doing, and with no file half-written.
package interrupt
