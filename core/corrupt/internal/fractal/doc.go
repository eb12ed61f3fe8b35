// Package fractal holds random fractals.
package fractal
