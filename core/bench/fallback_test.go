package bench

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/models"
)

// mortal is a backend that fails for good after so many calls, as a GPU that is lost.
type mortal struct {
	compute.Backend
	left int
	err  error
}

func (m *mortal) die() bool {
	if m.left--; m.left <= 0 {
		m.err = errors.New("device lost")
	}
	return m.err != nil
}

func (m *mortal) Run(images int, kernels []compute.Kernel) {
	if !m.die() {
		m.Backend.Run(images, kernels)
	}
}

func (m *mortal) Read(dst []float32, src compute.Buffer, offset int) {
	if !m.die() {
		m.Backend.Read(dst, src, offset)
	}
}

func (m *mortal) Err() error { return m.err }

// clothes are images of Fashion-MNIST.
type clothes struct{ clean *eval.Source }

func (s *clothes) Fill(ctx context.Context, dst []float32, p Perturbation, seed uint64, first, n int) error {
	c, o, jpeg := p.Corruption()
	o.Seed = seed
	source, err := s.clean.With(c, o, jpeg)
	if err != nil {
		return err
	}
	return source.Fill(ctx, dst, first, n)
}

// A run goes on where a GPU is lost, with the same results, which say what made them.
func TestRunFallsBack(t *testing.T) {
	file, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	const images = 20
	data := fashion.Test().Limit(images)
	source, err := eval.NewSource(data.Images(), n.Image, eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := perturbations(t, "clean", "fog{severity=3}", "fgsm{eps=8/255}")
	run := func(left int) (found []*Result, backends string) {
		t.Helper()
		e, err := engine.New(&mortal{Backend: cpu.New(1), left: left}, n, engine.Config{Batch: 5, Fallback: func(error) compute.Backend { return cpu.New(1) }})
		if err != nil {
			t.Fatal(err)
		}
		subject := Subject{Cell: Cell{Network: "a", N: images}, Network: e, Images: &clothes{source}, Labels: data.Labels,
			Machine: func() (string, string) {
				if _, ok := e.Backend().(*mortal); ok {
					return "gpu", "a GPU"
				}
				return "cpu", "a processor"
			}}
		size := func(Perturbation, int) int { return images / 2 }
		var store Memory
		if _, err := Run(t.Context(), &store, []Subject{subject}, all, Options{SliceSize: size}); err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			c := subject.Cell
			c.Perturbation = p
			r, err := Collect(&store, c, images/2)
			if err != nil {
				t.Fatal(err)
			}
			backends += " " + r.Backend
			r.Backend, r.Machine, r.Seconds = "", "", 0
			found = append(found, r)
		}
		return found, strings.TrimSpace(backends)
	}
	want, backends := run(1 << 30)
	if backends != "gpu gpu gpu" {
		t.Errorf("made by %s", backends)
	}
	mixed := 0
	for _, left := range []int{1, 7, 13, 37} {
		got, backends := run(left)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("lost after %d calls, results are others", left)
		}
		if !strings.HasSuffix(backends, "cpu") {
			t.Errorf("lost after %d calls, results were made by %s", left, backends)
		}
		if strings.Contains(backends, "gpu + cpu") {
			mixed++
		}
	}
	if mixed < 2 {
		t.Errorf("of %d runs it is said that both made a cell", mixed)
	}
}
