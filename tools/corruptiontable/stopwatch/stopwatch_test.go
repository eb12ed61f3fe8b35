package stopwatch

import (
	"errors"
	"math"
	"testing"
	"time"

	"steady/core/corrupt"
)

func TestStopwatch(t *testing.T) {
	s, err := New(make([]byte, 4*32*32), 32)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range corrupt.All() {
		for _, time := range []func(string, int, time.Duration) (float64, error){s.Apply, s.Bytes} {
			if ms, err := time(c.Name, 3, 0); err != nil || ms <= 0 || math.IsInf(ms, 0) {
				t.Errorf("%s: %g ms, %v", c.Name, ms, err)
			}
		}
	}
	if _, err := s.Apply("frog", 3, 1); !errors.Is(err, corrupt.ErrUnknown) {
		t.Errorf("an unknown corruption: %v", err)
	}
	if _, err := s.Bytes("fog", 6, 1); err == nil {
		t.Error("severity 6 was timed")
	}
	if _, err := New(make([]byte, 5), 32); err == nil {
		t.Error("5 bytes were taken for an image")
	}
}
