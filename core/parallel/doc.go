// Package parallel distributes work among the processor's cores.
package parallel
