// Package parallel shares work out among the processor's cores.
package parallel
