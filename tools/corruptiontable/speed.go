package main

import (
	"time"

	"steady/tools/corruptiontable/stopwatch"
	"steady/tools/measure"
)

// sampleTime is how long runs are repeated for one sample. A browser's clock has steps of a tenth of a millisecond.
const (
	sampleTime        = 10 * time.Millisecond
	browserSampleTime = 40 * time.Millisecond
)

// speed holds the milliseconds of a corruption: means over severities 1, 3 and 5; 0 is not measured.
type speed struct {
	Name                               string
	Apply, Native, Chromium, Reference float64
}

// Ratio returns how many times longer the reference takes, from bytes to bytes.
func (s speed) Ratio() float64 { return s.Reference / s.Native }

// race times one corruption, all runners by turns, so that other load on the machine affects all of them alike. browser and
// reference may be nil.
func race(name string, rounds int, native *stopwatch.Stopwatch, browser *chromium, reference *stopwatch.Python) (speed, error) {
	s := speed{Name: name}
	type runner struct {
		to      *float64
		measure func(name string, severity int, while time.Duration) (float64, error)
		while   time.Duration
	}
	runners := []runner{{&s.Apply, native.Apply, sampleTime}, {&s.Native, native.Bytes, sampleTime}}
	if browser != nil {
		runners = append(runners, runner{&s.Chromium, browser.measure, browserSampleTime})
	}
	if reference != nil && reference.Knows[name] {
		runners = append(runners, runner{&s.Reference, reference.Measure, sampleTime})
	}
	severities := []int{1, 3, 5}
	for _, severity := range severities {
		samples := make([][]float64, len(runners))
		for range rounds {
			for i, r := range runners {
				ms, err := r.measure(name, severity, r.while)
				if err != nil {
					return s, err
				}
				samples[i] = append(samples[i], ms)
			}
		}
		for i, r := range runners {
			*r.to += measure.Median(samples[i]) / float64(len(severities))
		}
	}
	return s, nil
}
