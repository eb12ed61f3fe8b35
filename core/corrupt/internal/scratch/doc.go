// Package scratch holds the memory that corruptions work in, which calls hand on to each other.
package scratch
