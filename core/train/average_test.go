package train

import (
	"math"
	"testing"

	"steady/core/engine"
)

func TestAverage(t *testing.T) {
	p := engine.Param{Value: []float32{1}}
	a := newAverage([]engine.Param{p}, &Config{EMADecay: .5})
	p.Value[0] = 11
	a.follow(0, 2000) // keeps 1/10
	if got := a.values[0][0]; math.Abs(float64(got)-10) > 1e-5 {
		t.Errorf("average of 1 and 11 in step 0 is %g, want 10", got)
	}
	p.Value[0] = 0
	a.follow(1000, 2000) // keeps 1/2
	if got := a.values[0][0]; math.Abs(float64(got)-5) > 1e-5 {
		t.Errorf("average of 10 and 0 is %g, want 5", got)
	}
	a.swap()
	if p.Value[0] != 5 && math.Abs(float64(p.Value[0])-5) > 1e-5 || a.values[0][0] != 0 {
		t.Errorf("swapped to %g and %g", p.Value[0], a.values[0][0])
	}
	if newAverage([]engine.Param{p}, &Config{}) != nil {
		t.Error("an average with a decay of 0")
	}
}

// On a quadratic, a step multiplies the distance by r = 1 - rate·curvature, so that lookahead multiplies that of the slow
// weights by 1 - α + α·r^k after k steps. Velocities and gradients are left to SGD, running statistics take part.
func TestLookahead(t *testing.T) {
	const curvature, rate, k, rounds = 4, .05, 5, 6
	for _, c := range []Config{
		{Lookahead: k, LookaheadAlpha: .5},
		{Lookahead: k, LookaheadAlpha: 1},
		{Lookahead: k, LookaheadAlpha: .25, LookaheadSchedule: Cubic},
	} {
		weight := engine.Param{Name: "w", Shape: []int{1}, Value: []float32{3}, Grad: []float32{0}}
		statistic := engine.Param{Name: "mean", Shape: []int{1}, Value: []float32{1}}
		params := []engine.Param{weight, statistic}
		a, s := newAverage(params, &c), newSGD(params, &c)
		want, wantStatistic := 3., 1.
		for step := range k * rounds {
			weight.Grad[0] = curvature * weight.Value[0]
			s.step(rate, 1)
			statistic.Value[0]++
			a.follow(step, k*rounds)
			if (step+1)%k != 0 {
				if weight.Value[0] == a.values[0][0] {
					t.Fatalf("%+v: the weights go back in step %d", c, step)
				}
				continue
			}
			alpha := c.LookaheadAlpha
			if c.LookaheadSchedule == Cubic {
				alpha = 1 - (1-alpha)*math.Pow(float64(step+1)/(k*rounds), 3)
			}
			want *= 1 - alpha + alpha*math.Pow(1-rate*curvature, k)
			wantStatistic += alpha * k
			for i, w := range []float64{want, wantStatistic} {
				if got := float64(a.values[i][0]); math.Abs(got-w) > 1e-5*math.Abs(w) || params[i].Value[0] != a.values[i][0] {
					t.Errorf("%+v: after %d steps %s is %g and slow %g, want %g", c, step+1, params[i].Name, params[i].Value[0], got, w)
				}
			}
		}
	}
}
