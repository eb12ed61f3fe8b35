// Package filter holds linear filters of planes: any kernel (Correlate), separable ones with replicated or mirrored
// borders (Smooth, SmoothMirrored), discs (Spread), and the kernels of the reference implementations.
//
// A plane is a slice of rows, one after the other. Sums are taken in a fixed order and every product is rounded, so that
// the bits are the same with vectors of any length and without.
package filter
