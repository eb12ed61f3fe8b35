// Package usage marks the errors of whoever typed a command, which end it with another exit status than those of the work
// itself.
package usage
