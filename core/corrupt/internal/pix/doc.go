// Package pix holds the loops over the pixels of an image: arithmetic, conversion between floats and bytes, and the
// color model HSV. Values are channels in [0,1] unless a function says otherwise; a destination may be the source.
//
// Each loop first hands as many values as fill vectors to its twin (in a file _simd.go or _amd64.go), which returns
// their number, and does the rest itself. Both round every product before it is added, so that the bits are the same
// with vectors of any length and without.
package pix
