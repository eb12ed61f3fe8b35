package train

import (
	"fmt"
	"math"
)

// The schedules of the learning rate.
const (
	OneCycle       = "onecycle"        // a linear rise, then down along half a cosine
	OneCycleLinear = "onecycle-linear" // a linear rise, then a linear fall
	Cosine         = "cosine"          // down along half a cosine
)

// schedule returns the fraction of the peak learning rate at each point of a run, from 0 to 1.
type schedule func(done float64) float64

// cosine falls from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts).
func cosine(done float64) float64 { return .5 * (1 + math.Cos(math.Pi*done)) }

// linear falls from 1 to 0 along a straight line.
func linear(done float64) float64 { return 1 - done }

// oneCycle rises linearly for the fraction warmup of the run, then falls as fall does (Smith and Topin 2018).
func oneCycle(warmup float64, fall schedule) schedule {
	return func(done float64) float64 {
		if done < warmup {
			return done / warmup
		}
		return fall((done - warmup) / (1 - warmup))
	}
}

// schedule returns the schedule that Config names.
func (c Config) schedule() (schedule, error) {
	switch c.Schedule {
	case OneCycle:
		return oneCycle(c.Warmup, cosine), nil
	case OneCycleLinear:
		return oneCycle(c.Warmup, linear), nil
	case Cosine:
		return cosine, nil
	}
	return nil, fmt.Errorf("train: %w: schedule %q: want %s, %s or %s",
		ErrConfig, c.Schedule, OneCycle, OneCycleLinear, Cosine)
}
