package report

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"steady/core/bench"
	"steady/core/corrupt"
)

// benchmarked returns networks under all nineteen corruptions at five severities, and some attacks.
func benchmarked(t testing.TB, networks, images int) *builder {
	b := &builder{t: t, Results: Results{Name: "run.db"}}
	texts := []string{"clean", "fgsm", "pgd{eps=1/255}", "pgd{eps=2/255}", "pgd{eps=4/255}", "pgd"}
	for _, suite := range []corrupt.Suite{corrupt.ImageNetC, corrupt.ImageNetCExtra} {
		for _, c := range corrupt.In(suite) {
			for s := 1; s <= 5; s++ {
				texts = append(texts, fmt.Sprintf("%s{severity=%d}", c.Name, s))
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for k := range networks {
		n := Network{Name: fmt.Sprintf("network-%d", k), File: "file.onnx", DataName: "cifar10-test", Cell: bench.Cell{Network: "hash", Data: "hash", Preparation: "input=3×32×32", N: images}}
		for i := range images {
			n.Labels = append(n.Labels, i%10)
		}
		b.Networks = append(b.Networks, n)
		for c, text := range texts {
			p, err := bench.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			result := &bench.Result{Backend: "cpu", Machine: "AVX2", Answers: make([]bench.Answer, images), Seconds: 60}
			for i := range result.Answers {
				a := bench.Answer{Class: i % 10, Confidence: r.Float32()}
				if r.IntN(100) < 10+c%60 {
					a.Class = r.IntN(10)
				}
				if a.Class == i%10 {
					result.Right++
				}
				result.Answers[i] = a
			}
			b.Entries = append(b.Entries, Entry{Network: k, Perturbation: p, Images: images, Result: result})
			b.Planned, b.Done = b.Planned+10, b.Done+10
		}
	}
	return b
}

// A page is small, however many images it is of.
func TestSize(t *testing.T) {
	var page bytes.Buffer
	if err := benchmarked(t, 4, 200).report(Options{}).WriteHTML(&page, HTMLOptions{Image: image(32)}); err != nil {
		t.Fatal(err)
	}
	if page.Len() > 1e6 {
		t.Errorf("%d bytes, want at most a million", page.Len())
	}
}

func BenchmarkHTML(b *testing.B) {
	results := benchmarked(b, 4, 10000)
	for b.Loop() {
		if err := results.report(Options{}).WriteHTML(io.Discard, HTMLOptions{Image: image(32)}); err != nil {
			b.Fatal(err)
		}
	}
}
