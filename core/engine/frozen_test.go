package engine

import (
	"fmt"
	"testing"

	"steady/core/nn"
)

// A frozen parameter has no gradient, and those of the others are what they are without it: for each parameter, and for
// all of a layer.
func TestFrozen(t *testing.T) {
	for name, n := range networks() {
		x, weights := random(testImages*n.Image.Size(), 3), random(testImages*n.Classes(), 4)
		step := func(t *testing.T, n *nn.Network) []Param {
			e, err := New(backend(t, 3), n, Config{Batch: testImages, Train: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := e.TrainStep(x, weighted(weights, e.Classes())); err != nil {
				t.Fatal(err)
			}
			return e.Params()
		}
		for i, l := range n.Layers {
			of := layerParams(l.Op)
			if _, ok := l.Op.(*nn.BatchNorm); ok {
				of = of[:2] // the others are statistics
			}
			for j := range len(of) + 1 {
				if len(of) == 0 || len(n.Params()) == 1 || j == len(of) && len(of) == len(n.Params()) {
					continue // nothing would be left to train
				}
				t.Run(fmt.Sprint(name, i, j), func(t *testing.T) {
					want, frozen := step(t, n), n.Clone()
					for k, p := range layerParams(frozen.Layers[i].Op)[:len(of)] {
						p.Frozen = k == j || j == len(of)
					}
					all := frozen.Params()
					for k, p := range step(t, frozen) {
						switch {
						case all[k].Frozen && p.Grad != nil:
							t.Errorf("%s is frozen and has a gradient", p.Name)
						case !all[k].Frozen:
							same(t, p.Name, want[k].Grad, p.Grad)
						}
						same(t, p.Name, want[k].Value, p.Value)
					}
				})
			}
		}
	}
}
