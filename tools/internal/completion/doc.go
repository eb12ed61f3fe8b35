// Package completion lets shells complete the arguments and flags of commands.
package completion
