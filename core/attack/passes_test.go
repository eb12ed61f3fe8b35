package attack

import "testing"

// No attack takes more passes than it says, and one that cannot succeed takes about as many.
func TestMaxPasses(t *testing.T) {
	for _, name := range []string{"fgsm", "pgd", "mi-fgsm", "apgd-ce", "apgd-t", "square", "spatial", "hopskipjump", "cw", "deepfool", "fab", "fab-t", "autoattack"} {
		m := &constant{shape: shape, classes: 4}
		a := find(t, name)
		p := a.Default(a.UsualNorm())
		switch {
		case name == "autoattack":
			p.Version = Fast
		case a.Uses("steps") && !a.SingleStep():
			p.Steps = 7
		}
		if p.Queries > 0 {
			p.Queries = 300
		}
		if a.Uses("search-steps") {
			p.SearchSteps = 2
		}
		x := make([]float32, shape.Size())
		for i := range x {
			x[i] = 0.5
		}
		res := mustRun(t, a, m, x, []int{0}, p)
		took, most := float64(res.Cost[0].Queries+gradientPasses*res.Cost[0].Gradients), a.MaxPasses(p, m.classes)
		t.Logf("%s: %v of %v passes", name, took, most)
		if took > most {
			t.Errorf("%s took %v passes, want %v at most", name, took, most)
		}
		if took < most/2 && (a.Bounded() || name == "spatial") {
			t.Errorf("%s took %v passes, and says it takes up to %v", name, took, most)
		}
	}
}
