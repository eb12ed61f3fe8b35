package engine

import (
	"slices"
	"time"
)

// Fastest returns the index of the engine that computes the most images per second in a trial of a given length each,
// the first of several that are equal, and how many each of them computes. The speed is [Engine.Speed] or, of engines made for
// training, [Engine.StepSpeed]. An engine that has fallen back to another backend counts as 0 images per second, since its speed
// is the other backend's. It panics if there is no engine.
func Fastest(speed func(*Engine, time.Duration) float64, trial time.Duration, engines ...*Engine) (fastest int, speeds []float64) {
	speeds = make([]float64, len(engines))
	for i, e := range engines {
		if s := speed(e, trial); e.fallbacks == 0 {
			speeds[i] = s
		}
	}
	return slices.Index(speeds, slices.Max(speeds)), speeds
}
