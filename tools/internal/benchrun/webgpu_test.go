package benchrun

import (
	"bytes"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/compute/computetest"
	"steady/tools/internal/model"
)

// On a GPU, be it a software one, networks have the answers that they have on the processor: where they differ, the two
// classes are as probable as each other.
func TestWebGPU(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	computetest.NeedWebGPU(t)
	const images, near, attacked = 12, 1e-3, 1
	dir := t.TempDir()
	run := func(backend string) (path string, messages string) {
		var said bytes.Buffer
		o := options(filepath.Join(dir, backend+".db"), &said)
		o.Limit, o.Batch, o.Cells = images, images, []string{"fog{severity=3}", "fgsm{eps=4/255}"}
		o.Backend = model.Backend{Name: backend, AllowSoftware: true, Log: &said}
		r, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Cells {
			if c.Backend != backend || c.Machine == "" {
				t.Errorf("%s on %s was made by %s, %s", c.Perturbation, backend, c.Backend, c.Machine)
			}
		}
		return o.Out, said.String()
	}
	processor, _ := run("cpu")
	gpu, said := run("webgpu")
	if strings.Contains(said, "GPU failed") {
		t.Fatal(said)
	}
	want, asked := answers(t, processor)
	got, _ := answers(t, gpu)
	for i, p := range asked {
		differ := 0
		for k, a := range got[i] {
			b := want[i][k]
			distance := math.Abs(float64(a.Confidence - b.Confidence))
			if attack, _ := p.Attack(); attack != nil { // which may go another way, where a gradient is near 0
				if a.Class != b.Class {
					differ++
				}
			} else if distance > near || a.Class != b.Class && a.Confidence > .5+near {
				t.Errorf("%v, image %d: class %d with %g, want %d with %g", p, k, a.Class, a.Confidence, b.Class, b.Confidence)
			}
		}
		if differ > attacked {
			t.Errorf("%v: other classes of %d images", p, differ)
		}
	}
	// One store may have results of both.
	o := options(processor, io.Discard)
	o.Limit, o.Batch, o.Cells, o.Backend = images, images, []string{"fog{severity=1}"}, model.Backend{Name: "webgpu", AllowSoftware: true, Log: io.Discard}
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cells) != 4 || r.Cells[1].Backend != "cpu" || r.Cells[3].Backend != "webgpu" {
		t.Errorf("%+v", r.Cells)
	}
}
