// Package resample brings images to other sizes and moves their pixels, as the libraries of the reference
// implementations do: Pillow's box and bilinear filters, SciPy's zoom, OpenCV's and SciPy's bilinear warp.
package resample
