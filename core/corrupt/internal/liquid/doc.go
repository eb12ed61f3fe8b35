// Package liquid lights water on a lens: its shore is found as an edge (Canny), and lies lower the nearer it is.
package liquid
