package webgpu

import (
	"context"
	"math"
	"os"
	"testing"

	"steady/core/attack"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/loss"
	"steady/core/nn"
)

// testImages are CIFAR-10's.
func testImages(t *testing.T) *dataset.Set {
	t.Helper()
	folder := os.Getenv("STEADY_CIFAR10")
	if folder == "" {
		t.Skip("STEADY_CIFAR10 names no folder")
	}
	set, err := dataset.CIFAR10(os.DirFS(folder), dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// input returns the first n images of a set as the input of a network.
func input(t *testing.T, set *dataset.Set, n int) []float32 {
	source, err := eval.NewSource(set.Images(), nn.Shape{set.C, set.H, set.W}, eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, n*set.Size())
	if err := source.Fill(t.Context(), x, 0, n); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestParity compares what the networks of models/ say of 1,000 images with what they say on the processor. It takes
// a software adapter minutes, and wants the folder of CIFAR-10's binary version:
//
//	STEADY_CIFAR10=cifar-10-batches-bin go test -run Parity -v -timeout 30m ./core/compute/webgpu
func TestParity(t *testing.T) {
	cifar := testImages(t)
	const images, batch = 1000, 50
	for name, set := range map[string]*dataset.Set{"cifar10-standard": cifar, "fashion-standard": fashion.Test()} {
		n := model(t, name)
		x := input(t, set, images)
		var logits [2][]float32
		classes := 0
		for i, b := range []compute.Backend{cpu.New(0), backend(t)} {
			e, err := engine.New(b, n, engine.Config{Batch: batch})
			if err != nil {
				t.Fatal(err)
			}
			classes = e.Classes()
			logits[i] = make([]float32, images*classes)
			if err := e.Logits(logits[i], x); err != nil {
				t.Fatal(err)
			}
		}
		same, right, off, largest := 0, [2]int{}, 0.0, 0.0
		for i := range images {
			var top [2]int
			for k := range top {
				top[k] = loss.ArgMax(logits[k][i*classes:][:classes])
				if top[k] == set.Labels[i] {
					right[k]++
				}
			}
			if top[0] == top[1] {
				same++
			}
		}
		for i, v := range logits[0] {
			off = max(off, math.Abs(float64(logits[1][i])-float64(v)))
			largest = max(largest, math.Abs(float64(v)))
		}
		t.Logf("%s: the same class for %d of %d images; %d are right on the processor, %d on %v; "+
			"logits differ by at most %.1e, the largest is %.1f",
			name, same, images, right[0], right[1], backend(t).Device().Adapter(), off, largest)
		if same != images || off > 1e-4*largest {
			t.Errorf("%s: other answers than on the processor", name)
		}
	}
}

// TestDistances compares how near Carlini and Wagner's attack finds images of a trained network: with its steps on the
// processor in float64, and the network there or on the GPU, and with both on the GPU. It takes minutes too.
//
//	STEADY_CIFAR10=cifar-10-batches-bin go test -run Distances -v -timeout 30m ./core/compute/webgpu
func TestDistances(t *testing.T) {
	set, n := testImages(t), model(t, "cifar10-standard")
	const images = 4
	x := input(t, set, images)
	a, err := attack.Lookup("cw")
	if err != nil {
		t.Fatal(err)
	}
	p := a.Default(attack.L2)
	p.Steps, p.SearchSteps, p.Weight = 40, 2, 0.1
	onGPU := evaluation(t, backend(t), n, images, nil)
	var all []*attack.Result
	for _, m := range []attack.Model{evaluation(t, cpu.New(0), n, images, nil), attack.Stepwise(onGPU), onGPU} {
		r, err := a.Run(context.Background(), m, x, set.Labels[:images], p, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i := range images {
		t.Logf("image %d: %.7f on the processor; network on the GPU %.7f; both on the GPU %.7f",
			i, all[0].L2[i], all[1].L2[i], all[2].L2[i])
		for _, r := range all {
			if r.Success[i] != all[0].Success[i] || r.Cost[i] != all[0].Cost[i] {
				t.Errorf("image %d: success %v for %+v, on the processor %v for %+v",
					i, r.Success[i], r.Cost[i], all[0].Success[i], all[0].Cost[i])
			}
		}
		if off := math.Abs(all[2].L2[i]/all[1].L2[i] - 1); all[2].Success[i] && !(off <= 1e-2) {
			t.Errorf("image %d: steps on the GPU end %.2g of the distance off", i, off)
		}
	}
}
