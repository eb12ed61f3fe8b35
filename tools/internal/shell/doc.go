// Package shell writes words for a POSIX shell.
package shell
