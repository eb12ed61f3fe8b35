package engine

import (
	"math"
	"math/rand/v2"
	"testing"

	"steady/core/arch"
	"steady/core/compute/cpu"
	"steady/core/nn"
)

// The rounding of a whole network, most of whose layers go through Winograd's transforms, against float64.
func TestPrecision(t *testing.T) {
	n, err := arch.ResNet20(nn.Shape{3, 32, 32}, 10)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range n.Params() {
		if len(p.Shape) > 1 {
			scale := math.Sqrt(2 * float64(p.Shape[0]) / float64(len(p.Data)))
			for i := range p.Data {
				p.Data[i] = float32(scale * r.NormFloat64())
			}
		}
	}
	e, err := New(cpu.New(1), n, Config{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	x, logits := random(n.Image.Size(), 3), make([]float32, 10)
	if err := e.Logits(logits, x); err != nil {
		t.Fatal(err)
	}
	worst, largest := 0.0, 0.0
	for i, want := range (reference{net: n, values: map[*nn.Param][]float64{}}).run(wide(x), 1) {
		worst, largest = max(worst, math.Abs(float64(logits[i])-want)), max(largest, math.Abs(want))
	}
	t.Logf("largest error of a logit, relative to the largest logit: %.1e", worst/largest)
	if !(worst <= 1e-5*largest) {
		t.Errorf("an error of %g among logits of up to %g: want at most 1e-5 of them", worst, largest)
	}
}
