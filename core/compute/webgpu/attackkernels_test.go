package webgpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"steady/core/attackstep"
	"steady/core/compute"
	"steady/core/loss"
)

// iterates are those of a batch of images, on the GPU and here.
type iterates struct {
	compute.AttackShape
	compute.AttackBuffers
	x, origin, gradient, velocity, variable, square, logits, task, state []float32
}

// testCW is a step of Carlini and Wagner's attack.
func testCW(rate, confidence float32) attackstep.CW {
	return attackstep.CW{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Confidence: confidence}
}

// newIterates returns images of all kinds: at a corner of [0,1], far outside the ball, with a gradient of zero or a tiny one.
func newIterates(b *Backend, images int, s compute.AttackShape) *iterates {
	r := rand.New(rand.NewPCG(9, uint64(s.Elements)))
	c := &iterates{AttackShape: s}
	var labels []int
	c.logits, labels = rows(images, s.Classes)
	for i := range images {
		scale := []float64{1, 0, 1e-25, 1e12}[i%4]
		for range s.Elements {
			v := r.Float32()
			if i%3 == 1 {
				v = float32(r.IntN(2))
			}
			c.origin = append(c.origin, v)
			c.x = append(c.x, min(max(v+float32(r.NormFloat64()/20), 0), 1))
			c.gradient = append(c.gradient, float32(scale*r.NormFloat64()))
			c.velocity = append(c.velocity, float32(r.NormFloat64()))
			c.variable = append(c.variable, float32(math.Atanh(0.999999*(2*float64(c.x[len(c.x)-1])-1))))
			c.square = append(c.square, float32(max(scale*scale, 1)*r.Float64()))
		}
		c.task = append(c.task, float32(labels[i]), float32(1-2*(i%2)), float32(i%4), float32(i/2%2))
		c.state = append(c.state, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	c.AttackBuffers = compute.AttackBuffers{
		X: upload(b, c.x), Origin: upload(b, c.origin), Best: b.NewBuffer(len(c.x)),
		Gradient: upload(b, c.gradient), Velocity: upload(b, c.velocity),
		Logits: upload(b, c.logits), DLogits: b.NewBuffer(len(c.logits)), Trace: b.NewBuffer(3 * len(c.logits)),
		Variable: upload(b, c.variable), Square: upload(b, c.square), Distances: b.NewBuffer(3 * images),
		Task: upload(b, c.task), State: upload(b, c.state),
	}
	return c
}

var attackShapes = []compute.AttackShape{
	{Elements: 1, Classes: 2}, {Elements: 7, Classes: 3}, {Elements: 255, Classes: 10}, {Elements: 256, Classes: 64},
	{Elements: 300, Classes: 5}, {Elements: 1025, Classes: 1000},
}

// download reads a buffer.
func download(t *testing.T, b *Backend, m compute.Buffer) []float32 {
	t.Helper()
	x := make([]float32, m.Len())
	b.Read(x, m, 0)
	if err := b.Err(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestProjectedStep(t *testing.T) {
	b := backend(t)
	const images = 8
	for _, s := range attackShapes {
		for _, a := range []attackstep.PGD{
			{Eps: 0.06, StepSize: 0.02}, {Eps: 0.3, StepSize: 0.2, L2: true}, {Eps: 5, StepSize: 0.5, L2: true},
			{Eps: 0.06, StepSize: 0.02, Momentum: 0.9}, {Eps: 0.3, StepSize: 0.2, L2: true, Momentum: 1}, {},
		} {
			c := newIterates(b, images, s)
			var kernels []compute.Kernel
			if a.Momentum > 0 {
				kernels = append(kernels, b.Momentum(s, a, c.AttackBuffers))
			}
			b.Run(images-1, append(kernels, b.ProjectedStep(s, a, c.AttackBuffers))) // the last is beyond the batch
			got, velocity := download(t, b, c.X), download(t, b, c.Velocity)
			for i := range images {
				of := func(all []float32) []float32 { return all[i*s.Elements:][:s.Elements] }
				if i < images-1 {
					direction := c.step(a, of(c.x), of(c.origin), of(c.gradient), of(c.velocity))
					if a.Momentum > 0 {
						near(t, fmt.Sprintf("%+v of %+v, image %d: velocity", a, s, i), of(velocity), direction)
					}
				}
				near(t, fmt.Sprintf("%+v of %+v, image %d", a, s, i), of(got), of(c.x))
			}
		}
	}
}

// step moves x as core/attack does, and returns what momentum remembers.
func (c *iterates) step(a attackstep.PGD, x, origin, gradient, velocity []float32) []float32 {
	g := make([]float64, len(x))
	sum, largest := 0.0, 0.0
	for i, v := range gradient {
		g[i] = float64(v)
		sum += math.Abs(g[i])
		largest = max(largest, math.Abs(g[i]))
	}
	moved := make([]float32, len(x))
	if a.Momentum > 0 {
		for i := range g {
			if sum > 0 {
				g[i] /= sum + 1e-10*largest
			}
			g[i] += float64(a.Momentum) * float64(velocity[i])
			moved[i] = float32(g[i])
		}
	}
	length := 0.0
	for _, v := range g {
		length += v * v
	}
	length = math.Sqrt(length)
	distance := 0.0
	for i, v := range g {
		switch {
		case v == 0:
		case a.L2:
			v /= length
		default:
			v = math.Copysign(1, v)
		}
		x[i] += float32(a.StepSize * float32(v))
		d := float64(x[i]) - float64(origin[i])
		distance += d * d
	}
	distance = math.Sqrt(distance)
	for i, v := range x {
		if !a.L2 {
			v = min(max(v, origin[i]-a.Eps), origin[i]+a.Eps)
		} else if distance > float64(a.Eps) {
			v = origin[i] + float32(float64(v-origin[i])*float64(a.Eps)/(distance+1e-10))
		}
		x[i] = min(max(v, 0), 1)
	}
	return moved
}

// A gradient that is not finite is reported, and its image stays, with all that is remembered of it.
func TestNotFinite(t *testing.T) {
	b := backend(t)
	s := compute.AttackShape{Elements: 300, Classes: 3}
	for _, a := range []attackstep.Rule{
		attackstep.PGD{Eps: 1, StepSize: 1}, attackstep.PGD{Eps: 1, StepSize: 1, L2: true},
		attackstep.PGD{Eps: 1, StepSize: 1, Momentum: 1}, testCW(1, 0),
	} {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := newIterates(b, 2, s)
			c.gradient[299] = float32(v)
			for i := 300; i < 600; i++ {
				c.gradient[i] = 1
			}
			b.Write(c.Gradient, 0, c.gradient)
			var kernels []compute.Kernel
			place, states := c.X, 4
			switch r := a.(type) {
			case attackstep.PGD:
				if r.Momentum > 0 {
					kernels = append(kernels, b.Momentum(s, r, c.AttackBuffers))
				}
				kernels = append(kernels, b.ProjectedStep(s, r, c.AttackBuffers))
			case attackstep.CW:
				place, states, kernels = c.Variable, 8, append(kernels, b.AdamStep(s, r, c.AttackBuffers))
			}
			before, square := download(t, b, place), download(t, b, c.Square)
			b.Run(2, kernels)
			if state := download(t, b, c.State); state[1] != 2 || state[states+1] != 0 {
				t.Errorf("%+v: %v in the gradient of the first of two images: states %v", a, v, state)
			}
			after, velocity, squares := download(t, b, place), download(t, b, c.Velocity), download(t, b, c.Square)
			for what, pair := range map[string][2][]float32{
				"it": {after, before}, "its velocity": {velocity, c.velocity}, "its squares": {squares, square},
			} {
				if !slices.Equal(pair[0][:300], pair[1][:300]) {
					t.Errorf("%+v: %v in the gradient of an image moved %s", a, v, what)
				}
			}
			if slices.Equal(after[300:], before[300:]) {
				t.Errorf("%+v: %v in the gradient of an image kept its neighbor from moving", a, v)
			}
		}
	}
}

// TestSelectBest goes through iterates that are now better and now worse.
func TestSelectBest(t *testing.T) {
	b := backend(t)
	const images, rounds = 15, 3
	for _, s := range attackShapes {
		for _, goesOn := range []bool{false, true} {
			c := newIterates(b, images, s)
			evaluate := []compute.Kernel{b.SelectBest(s, attackstep.PGD{Continue: goesOn}, c.AttackBuffers)}
			type kept struct {
				evaluated, found, number float32
				loss                     float64
				x                        []float32
			}
			want := make([]kept, images)
			trace := make([]float32, rounds*len(c.logits))
			r := rand.New(rand.NewPCG(2, 4))
			for round := range rounds {
				for i := range images { // the classes swap their logits
					row := c.logits[i*s.Classes:][:s.Classes]
					r.Shuffle(s.Classes, func(j, k int) { row[j], row[k] = row[k], row[j] })
				}
				for i := range c.x {
					c.x[i] = r.Float32()
				}
				b.Write(c.Logits, 0, c.logits)
				b.Write(c.X, 0, c.x)
				b.Run(images, evaluate)
				dlogits := download(t, b, c.DLogits)
				for i := range images {
					w, row := &want[i], c.logits[i*s.Classes:][:s.Classes]
					class, sign, limit, first := int(c.task[4*i]), c.task[4*i+1], c.task[4*i+2], c.task[4*i+3]
					what := fmt.Sprintf("%+v, going on %v, round %d, image %d", s, goesOn, round, i)
					direction, others, margin := make([]float32, s.Classes), 0.0, loss.Margin(row, class)
					for k, z := range row {
						if k != class {
							others += math.Exp(float64(z) - float64(row[class]) - margin)
						}
					}
					for k, z := range row {
						direction[k] = sign * float32(math.Exp(float64(z)-float64(row[class])-margin)/others)
					}
					direction[class] = -sign
					near(t, what+": dlogits", dlogits[i*s.Classes:][:s.Classes], direction)
					if w.evaluated > limit || w.found == 1 && !goesOn {
						continue
					}
					copy(trace[(round*images+i)*s.Classes:], row)
					w.evaluated++
					if w.evaluated == 1 && first == 0 {
						continue
					}
					value := float64(sign) * loss.CrossEntropyValue(row, class)
					met := (loss.ArgMax(row) != class) == (sign > 0)
					better := w.number == 0 || value > w.loss
					if met != (w.found == 1) {
						better = w.number == 0 || met
					}
					if better {
						w.number, w.loss, w.x = w.evaluated, value, append([]float32(nil), c.x[i*s.Elements:][:s.Elements]...)
					}
					if met {
						w.found = 1
					}
				}
			}
			state, x := download(t, b, c.State), download(t, b, c.Best)
			near(t, "trace", download(t, b, c.Trace), trace)
			for i, w := range want {
				got := kept{evaluated: state[4*i], found: state[4*i+1], number: state[4*i+3]}
				if got.evaluated != w.evaluated || got.found != w.found || got.number != w.number {
					t.Errorf("%+v, going on %v, image %d: %+v, on the CPU %+v", s, goesOn, i, got, w)
				} else if w.x != nil {
					near(t, "what is kept", x[i*s.Elements:][:s.Elements], w.x)
				}
			}
		}
	}
}

// TestCW takes steps of Carlini and Wagner's attack with logits and gradients that come from nowhere.
func TestCW(t *testing.T) {
	b := backend(t)
	const images, rounds = 9, 3
	for _, s := range attackShapes {
		for _, confidence := range []float32{0, 0.5} {
			a := testCW(0.01, confidence)
			beta1, beta2 := float64(a.Beta1), float64(a.Beta2)
			c := newIterates(b, images, s)
			for i := range images {
				c.task[4*i+3] = []float32{1e-3, 1, 1e3}[i%3]
				taken := float64(2 + 50*i)
				c.state[8*i+4], c.state[8*i+5] = float32(1-math.Pow(beta1, taken)), float32(1-math.Pow(beta2, taken))
			}
			b.Write(c.Task, 0, c.task)
			b.Write(c.State, 0, c.state)
			step := []compute.Kernel{b.FromTanh(s, c.AttackBuffers), b.CWLoss(s, a, c.AttackBuffers), b.AdamStep(s, a, c.AttackBuffers)}
			type kept struct {
				evaluated, number float32
				squared           float32
				x                 []float32
			}
			want := make([]kept, images)
			trace := make([]float32, rounds*len(c.logits))
			distances := make([]float32, rounds*images)
			r := rand.New(rand.NewPCG(5, 6))
			for round := range rounds {
				for i := range images { // the classes swap their logits
					row := c.logits[i*s.Classes:][:s.Classes]
					r.Shuffle(s.Classes, func(j, k int) { row[j], row[k] = row[k], row[j] })
				}
				b.Write(c.Logits, 0, c.logits)
				variable, mean, square := download(t, b, c.Variable), download(t, b, c.Velocity), download(t, b, c.Square)
				bias := download(t, b, c.State)
				b.Run(images-1, step) // the last is beyond the batch
				dlogits, x, measured := download(t, b, c.DLogits), download(t, b, c.X), download(t, b, c.Distances)
				moved, newMean, newSquare := download(t, b, c.Variable), download(t, b, c.Velocity), download(t, b, c.Square)
				for i := range images - 1 {
					of := func(all []float32) []float32 { return all[i*s.Elements:][:s.Elements] }
					w, row := &want[i], c.logits[i*s.Classes:][:s.Classes]
					class, sign, last, weight := int(c.task[4*i]), c.task[4*i+1], c.task[4*i+2], float64(c.task[4*i+3])
					what := fmt.Sprintf("%+v, confidence %v, round %d, image %d: ", s, confidence, round, i)
					pixels, squared := make([]float32, s.Elements), 0.0
					for j, v := range of(variable) {
						pixel := (math.Tanh(float64(v)) + 1) / 2
						pixels[j] = float32(pixel)
						d := pixel - float64(of(c.origin)[j])
						squared += d * d
					}
					near(t, what+"pixels", of(x), pixels)
					direction := make([]float32, s.Classes)
					missing := float64(confidence) - float64(sign)*loss.MarginGradient(direction, row, class)
					for k := range direction {
						direction[k] *= sign
					}
					near(t, what+": dlogits", dlogits[i*s.Classes:][:s.Classes], direction)
					if w.evaluated > last {
						if !slices.Equal(of(moved), of(variable)) || !slices.Equal(of(newMean), of(mean)) {
							t.Errorf("%smoved after its last step", what)
						}
						continue
					}
					w.evaluated++
					copy(trace[(round*(images-1)+i)*s.Classes:], row)
					distances[round*(images-1)+i] = float32(squared)
					d := measured[round*(images-1)+i] // not squared, which tells apart more
					if met := (loss.ArgMax(row) != class) == (sign > 0) && missing <= 0; met && (w.number == 0 || d < w.squared) {
						w.number, w.squared, w.x = w.evaluated, d, slices.Clone(of(x))
					}
					rest1, rest2 := 1-(1-float64(bias[8*i+4]))*beta1, 1-(1-float64(bias[8*i+5]))*beta2
					means, squares := make([]float32, s.Elements), make([]float32, s.Elements)
					for j := range means {
						pixel := (math.Tanh(float64(of(variable)[j])) + 1) / 2
						g := 2 * (pixel - float64(of(c.origin)[j]))
						if missing > 0 {
							g -= weight * float64(of(c.gradient)[j])
						}
						g *= 2 * pixel * (1 - pixel)
						m := beta1*float64(of(mean)[j]) + (1-beta1)*g
						v := beta2*float64(of(square)[j]) + (1-beta2)*g*g
						means[j], squares[j] = float32(m), float32(v)
						way := 0.01 * m / rest1 / (math.Sqrt(v/rest2) + 1e-8)
						from, to := float64(of(variable)[j]), float64(of(moved)[j])
						if off := math.Abs(to - (from - way)); !(off <= 1e-4*math.Abs(way)+1e-6*max(math.Abs(from), 1)) {
							t.Errorf("%selement %d moved from %g by %g, on the CPU by %g", what, j, from, to-from, -way)
						}
					}
					near(t, what+"mean", of(newMean), means)
					near(t, what+"squares", of(newSquare), squares)
				}
			}
			state, x := download(t, b, c.State), download(t, b, c.Best)
			near(t, "trace", download(t, b, c.Trace)[:len(trace)-rounds*s.Classes], trace[:len(trace)-rounds*s.Classes])
			near(t, "distances", download(t, b, c.Distances)[:rounds*(images-1)], distances[:rounds*(images-1)])
			for i, w := range want[:images-1] {
				taken := float64(2+50*i) + float64(w.evaluated)
				near(t, "bias", state[8*i+4:][:2], []float32{float32(1 - math.Pow(beta1, taken)), float32(1 - math.Pow(beta2, taken))})
				got := kept{evaluated: state[8*i], number: state[8*i+3]}
				if got.evaluated != w.evaluated || got.number != w.number || state[8*i+1] != 0 {
					t.Errorf("%+v, confidence %v, image %d: %+v, on the CPU %+v", s, confidence, i, state[8*i:][:8], w)
				} else if w.x != nil {
					near(t, "what is kept", x[i*s.Elements:][:s.Elements], w.x)
				}
			}
		}
	}
}

// However large a slope is, a step does not become one that is none.
func TestSteep(t *testing.T) {
	b := backend(t)
	s := compute.AttackShape{Elements: 300, Classes: 3}
	a := testCW(0.01, 0)
	c := newIterates(b, 1, s)
	for i := range c.gradient {
		c.gradient[i] = 3e38
	}
	b.Write(c.Gradient, 0, c.gradient)
	b.Write(c.Velocity, 0, make([]float32, 300))
	b.Write(c.Square, 0, make([]float32, 300))
	b.Write(c.Task, 0, []float32{0, 1, 0, 1e10})
	b.Write(c.State, 4, []float32{0, 0, 1, 0})
	b.Run(1, []compute.Kernel{b.AdamStep(s, a, c.AttackBuffers)})
	for i, v := range download(t, b, c.Variable) {
		if way := v - c.variable[i]; math.Abs(float64(way)-0.01) > 1e-5 {
			t.Fatalf("element %d goes from %v by %v, want 0.01", i, c.variable[i], way)
		}
	}
}
