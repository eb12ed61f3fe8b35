package attack

import (
	"math"
	"slices"
	"testing"

	"steady/core/random"
)

// What a black box needs is more steps, not gradients: with enough queries it breaks what gradients break, and it is
// not stronger.
func TestBlackBoxes(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(60, 0, 1)
	for norm, eps := range map[Norm]float64{Linf: 0.05, L2: 0.25} {
		a := find(t, "apgd-ce")
		p := a.Default(norm)
		p.Eps = eps
		white := 0
		for _, ok := range mustRun(t, a, m, x, labels, p).Success {
			if ok {
				white++
			}
		}
		s := find(t, "square")
		last := -1
		for _, queries := range []int{1, 20, 2000} {
			p := s.Default(norm)
			p.Eps, p.Queries = eps, queries
			m.gradients = 0
			res := mustRun(t, s, m, x, labels, p)
			if m.gradients != 0 || res.Gradients != 0 {
				t.Errorf("square took %d gradients", m.gradients)
			}
			black := 0
			for i, ok := range res.Success {
				if ok {
					black++
				}
				if c := res.Cost[i].Queries; c > queries+1 {
					t.Errorf("%d queries were allowed, image %d took %d", queries, i, c-1)
				}
			}
			if black < last {
				t.Errorf("%v: %d fall in %d queries, %d in fewer", norm, black, queries, last)
			}
			last = black
		}
		t.Logf("%v: gradients break %d of 60, square %d", norm, white, last)
		least := white - 6
		if norm == L2 { // its windows are 3 × 3 at least, nearly all of these images of 4 × 4
			least = white / 2
		}
		if last > white+1 || last < least {
			t.Errorf("%v: gradients break %d of 60, square %d", norm, white, last)
		}
	}
}

func TestSquareSizes(t *testing.T) {
	s := square{}
	for _, c := range []struct{ query, queries, want int }{
		{0, 10000, 29}, {11, 10000, 20}, {60, 10000, 14}, {9000, 10000, 1}, {5, 5000, 29}, {6, 5000, 20}, {4500, 5000, 1},
	} {
		if got := s.size(c.query, c.queries, 32, 1); got != c.want {
			t.Errorf("query %d of %d: side %d, want %d", c.query, c.queries, got, c.want)
		}
	}
	if got := (square{unscaled: true}).size(4500, 5000, 32, 1); got != 3 {
		t.Errorf("unscaled: side %d, want 3", got)
	}
}

// A bump has length 1, and its halves are opposite.
func TestBump(t *testing.T) {
	v := canvas{r: random.New(1, 0, "bump", 0)}
	for side := 1; side < 9; side++ {
		b := v.bump(side)
		sum, squares := 0.0, 0.0
		for _, x := range b {
			sum += x
			squares += x * x
		}
		if math.Abs(squares-1) > 1e-9 {
			t.Errorf("side %d: length %v", side, math.Sqrt(squares))
		}
		if side%2 == 0 && math.Abs(sum) > 1e-9 {
			t.Errorf("side %d: the halves sum up to %v", side, sum)
		}
	}
}

func TestTurn(t *testing.T) {
	const h, w = 5, 5
	src := make([]float32, 2*h*w)
	random.New(1, 0, "turn", 0).FillUniform(src, 0, 1)
	dst := make([]float32, len(src))
	turn(dst, src, 2, h, w, 0, 0, 0)
	if !slices.Equal(dst, src) {
		t.Error("no turn changes the image")
	}
	turn(dst, src, 2, h, w, 0, 1, -2) // one to the right, two up
	for row := range h {
		for col := range w {
			want := float32(0)
			if col >= 1 && row+2 < h {
				want = src[(row+2)*w+col-1]
			}
			if dst[row*w+col] != want {
				t.Fatalf("moved: %d,%d is %v, want %v", row, col, dst[row*w+col], want)
			}
		}
	}
	turn(dst, src, 2, h, w, 90, 0, 0) // clockwise, as rows go down
	for row := range h {
		for col := range w {
			if got, want := dst[h*w+row*w+col], src[h*w+(w-1-col)*w+row]; math.Abs(float64(got-want)) > 1e-6 {
				t.Fatalf("turned: %d,%d is %v, want %v", row, col, got, want)
			}
		}
	}
	if along(0, 31, 30) != -30 || along(15, 31, 30) != 0 || along(30, 31, 30) != 30 || along(0, 1, 30) != 0 {
		t.Error("the grid is not symmetric")
	}
}

func TestSpatial(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(40, 0, 1)
	a := find(t, "spatial")
	p := a.Default(Linf)
	p.Rotations, p.Translations, p.Translation = 7, 3, 1
	res := mustRun(t, a, m, x, labels, p)
	p.Continue = true
	on := mustRun(t, a, m, x, labels, p)
	found := 0
	for i := range labels {
		if res.Success[i] != on.Success[i] {
			t.Errorf("image %d: going on changed the success", i)
		}
		if on.Cost[i].Queries != 1+7*3*3 {
			t.Errorf("image %d took %d queries, want the whole grid", i, on.Cost[i].Queries)
		}
		if res.Success[i] {
			found++
		}
	}
	if found < 20 {
		t.Errorf("%d of 40 images fall", found)
	}
	p.Rotations, p.Translations = 1, 1 // the image itself
	for i, ok := range mustRun(t, a, m, x, labels, p).Success {
		if ok {
			t.Errorf("image %d falls to nothing", i)
		}
	}
}

func TestAutoAttack(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(24, 0, 1)
	labels[7] = (labels[7] + 1) % 5
	a := find(t, "autoattack")
	p := a.Default(Linf)
	p.Eps = 0.03
	for version, want := range map[Version][]string{
		Standard: {"apgd-ce", "apgd-t", "fab-t", "square"},
		Plus:     {"apgd-ce", "apgd-dlr", "fab", "square", "apgd-t", "fab-t"},
		Fast:     {"apgd-ce", "apgd-t", "fab-t", "square"},
	} {
		if testing.Short() && version != Fast {
			continue
		}
		p.Version = version
		res := mustRun(t, a, m, x, labels, p)
		attempted, gradients, queries := 23, 0, 24 // but for the misclassified one; the clean images are queries too
		for k, s := range res.Stages {
			if s.Attack != want[k] {
				t.Errorf("%v: stage %d is %s, want %s", version, k, s.Attack, want[k])
			}
			if s.Attempted != attempted {
				t.Errorf("%v: %s attempts %d images, want the %d that are left", version, s.Attack, s.Attempted, attempted)
			}
			attempted -= s.Broken
			gradients += s.Gradients
			queries += s.Queries
		}
		if gradients != res.Gradients || queries != res.Queries {
			t.Errorf("%v: the stages took %d gradients and %d queries, the whole %d and %d", version, gradients, queries,
				res.Gradients, res.Queries)
		}
		left := 0
		for i, ok := range res.Success {
			if !ok {
				left++
			}
			if i != 7 && ok != (res.BrokenBy[i] >= 0) {
				t.Errorf("%v: image %d: success %v by %d", version, i, ok, res.BrokenBy[i])
			}
			if d := res.Linf[i]; d > p.Eps+1e-6 {
				t.Errorf("%v: image %d at %v", version, i, d)
			}
		}
		if left != attempted {
			t.Errorf("%v: %d images survive, the stages leave %d", version, left, attempted)
		}
		if version != Standard {
			continue
		}
		// The parts by themselves break no more than the whole.
		for _, name := range want {
			q := find(t, name).Default(Linf)
			q.Eps = p.Eps
			for i, ok := range mustRun(t, find(t, name), m, x, labels, q).Success {
				if ok && !res.Success[i] {
					t.Errorf("%s breaks image %d, the whole does not", name, i)
				}
			}
		}
	}
}

// Networks with too few classes for the DLR losses are attacked by cross-entropy instead, and that is said.
func TestFewClasses(t *testing.T) {
	for _, c := range []struct {
		attack  string
		classes int
		target  Target
		notes   int
	}{
		{"apgd-t", 2, Target{}, 1}, {"apgd-t", 3, Target{}, 1}, {"apgd-t", 4, Target{}, 0},
		{"apgd-dlr", 2, Target{}, 1}, {"apgd-dlr", 3, Target{}, 0},
		{"apgd-dlr", 3, Target{Choice: Next}, 1}, {"apgd-dlr", 4, Target{Choice: Next}, 0},
		{"autoattack", 2, Target{}, 1}, {"autoattack", 4, Target{}, 0},
	} {
		m := newMLP(shape, 0, c.classes, 1)
		x, labels := m.images(10, 0.3, 0.7)
		a := find(t, c.attack)
		p := a.Default(Linf)
		p.Eps, p.Target = 0.3, c.target
		res := mustRun(t, a, m, x, labels, p)
		if len(res.Notes) != c.notes {
			t.Errorf("%s with %d classes, target %v: notes %q", c.attack, c.classes, c.target, res.Notes)
		}
		for i, ok := range res.Success {
			if !ok && c.target.Choice == NoTarget {
				t.Errorf("%s with %d classes: image %d survives", c.attack, c.classes, i)
			}
		}
	}
}

func TestConfidence(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(15, 0, 1)
	z := make([]float32, 5)
	for _, name := range []string{"pgd", "cw", "deepfool", "fab", "square"} {
		for _, target := range []Target{{}, {Choice: LeastLikely}} {
			a := find(t, name)
			p := cheap(a, a.Norms[0])
			p.Confidence, p.Target = 0.5, target
			if a.Bounded() {
				p.Eps = 0.4
			}
			if a.Uses("steps") {
				p.Steps = 100
			}
			if a.Uses("search-steps") {
				p.SearchSteps = 6
			}
			if p.Queries > 0 {
				p.Queries = 1500
			}
			res := mustRun(t, a, m, x, labels, p)
			succeeded := 0
			for i, ok := range res.Success {
				if !ok {
					continue
				}
				succeeded++
				m.Logits(z, res.Adv[i*48:][:48])
				class, maximize := labels[i], true
				if res.Targets != nil {
					class, maximize = res.Targets[i], false
				}
				if !(Confident{Untargeted{labels}, 0.5}).SatisfiedBy(i, z) && maximize || !maximize && !(Confident{Targeted{labels, res.Targets}, 0.5}).SatisfiedBy(i, z) {
					t.Errorf("%s %v: image %d aims at %d with too little confidence: %v", name, target, i, class, z)
				}
			}
			if succeeded < 10 {
				t.Errorf("%s %v: %d of 15 images succeed", name, target, succeeded)
			}
		}
	}
}

func TestBudgets(t *testing.T) {
	m := newMLP(shape, 16, 5, 0.5)
	x, labels := m.images(20, 0, 1)
	eachAttack(t, all, func(t *testing.T, a *Attack, norm Norm) {
		p := cheap(a, norm)
		p.Queries = 7
		res := mustRun(t, a, m, x, labels, p)
		for i, c := range res.Cost {
			if c.Gradients+c.Queries > 1+7 {
				t.Errorf("image %d was put to the network %d times", i, c.Gradients+c.Queries-1)
			}
		}
		checkRange(t, res.Adv)
		p.Queries = 0
		if a.needsQueries {
			p.Queries = 1000
		}
		p.Seconds = 1e-9
		late := mustRun(t, a, m, x, labels, p)
		if late.Exhausted != "time" || late.Queries != len(labels) || late.Gradients != 0 {
			t.Errorf("no time at all: out of %q after %d queries and %d gradients", late.Exhausted, late.Queries, late.Gradients)
		}
	})
	a := find(t, "bim")
	p := a.Default(Linf)
	p.Queries, p.Eps = 3, 1e-4
	if res := mustRun(t, a, m, x, labels, p); res.Exhausted != "queries" || res.Linf[0] == 0 {
		t.Errorf("out of %q, with the best so far at %v", res.Exhausted, res.Linf[0])
	}
	p.Queries, p.Seconds = 0, 1e8 // the most
	if res := mustRun(t, a, m, x, labels, p); res.Exhausted != "" {
		t.Errorf("with time enough: out of %q", res.Exhausted)
	}
}
