package engine

import (
	"slices"
	"time"
)

// Fastest returns the index of the engine that computes the most images per second in a trial of a given length each,
// the first of several that are equal, and how many each of them computes (see [Engine.Speed]). An engine that has fallen
// back to another backend counts as 0 images per second, since its speed is the other backend's. It panics if there is no
// engine.
func Fastest(trial time.Duration, engines ...*Engine) (fastest int, speeds []float64) {
	speeds = make([]float64, len(engines))
	for i, e := range engines {
		if speed := e.Speed(trial); e.fallbacks == 0 {
			speeds[i] = speed
		}
	}
	return slices.Index(speeds, slices.Max(speeds)), speeds
}
