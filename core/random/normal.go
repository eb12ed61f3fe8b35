package random

import "math"

// The ziggurat of Marsaglia and Tsang (2000) in the form of Doornik (2005): layers of equal area under exp(-x²/2).
const (
	layers = 256
	tail   = 3.6541528853610088  // where the tail begins
	area   = 0.00492867323397465 // of each layer
)

var edges = func() (x [layers + 1]float64) {
	density := func(x float64) float64 { return Exp(-.5 * float64(x*x)) }
	x[0], x[1] = area/density(tail), tail
	for i := 2; i < layers; i++ {
		x[i] = math.Sqrt(-2 * Log(area/x[i-1]+density(x[i-1])))
	}
	return x
}()

// Normal returns a number from the normal distribution of mean 0 and standard deviation 1.
func (s *Source) Normal() float32 {
	for {
		bits := s.Uint64()
		layer := bits & (layers - 1)
		x := float64(float64(int64(bits)>>11) * 0x1p-52 * edges[layer])
		inner := edges[layer+1]
		if x < inner && x > -inner {
			return float32(x)
		}
		if layer == 0 {
			return s.tail(x < 0)
		}
		// In the wedge between a layer's edge and the density.
		outer := edges[layer]
		xx := float64(x * x)
		low, high := Exp(-.5*(float64(outer*outer)-xx)), Exp(-.5*(float64(inner*inner)-xx))
		if low+float64(s.Float64()*(high-low)) < 1 {
			return float32(x)
		}
	}
}

// tail draws beyond the last layer (Marsaglia 1964).
func (s *Source) tail(negative bool) float32 {
	for {
		x := -Log(1-s.Float64()) / tail
		y := -Log(1 - s.Float64())
		if 2*y >= float64(x*x) {
			if negative {
				return float32(-tail - x)
			}
			return float32(tail + x)
		}
	}
}
