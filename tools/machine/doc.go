// Package machine finds what programs outside core want of the machine that they run on: a library for GPUs, a
// browser, the processor's name.
package machine
