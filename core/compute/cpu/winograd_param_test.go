package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"steady/core/compute"
)

// The gradient of weights by transforms against the same as a sum over all columns, in float64.
func TestWinogradParam(t *testing.T) {
	if !gradientTransforms() {
		t.Skip("there are no transforms for it with these vectors")
	}
	for _, c := range []struct{ images, groups, channels, outputs, height, width, pad int }{
		{1, 1, 8, 8, 4, 4, 1}, {3, 1, 16, 8, 7, 9, 1}, {5, 2, 16, 24, 8, 8, 0}, {9, 1, 32, 16, 16, 13, 2}, {2, 1, 8, 16, 32, 32, 1},
	} {
		r := rand.New(rand.NewPCG(1, uint64(c.width)))
		s := compute.ConvShape{
			C: c.channels * c.groups, H: c.height, W: c.width, K: c.outputs * c.groups, R: 3, S: 3, Groups: c.groups,
			OH: c.height + 2*c.pad - 2, OW: c.width + 2*c.pad - 2, Stride: [2]int{1, 1}, Dilation: [2]int{1, 1},
			Pads: [4]int{c.pad, c.pad, c.pad, c.pad},
		}
		if s.OH < winogradTile || s.OW < winogradTile {
			t.Fatalf("%+v is too small", c)
		}
		b := New(1)
		upload := func(n int) (compute.Buffer, []float32) {
			data, buffer := randoms(r, n), b.NewBuffer(n)
			b.Write(buffer, 0, data)
			return buffer, data
		}
		x, xs := upload(c.images * s.C * s.H * s.W)
		dy, dys := upload(c.images * s.K * s.OH * s.OW)
		dweight, dbias := b.NewBuffer(s.K*c.channels*9), b.NewBuffer(s.K)
		if suits := suitsWinogradParam(group(s)); suits != (c.channels%max(tileColumns(), 8) == 0) {
			t.Fatalf("%+v: %v", c, suits)
		} else if !suits {
			continue // with wider vectors
		}
		b.Run(c.images, []compute.Kernel{b.ConvParamGradient(s, dweight, dbias, x, dy)})
		scale := math.Sqrt(float64(c.images * s.OH * s.OW))
		for k := range s.K {
			var wantBias float64
			for n := range c.images {
				for i := range s.OH * s.OW {
					wantBias += float64(dys[(n*s.K+k)*s.OH*s.OW+i])
				}
			}
			if got := float64(data(dbias)[k]); abs(got-wantBias) > 1e-5*scale {
				t.Errorf("%+v: bias %d is %g, want %g", c, k, got, wantBias)
			}
			for ch := range c.channels {
				from := k/c.outputs*c.channels + ch
				for tap := range 9 {
					var want float64
					for n := range c.images {
						for oh := range s.OH {
							for ow := range s.OW {
								h, w := oh+tap/3-c.pad, ow+tap%3-c.pad
								if h >= 0 && h < s.H && w >= 0 && w < s.W {
									want += float64(dys[((n*s.K+k)*s.OH+oh)*s.OW+ow]) * float64(xs[((n*s.C+from)*s.H+h)*s.W+w])
								}
							}
						}
					}
					if got := float64(data(dweight)[(k*c.channels+ch)*9+tap]); abs(got-want) > 1e-5*scale {
						t.Fatalf("%+v: weight %d of channel %d for output %d is %g, want %g", c, tap, ch, k, got, want)
					}
				}
			}
		}
	}
}

// Its transforms against the same in plain Go.
func TestGradientTransforms(t *testing.T) {
	if !gradientTransforms() {
		t.Skip("there are none with these vectors")
	}
	const groups, tiles = 2, 3
	const channels, width = 8 * groups, 4*tiles - 1
	r := rand.New(rand.NewPCG(5, 6))
	const pitch = 24
	var from stripRows
	x := randoms(r, channels*5*width)
	for i := range winogradTile {
		from.rows[i], from.steps[i] = unsafe.Pointer(&x[i*width]), 4*5*width
	}
	rows := make([]float32, channels*winogradInput*pitch+slack)
	gradientColumns(unsafe.Pointer(&rows[0]), 4*pitch, &from, width, channels)
	for c := range channels {
		for column := range 4 * tiles {
			var v [winogradTile]float32
			for i := range v {
				if column < width {
					v[i] = x[(5*c+i)*width+column]
				}
			}
			for i, want := range gradientTransform(v) {
				differ(t, fmt.Sprintf("row %d, column %d", i, column), rows[(c*winogradInput+i)*pitch+column:][:1], []float32{want})
			}
		}
	}
	const place, panel = channels*tiles + 5, 4 * tiles
	gradient, input := make([]float32, winogradArea*place), make([]float32, winogradArea*place)
	gradientRows(unsafe.Pointer(&gradient[0]), 4*place, 4*panel, unsafe.Pointer(&rows[0]), 4*pitch, groups, tiles)
	channelRows(unsafe.Pointer(&input[0]), 4*place, unsafe.Pointer(&rows[0]), 4*pitch, groups, tiles)
	for c := range channels {
		for tile := range tiles {
			for i := range winogradInput {
				row := rows[(c*winogradInput+i)*pitch+4*tile:]
				for j, want := range gradientTransform([winogradTile]float32(row)) {
					got := gradient[(i*winogradInput+j)*place+c/4*panel+4*tile+c%4:][:1]
					differ(t, fmt.Sprintf("gradient, place %d, %d", i, j), got, []float32{want})
				}
				for j, want := range inputTransform([winogradInput]float32(row)) {
					got := input[(i*winogradInput+j)*place+tile*channels+c:][:1]
					differ(t, fmt.Sprintf("input, place %d, %d", i, j), got, []float32{want})
				}
			}
		}
	}

	sums := randoms(r, winogradArea*channels)
	got, want := make([]float32, 9*channels), make([]float32, 9*channels)
	filterTaps(got, make([]float32, 3*winogradInput*channels), sums, channels, channels)
	plainFilterTaps(want, sums, channels, channels)
	differ(t, "filters", got, want)
}
