package attack_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"steady/core/arch"
	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/random"
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

// sizedNetwork returns a network and images for it: of a real size, or in the short form small ones.
func sizedNetwork(t *testing.T, images int) (n *nn.Network, x []float32, labels []int) {
	t.Helper()
	if !testing.Short() {
		x, labels = testImages(images)
		return network(t, "fashion-standard"), x, labels
	}
	n, err := arch.Compact(nn.Shape{1, 8, 8}, 4, [4]int{4, 8, 8, 8})
	if err != nil {
		t.Fatal(err)
	}
	r := random.New(1, 0, "network", 0)
	for _, l := range n.Layers {
		if o, ok := l.Op.(*nn.Conv); ok {
			r.FillUniform(o.Weight.Data, -.5, .5)
		}
		if o, ok := l.Op.(*nn.Linear); ok {
			r.FillUniform(o.Weight.Data, -.5, .5)
		}
	}
	x = make([]float32, images*n.Image.Size())
	r.FillUniform(x, 0, 1)
	return n, x, answers(t, cpuEngine(t, n, 1, images), x)
}

func cpuEngine(t *testing.T, n *nn.Network, threads, batch int) *engine.Engine {
	t.Helper()
	e, err := engine.New(cpu.New(threads), n, engine.Config{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// On a real network, too, an image's result depends neither on its batch nor on how many processors work on it.
func TestSameOnAnyWorkers(t *testing.T) {
	const n = 3
	net, x, labels := sizedNetwork(t, n)
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
			got, err := a.Run(ctx, cpuEngine(t, net, threads, 3*threads), x, labels, p, nil)
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
			e := cpuEngine(t, net, 1, 2)
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
