package train

import (
	"math"
	"testing"

	"steady/core/engine"
)

func TestAverage(t *testing.T) {
	p := engine.Param{Value: []float32{1}}
	a := newAverage([]engine.Param{p}, .5)
	p.Value[0] = 11
	a.follow(0) // keeps 1/10
	if got := a.values[0][0]; math.Abs(float64(got)-10) > 1e-5 {
		t.Errorf("average of 1 and 11 in step 0 is %g, want 10", got)
	}
	p.Value[0] = 0
	a.follow(1000) // keeps 1/2
	if got := a.values[0][0]; math.Abs(float64(got)-5) > 1e-5 {
		t.Errorf("average of 10 and 0 is %g, want 5", got)
	}
	a.swap()
	if p.Value[0] != 5 && math.Abs(float64(p.Value[0])-5) > 1e-5 || a.values[0][0] != 0 {
		t.Errorf("swapped to %g and %g", p.Value[0], a.values[0][0])
	}
	if newAverage([]engine.Param{p}, 0) != nil {
		t.Error("an average with a decay of 0")
	}
}
