// Package input finds the files that a command line names and reads them whole, up to a size: they may be anything.
package input
