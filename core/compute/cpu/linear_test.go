package cpu

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"steady/core/compute"
)

// TestLinear compares matrix times vector with sums in float64, and checks that neither threads nor other images change a bit.
func TestLinear(t *testing.T) {
	if !alongRows() {
		t.Skip("here these are convolutions like others")
	}
	const images = 7
	act := compute.Activation{Slope: .25, Min: -.5, Max: 2}
	for _, inputs := range []int{1, 3, 16, 37, 130} {
		for _, outputs := range []int{1, 4, 10, 33} {
			for _, added := range []bool{false, true} {
				x, weight := noise(images*inputs, 1), noise(inputs*outputs, 2)
				bias, residual := noise(outputs, 3), noise(images*outputs, 4)
				run := func(threads int, images ...int) []float32 { // by themselves
					b := New(threads)
					filled := func(v []float32) compute.Buffer {
						to := b.NewBuffer(len(v))
						b.Write(to, 0, v)
						return to
					}
					var xs, residuals []float32
					for _, i := range images {
						xs, residuals = append(xs, x[i*inputs:][:inputs]...), append(residuals, residual[i*outputs:][:outputs]...)
					}
					s := compute.ConvShape{
						C: inputs, H: 1, W: 1, K: outputs, OH: 1, OW: 1, R: 1, S: 1, Groups: 1,
						Stride: [2]int{1, 1}, Dilation: [2]int{1, 1},
					}
					var base compute.Buffer
					if added {
						base = filled(residuals)
					}
					y := b.NewBuffer(len(residuals))
					k := b.Conv(s, y, filled(xs), filled(weight), filled(bias), base, act)
					if _, ok := k.(kernel)[1].(*linear); !ok {
						t.Fatalf("%d×%d is a %T", outputs, inputs, k.(kernel)[1])
					}
					b.Run(len(images), []compute.Kernel{k})
					return slices.Clone(data(y))
				}
				got := run(1, 0, 1, 2, 3, 4, 5, 6)
				for i := range images {
					for k := range outputs {
						v := float64(bias[k])
						for c := range inputs {
							v += float64(weight[k*inputs+c]) * float64(x[i*inputs+c])
						}
						if added {
							v += float64(residual[i*outputs+k])
						}
						if w := float64(activate(float32(v), act)); math.Abs(float64(got[i*outputs+k])-w) > 1e-5 {
							t.Fatalf("%d×%d, added: %v: output %d of image %d is %g, want %g", outputs, inputs, added, k, i, got[i*outputs+k], w)
						}
					}
				}
				if !slices.Equal(got, run(3, 0, 1, 2, 3, 4, 5, 6)) || !slices.Equal(got[3*outputs:4*outputs], run(2, 3)) {
					t.Fatalf("%d×%d, added: %v: other threads or images give other bits", outputs, inputs, added)
				}
			}
		}
	}
}

// BenchmarkLinear takes images through matrices, as rows and as columns of tiles.
func BenchmarkLinear(b *testing.B) {
	if !alongRows() {
		b.Skip("here these are convolutions like others")
	}
	for _, size := range [][2]int{{512, 512}, {1280, 1000}, {2048, 1000}} {
		for _, images := range []int{1, 4, 128} {
			inputs, outputs := size[0], size[1]
			s := compute.ConvShape{
				C: inputs, H: 1, W: 1, K: outputs, OH: 1, OW: 1, R: 1, S: 1, Groups: 1,
				Stride: [2]int{1, 1}, Dilation: [2]int{1, 1},
			}
			backend := New(1)
			filled := func(n int) compute.Buffer {
				to := backend.NewBuffer(n)
				backend.Write(to, 0, noise(n, 1))
				return to
			}
			x, y, weight := filled(images*inputs), filled(images*outputs), filled(inputs*outputs)
			weights := newPackedWeights(backend, weight, 1, outputs, inputs, func(_, k, q int) int { return k*inputs + q })
			for name, p := range map[string]phase{
				"rows":  backend.newLinear(s, y, x, nil, nil, compute.Relu, weights),
				"tiles": backend.newConv(s, y, x, nil, nil, compute.Relu, weights),
			} {
				kernels := []compute.Kernel{kernel{weights, p}}
				b.Run(fmt.Sprintf("%d×%d/images%d/%s", outputs, inputs, images, name), func(b *testing.B) {
					for b.Loop() {
						backend.Run(images, kernels)
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*images), "us/image")
				})
			}
		}
	}
}
