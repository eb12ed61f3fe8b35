package webgpu

import (
	"math"
	"os"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/loss"
)

// TestAnswers compares what the networks of models/ say of 1,000 pictures with what they say on the processor. It takes
// a software adapter minutes, and wants the folder of CIFAR-10's binary version:
//
//	STEADY_CIFAR10=cifar-10-batches-bin go test -run Answers -v -timeout 30m ./core/compute/webgpu
func TestAnswers(t *testing.T) {
	folder := os.Getenv("STEADY_CIFAR10")
	if folder == "" {
		t.Skip("STEADY_CIFAR10 names no folder")
	}
	cifar, err := dataset.CIFAR10(os.DirFS(folder), dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const images, batch = 1000, 50
	for name, set := range map[string]*dataset.Set{"cifar10-standard": cifar, "fashion-standard": fashion.Test()} {
		n := model(t, name)
		x := make([]float32, images*set.Size())
		set.Fill(x, 0)
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
		t.Logf("%s: the same class for %d of %d pictures; %d are right on the processor, %d on %v; "+
			"logits differ by at most %.1e, the largest is %.1f",
			name, same, images, right[0], right[1], backend(t).Device().Adapter(), off, largest)
		if same != images || off > 1e-4*largest {
			t.Errorf("%s: other answers than on the processor", name)
		}
	}
}
