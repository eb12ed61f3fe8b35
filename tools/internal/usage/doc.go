// Package usage marks the errors of whoever typed a command, which end it with another exit status than those of the work
// itself, and finds those that all commands can have.
package usage
