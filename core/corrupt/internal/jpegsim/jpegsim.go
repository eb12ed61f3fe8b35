package jpegsim

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// RoundTrip writes to dst the image src, w×h pixels, as it comes back from a JPEG file of a quality of 1 to 100. Values
// are truncated to bytes first. dst may be src. It uses Ints 0.
func RoundTrip(dst, src pix.Planes, w, h, quality int, s *scratch.Buffers) {
	wide, high := (w+127)&^127, (h+15)&^15
	work := s.Ints(0, wide*high*3/2+64*stripStride(wide/8)+9*wide)
	luma := newPlane(&work, w, h)
	blue, red := newPlane(&work, (w+1)/2, (h+1)/2), newPlane(&work, (w+1)/2, (h+1)/2)
	toYCC(luma, blue, red, src, work)
	lumaTable, chromaTable := newQuantizer(&lumaSteps, quality), newQuantizer(&chromaSteps, quality)
	luma.quantize(&lumaTable, work)
	blue.quantize(&chromaTable, work)
	red.quantize(&chromaTable, work)
	fromYCC(dst, luma, blue, red, work)
}
