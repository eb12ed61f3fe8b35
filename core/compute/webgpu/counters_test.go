package webgpu

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"steady/core/arch"
	"steady/core/attack"
	"steady/core/compute"
	"steady/core/engine"
	"steady/core/nn"
)

// hollow is a device that computes nothing. Whatever is read from it is 99: all logits are equal, so that no image ever
// changes its class, and no fewer iterates have been judged than were asked for.
type hollow struct{}

func (hollow) Adapter() Adapter                            { return Adapter{Device: "none", MaxBuffer: math.MaxInt} }
func (hollow) NewBuffer(int, Usage) (Handle, error)        { return 1, nil }
func (hollow) NewPipeline(string) (Handle, error)          { return 1, nil }
func (hollow) NewBinding(Handle, []Handle) (Handle, error) { return 1, nil }
func (hollow) Release(Kind, Handle)                        {}
func (hollow) Write(Handle, int, []byte)                   {}
func (hollow) Submit([]Dispatch)                           {}
func (hollow) Err() error                                  { return nil }
func (hollow) Close()                                      {}
func (hollow) Read(spans []Span) error {
	for _, s := range spans {
		for b := s.Dst; len(b) > 0; b = b[4:] {
			binary.LittleEndian.PutUint32(b, math.Float32bits(99))
		}
	}
	return nil
}

func pgd10() (*attack.Attack, attack.Params) {
	a, err := attack.Lookup("pgd")
	if err != nil {
		panic(err)
	}
	return a, a.Default(attack.Linf)
}

// search is one search of Carlini and Wagner's attack, with a margin that is never reached. It ends after three tenths in
// vain, however an image moves.
func search() (*attack.Attack, attack.Params) {
	a, err := attack.Lookup("cw")
	if err != nil {
		panic(err)
	}
	p := a.Default(attack.L2)
	p.SearchSteps, p.Confidence = 1, 1
	return a, p
}

const searchSteps = 61

// TestCounters counts what runs on a GPU, which does not depend on the GPU:
//
//	go test -run Counters -v ./core/compute/webgpu
func TestCounters(t *testing.T) {
	const batch = 8
	b, err := New(hollow{})
	if err != nil {
		t.Fatal(err)
	}
	image := nn.Shape{3, 32, 32}
	for _, a := range arch.All() {
		n, err := a.Build(image, 10)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, batch*image.Size())
		f := func(int, []float32, []float32) {}
		measure := func(what string, e *engine.Engine, pass func() error) {
			for range 5 { // the first prepares, and an attack finds out how many steps to take at once
				if err := pass(); err != nil {
					t.Fatal(err)
				}
			}
			before := b.Counts()
			if err := pass(); err != nil {
				t.Fatal(err)
			}
			after := b.Counts()
			t.Logf("%s, %s of %d images: %d dispatches in %d submissions, %d reads; %d bytes up, %d down",
				a.Name, what, batch, after.Dispatches-before.Dispatches, after.Runs-before.Runs, after.Reads-before.Reads,
				after.BytesWritten-before.BytesWritten, after.BytesRead-before.BytesRead)
			if after.Pipelines != before.Pipelines || after.Buffers != before.Buffers || after.Bindings != before.Bindings {
				t.Errorf("%s: running prepared something", what)
			}
		}
		e, err := engine.New(b, n, engine.Config{Batch: batch})
		if err != nil {
			t.Fatal(err)
		}
		logits, grad := make([]float32, batch*10), make([]float32, len(x))
		measure("logits", e, func() error { return e.Logits(logits, x) })
		measure("gradient", e, func() error { return e.Gradient(grad, logits, x, f) })
		for _, method := range []struct {
			what      string
			prepare   func() (*attack.Attack, attack.Params)
			gradients int
			queries   int
		}{{"all of PGD-10", pgd10, 10, 2}, {"a search of C&W", search, searchSteps, 1}} {
			for _, way := range []struct {
				what  string
				model attack.Model
			}{{"", e}, {", each step by itself,", attack.Stepwise(e)}} {
				measure(method.what+way.what, e, func() error {
					how, p := method.prepare()
					r, err := how.Run(context.Background(), way.model, x, make([]int, batch), p, nil)
					if err == nil && (r.Gradients != method.gradients*batch || r.Queries != method.queries*batch) {
						t.Errorf("%s%s took %d gradients and %d queries", method.what, way.what, r.Gradients, r.Queries)
					}
					return err
				})
			}
		}
		trainer, err := engine.New(b, n, engine.Config{Batch: batch, Train: true})
		if err != nil {
			t.Fatal(err)
		}
		measure("training step with parameters coming back", trainer, func() error { return trainer.TrainStep(x, f) })
		beginSGD(t, trainer)
		measure("training step with a loss that is a function", trainer, func() error { return trainer.StepLoss(x, f, .1) })
		labels := make([]int, batch)
		measure("16 training steps", trainer, func() error {
			for range 16 {
				if _, err := trainer.StepLabels(x, labels, .1); err != nil {
					return err
				}
			}
			return nil
		})
	}
	t.Logf("%d pipelines", b.Counts().Pipelines)
}

// TestArithmetic compares the multiply-adds that the tiles of a network's convolutions do with those that it needs.
func TestArithmetic(t *testing.T) {
	for _, a := range arch.All() {
		n, err := a.Build(nn.Shape{3, 32, 32}, 10)
		if err != nil {
			t.Fatal(err)
		}
		shapes, err := n.Shapes()
		if err != nil {
			t.Fatal(err)
		}
		for _, images := range []int{2, 256} {
			var line string
			count := func(maps ...convMap) (done int) {
				for _, m := range maps {
					if m.direct() {
						rows := m.rows // of which a thread makes four, or as many as there are if they are fewer
						if rows > 4 {
							rows = up(rows, 4)
						}
						done += m.groups * rows * images * m.width * m.height * m.depth()
						continue
					}
					done += m.arithmetic(m.tileFor(images), images)
				}
				return done
			}
			for _, way := range []struct {
				name string
				done func(compute.ConvShape) int
			}{
				{"forward", func(s compute.ConvShape) int { return count(forward(s)) }},
				{"input gradient", func(s compute.ConvShape) int { return count(backward(s)...) }},
				{"parameter gradient", func(s compute.ConvShape) int {
					high, tiles := weightTiles(s.K/s.Groups, s.C/s.Groups*s.R*s.S)
					return s.Groups * tiles * high * weightColumns * images * s.OH * s.OW
				}},
			} {
				need, done := 0.0, 0.0
				for i, l := range n.Layers {
					o, ok := l.Op.(*nn.Conv)
					if !ok {
						continue
					}
					in, out, w := shapes[l.In[0]], shapes[i+1], o.Weight.Shape
					s := compute.ConvShape{
						C: in[0], H: in[1], W: in[2], K: out[0], OH: out[1], OW: out[2], R: w[2], S: w[3],
						Stride: o.Stride, Dilation: o.Dilation, Pads: o.Pads, Groups: o.Groups,
					}
					need += float64(images) * float64(out.Size()) * float64(w[1]*w[2]*w[3])
					done += float64(way.done(s))
				}
				line += fmt.Sprintf("; %s %.2f times the %.0f million needed", way.name, done/need, need/1e6)
				if images == 256 && done > 1.5*need {
					t.Errorf("%s, %s: %.2f times the multiply-adds needed", a.Name, way.name, done/need)
				}
			}
			t.Logf("%s, %d images%s", a.Name, images, line)
		}
	}
}
