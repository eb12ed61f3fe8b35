// Package input reads files whole, up to a size: what a command line names may be anything.
package input
