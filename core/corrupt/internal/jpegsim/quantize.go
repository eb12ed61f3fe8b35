package jpegsim

import "math"

// The quantization steps that the JPEG standard has as examples (ITU-T T.81, annex K.1), which libjpeg scales.
var lumaSteps = [64]int32{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}

var chromaSteps = [64]int32{
	17, 18, 24, 47, 99, 99, 99, 99,
	18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99,
	47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
}

// quantizer holds the steps of one table.
type quantizer struct {
	steps    [64]int32
	inverses [64]float32 // of eight times a step, not below it
}

// newQuantizer returns the steps scaled to a quality of 1 to 100, as the Independent JPEG Group does it.
func newQuantizer(steps *[64]int32, quality int) (q quantizer) {
	percent := int32(200 - 2*quality)
	if quality < 50 {
		percent = int32(5000 / quality)
	}
	for i, s := range steps {
		q.steps[i] = min(max((s*percent+50)/100, 1), 255)
		inverse := 1 / float32(8*q.steps[i])
		if float64(inverse)*float64(8*q.steps[i]) < 1 {
			inverse = math.Nextafter32(inverse, 1)
		}
		q.inverses[i] = inverse
	}
	return q
}
