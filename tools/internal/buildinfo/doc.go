// Package buildinfo describes how the running program was built, and what it uses of the processor.
package buildinfo
