package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"steady/core/compute"
	"steady/core/scalar"
)

func noise(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - float64(w)); !(d <= 2e-6*max(1, math.Abs(float64(w)))) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], w)
		}
	}
}

// What lies behind the last row stays as it is, although vectors reach into the rows behind theirs.
func TestFinishRows(t *testing.T) {
	act := compute.Activation{Slope: .1, Min: -.1, Max: 1}
	steep := compute.Activation{Slope: 1.5, Min: -1, Max: 1} // is left to vectors of Go
	for width := 1; width < 40; width++ {
		for rows := 1; rows < 6; rows++ {
			for _, pitch := range []int{width, width + 1, width + 21} {
				x, residual := noise((rows-1)*pitch+width, 1), noise(rows*width, 2)
				for _, base := range []string{"none", "another", "y itself"} {
					y := noise(rows*width+40, 3)
					act := act
					if pitch == width+21 {
						act = steep
					}
					var add []float32
					switch base {
					case "another":
						add = residual
					case "y itself":
						add = y[:rows*width]
					}
					want := slices.Clone(y)
					for i := range want[:rows*width] {
						v := x[i/width*pitch+i%width] + .25
						if add != nil {
							v += add[i]
						}
						want[i] = activate(v, act)
					}
					finishRows(y[:rows*width], x, add, width, pitch, .25, act)
					if !slices.Equal(y, want) {
						t.Fatalf("%d rows of %d elements, %d apart, base %s: %g, want %g", rows, width, pitch, base, y, want)
					}
				}
			}
		}
	}
}

// Every length, so that every rest of a vector comes up.
func TestRows(t *testing.T) {
	for n := 1; n < 70; n++ {
		x, y, z := noise(n, 1), noise(n, 2), noise(n, 3)
		dot := 0.0
		product, scaled, normal := make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range n {
			dot += float64(x[i]) * float64(y[i])
			product[i] = x[i] * y[i]
			scaled[i] = 3 * x[i]
			normal[i] = (2*x[i]+1)*y[i] + z[i]
		}
		out := make([]float32, n)
		multiplyRows(out, x, y, false)
		near(t, "multiplyRows", out, product)
		scaleRow(out, x, 3, false)
		near(t, "scaleRow", out, scaled)
		normalize(out, x, y, z, 2, 1)
		near(t, "normalize", out, normal)
		clear(out)
		multiplyRows(out, x, y, true)
		multiplyRows(out, x, y, true)
		scaleRow(product, product, 2, false)
		near(t, "multiplyRows twice", out, product)
		clear(out)
		scaleRow(out, x, 1, true)
		scaleRow(out, x, 2, true)
		near(t, "scaleRow twice", out, scaled)
		if got := dotRows(x, y); math.Abs(float64(got)-dot) > 1e-5 {
			t.Errorf("dotRows of %d: %g, want %g", n, got, dot)
		}
	}
}

func TestFilter(t *testing.T) {
	step := filterColumns()
	for _, n := range []int{1, step - 1, step, 3*step + 1} {
		const taps = 9
		x, weights, rows := noise(n+2*taps+slack, 1), noise(taps, 2), make([]uintptr, taps)
		for q := range rows {
			rows[q] = uintptr(4 * (q * 7 % (2 * taps)))
		}
		sums := make([]float32, n)
		for j := range sums {
			for q, w := range weights {
				sums[j] += w * x[int(rows[q]/4)+j]
			}
		}
		for _, act := range []compute.Activation{compute.NoActivation, compute.Relu, {Max: .3}, {Slope: .2, Min: -.1, Max: .5}} {
			y, want := make([]float32, n+slack), make([]float32, n)
			for j, v := range sums {
				want[j] = activate(v+.25, act)
			}
			filter(y, n, unsafe.Pointer(&x[0]), rows, weights, .25, act)
			near(t, fmt.Sprint("filter of ", n), y, want)
		}
	}
}

// Functions and slopes against their definitions, over the range in which they change and at the ends of what a float
// can hold.
func TestFunctions(t *testing.T) {
	var x []float32
	for v := float32(-12); v <= 12; v += 0.0078125 {
		x = append(x, v)
	}
	x = append(x, 0.149, 0.151, 0.399, 0.401, 80, -80, 1e-8, -1e-8)
	for _, k := range scalar.Kinds() {
		f := scalar.Function{Kind: k, Alpha: 2}
		for _, n := range []int{1, 3, 17, len(x)} {
			x := append([]float32(nil), x[:n]...)
			for i := range x {
				if k == scalar.Log || k == scalar.Sqrt {
					x[i] = float32(math.Abs(float64(x[i]))) + 1e-3
				}
			}
			y, dx, want, slopes := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			for i, v := range x {
				want[i], slopes[i] = float32(f.At(float64(v))), float32(3*f.Slope(float64(v)))
			}
			mapRow(f, y, x)
			near(t, k.String(), y, want)
			dy := make([]float32, n)
			fill(dy, 3)
			mapGradientRow(f, dx, dy, x, false)
			near(t, k.String()+"'s slope", dx, slopes)
			fill(dx, 1)
			mapGradientRow(f, dx, dy, x, true)
			for i := range slopes {
				slopes[i]++
			}
			near(t, k.String()+"'s slope added", dx, slopes)
		}
	}
	for n := 1; n < 40; n++ {
		y, want, total := make([]float32, n), make([]float32, n), 0.0
		for i, v := range x[:n] {
			want[i] = float32(math.Exp(float64(v) + 12))
			total += float64(want[i])
		}
		got := expRow(y, x[:n], -12)
		near(t, "expRow", y, want)
		if math.Abs(float64(got)-total) > 1e-6*total {
			t.Errorf("sum of %d exponentials is %g, want %g", n, got, total)
		}
	}
}

// Copies and products of random views against loops over all indices.
func TestViews(t *testing.T) {
	b := New(2)
	r := rand.New(rand.NewPCG(1, 2))
	const images, room = 3, 4000
	for round := range 300 {
		dims := make([]int, r.IntN(5))
		for i := range dims {
			dims[i] = 1 + r.IntN(4)
		}
		// A permutation of dense strides, some 0 and some negative.
		random := func(zero bool) compute.View {
			v := compute.View{Strides: make([]int, len(dims))}
			step := 1
			for _, i := range r.Perm(len(dims)) {
				v.Strides[i] = step
				step *= dims[i]
				switch {
				case zero && r.IntN(4) == 0:
					v.Strides[i] = 0
				case r.IntN(4) == 0:
					v.Offset += (dims[i] - 1) * v.Strides[i]
					v.Strides[i] *= -1
				}
			}
			v.Image = step + r.IntN(3)
			return v
		}
		y, x, z := random(true), random(true), random(true)
		if round%7 == 0 {
			x.Image = 0
		}
		add := r.IntN(2) == 0
		start := noise(room, uint64(round))
		buffers := [3]compute.Buffer{b.NewBuffer(room), b.NewBuffer(room), b.NewBuffer(room)}
		a, c := noise(room, uint64(round+1000)), noise(room, uint64(round+2000))
		b.Write(buffers[1], 0, a)
		b.Write(buffers[2], 0, c)
		for what, kernel := range map[string]func() compute.Kernel{
			"copy": func() compute.Kernel {
				return b.Copy(compute.Copy{Dims: dims, Y: y, X: x}, buffers[0], buffers[1], add)
			},
			"product": func() compute.Kernel {
				return b.Product(compute.Product{Dims: dims, Y: y, A: x, B: z}, buffers[0], buffers[1], buffers[2], add)
			},
			"sum": func() compute.Kernel {
				y := y
				y.Image = 0
				return b.Copy(compute.Copy{Dims: dims, Y: y, X: x}, buffers[0], buffers[1], add)
			},
		} {
			want, reached := append([]float32(nil), start...), map[int]bool{}
			for image := range images {
				index := make([]int, len(dims))
				for {
					at := [3]int{y.Offset + image*y.Image, x.Offset + image*x.Image, z.Offset + image*z.Image}
					if what == "sum" {
						at[0] = y.Offset
					}
					for i, j := range index {
						at[0] += j * y.Strides[i]
						at[1] += j * x.Strides[i]
						at[2] += j * z.Strides[i]
					}
					if !add && !reached[at[0]] {
						want[at[0]] = 0
					}
					reached[at[0]] = true
					v := a[at[1]]
					if what == "product" {
						v *= c[at[2]]
					}
					want[at[0]] += v
					i := len(dims) - 1
					for ; i >= 0; i-- {
						if index[i]++; index[i] < dims[i] {
							break
						}
						index[i] = 0
					}
					if i < 0 {
						break
					}
				}
			}
			b.Write(buffers[0], 0, start)
			b.Run(images, []compute.Kernel{kernel()})
			got := make([]float32, room)
			b.Read(got, buffers[0], 0)
			near(t, fmt.Sprintf("%s of %v from %+v and %+v to %+v", what, dims, x, z, y), got, want)
		}
	}
}
