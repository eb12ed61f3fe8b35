package attack_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/models"
)

func network(t *testing.T, name string) *nn.Network {
	t.Helper()
	b, err := models.FS.ReadFile(name + ".onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func fashionEngine(t *testing.T, threads, batch int) *engine.Engine {
	t.Helper()
	e, err := engine.New(cpu.New(threads), network(t, "fashion-standard"), engine.Config{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// testImages returns the first n test images of Fashion-MNIST.
func testImages(n int) (x []float32, labels []int) {
	set := fashion.Test()
	for i := range n {
		for _, v := range set.Image(i) {
			x = append(x, float32(v)/255)
		}
	}
	return x, set.Labels[:n]
}

func small(a *attack.Attack, norm attack.Norm) attack.Params {
	p := a.Default(norm)
	if p.Steps > 6 {
		p.Steps = 6
	}
	if a.Uses("search-steps") {
		p.SearchSteps = 2
	}
	if a.Uses("targets") {
		p.Targets = 2
	}
	if a.Uses("version") {
		p.Version = attack.Fast
	}
	if a.Bounded() {
		p.Eps /= 4 // some survive
	}
	p.Queries = 25
	return p
}

// On a real network, too, an image's result depends neither on its batch nor on how many processors work on it.
func TestSameOnAnyWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("a network of a real size")
	}
	const n = 3
	x, labels := testImages(n)
	size := len(x) / n
	ctx := context.Background()
	for _, a := range attack.All() {
		norm := attack.Linf
		if len(a.Norms) > 0 {
			norm = a.Norms[0]
		}
		p := small(a, norm)
		var want *attack.Result
		for threads := 1; threads <= 3; threads++ {
			before := runtime.GOMAXPROCS(threads)
			got, err := a.Run(ctx, fashionEngine(t, threads, 3*threads), x, labels, p, nil)
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatalf("%s: %v", a.Name, err)
			}
			if want == nil {
				want = got
			} else if !slices.Equal(got.Adv, want.Adv) || !slices.Equal(got.Cost, want.Cost) {
				t.Errorf("%s: %d threads give other images than one", a.Name, threads)
			}
		}
		// The same images shared out among workers of their own.
		adv := make([]float32, len(x))
		var wg sync.WaitGroup
		for worker := range 3 {
			first, last := worker*n/3, (worker+1)*n/3
			e := fashionEngine(t, 1, 2)
			q := p
			q.First = uint64(first)
			wg.Go(func() {
				part, err := a.Run(ctx, e, x[first*size:last*size], labels[first:last], q, nil)
				if err != nil {
					t.Errorf("%s: %v", a.Name, err)
					return
				}
				copy(adv[first*size:], part.Adv)
			})
		}
		wg.Wait()
		if !slices.Equal(adv, want.Adv) {
			t.Errorf("%s: three workers give other images than one", a.Name)
		}
	}
}
