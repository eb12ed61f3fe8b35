package webgpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"steady/core/compute"
	"steady/core/loss"
)

// climb is a batch of images on their way, on the card and off it.
type climb struct {
	compute.AscentShape
	compute.AscentBuffers
	x, origin, gradient, velocity, logits, task, state []float32
}

// newClimb has images of all kinds: at a corner of [0,1], far outside the ball, with a gradient of zero or a tiny one.
func newClimb(b *Backend, images int, s compute.AscentShape) *climb {
	r := rand.New(rand.NewPCG(9, uint64(s.Elements)))
	c := &climb{AscentShape: s}
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
		}
		c.task = append(c.task, float32(labels[i]), float32(1-2*(i%2)), float32(i%4), float32(i/2%2))
		c.state = append(c.state, 0, 0, 0, 0)
	}
	c.AscentBuffers = compute.AscentBuffers{
		X: upload(b, c.x), Origin: upload(b, c.origin), Kept: b.NewBuffer(len(c.x)),
		Gradient: upload(b, c.gradient), Velocity: upload(b, c.velocity),
		Logits: upload(b, c.logits), Seed: b.NewBuffer(len(c.logits)), Trace: b.NewBuffer(3 * len(c.logits)),
		Task: upload(b, c.task), State: upload(b, c.state),
	}
	return c
}

var climbShapes = []compute.AscentShape{
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

func TestAscend(t *testing.T) {
	b := backend(t)
	const images = 8
	for _, s := range climbShapes {
		for _, a := range []compute.Ascent{
			{Eps: 0.06, Step: 0.02}, {Eps: 0.3, Step: 0.2, L2: true}, {Eps: 5, Step: 0.5, L2: true},
			{Eps: 0.06, Step: 0.02, Momentum: 0.9}, {Eps: 0.3, Step: 0.2, L2: true, Momentum: 1}, {},
		} {
			c := newClimb(b, images, s)
			var kernels []compute.Kernel
			if a.Momentum > 0 {
				kernels = append(kernels, b.Momentum(s, a, c.AscentBuffers))
			}
			b.Run(images-1, append(kernels, b.Ascend(s, a, c.AscentBuffers))) // the last is beyond the batch
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

// step moves x as core/attack does, and gives what momentum remembers.
func (c *climb) step(a compute.Ascent, x, origin, gradient, velocity []float32) []float32 {
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
		x[i] += float32(a.Step * float32(v))
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

// TestBroken wants a gradient that is not finite to be told, and the image to stay.
func TestBroken(t *testing.T) {
	b := backend(t)
	s := compute.AscentShape{Elements: 300, Classes: 3}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		c := newClimb(b, 2, s)
		b.Write(c.Gradient, 299, []float32{float32(v)})
		b.Run(2, []compute.Kernel{b.Ascend(s, compute.Ascent{Eps: 1, Step: 1}, c.AscentBuffers)})
		if state := download(t, b, c.State); state[1] != 2 || state[5] != 0 {
			t.Errorf("%v in the gradient of the first of two images: states %v", v, state)
		}
		near(t, "an image with a broken gradient", download(t, b, c.X)[:300], c.x[:300])
	}
}

// TestJudge goes through iterates that are now better and now worse.
func TestJudge(t *testing.T) {
	b := backend(t)
	const images, rounds = 15, 3
	for _, s := range climbShapes {
		for _, goesOn := range []bool{false, true} {
			c := newClimb(b, images, s)
			judge := []compute.Kernel{b.Judge(s, compute.Ascent{Continue: goesOn}, c.AscentBuffers)}
			type kept struct {
				judged, found, number float32
				loss                  float64
				x                     []float32
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
				b.Run(images, judge)
				seed := download(t, b, c.Seed)
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
					near(t, what+": seed", seed[i*s.Classes:][:s.Classes], direction)
					if w.judged > limit || w.found == 1 && !goesOn {
						continue
					}
					copy(trace[(round*images+i)*s.Classes:], row)
					w.judged++
					if w.judged == 1 && first == 0 {
						continue
					}
					value := float64(sign) * loss.CrossEntropyValue(row, class)
					met := (loss.ArgMax(row) != class) == (sign > 0)
					better := w.number == 0 || value > w.loss
					if met != (w.found == 1) {
						better = w.number == 0 || met
					}
					if better {
						w.number, w.loss, w.x = w.judged, value, append([]float32(nil), c.x[i*s.Elements:][:s.Elements]...)
					}
					if met {
						w.found = 1
					}
				}
			}
			state, x := download(t, b, c.State), download(t, b, c.Kept)
			near(t, "trace", download(t, b, c.Trace), trace)
			for i, w := range want {
				got := kept{judged: state[4*i], found: state[4*i+1], number: state[4*i+3]}
				if got.judged != w.judged || got.found != w.found || got.number != w.number {
					t.Errorf("%+v, going on %v, image %d: %+v, on the CPU %+v", s, goesOn, i, got, w)
				} else if w.x != nil {
					near(t, "what is kept", x[i*s.Elements:][:s.Elements], w.x)
				}
			}
		}
	}
}
