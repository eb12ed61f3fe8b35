package train

import (
	"math"
	"slices"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/random"
)

// whitening is a network that only whitens patches of 2×2, with filters for a number of them.
func whitening(filters int) *nn.Network {
	n := tiny(4)
	o := n.Layers[0].Op.(*nn.Conv)
	o.Weight, o.Bias = param("whiten.weight", filters, 3, 2, 2), param("whiten.bias", filters)
	o.Weight.Frozen, o.Bias.Frozen, o.Pads = true, true, [4]int{0, 0, 0, 0}
	b := n.Layers[1].Op.(*nn.BatchNorm)
	b.Scale, b.Shift, b.Mean, b.Variance = param("norm.scale", filters), param("norm.shift", filters),
		param("norm.mean", filters), param("norm.variance", filters)
	n.Layers[3].Op.(*nn.Reshape).Shape = nn.Shape{filters * 16}
	n.Layers[4].Op.(*nn.Linear).Weight = param("linear.weight", 4, filters*16)
	return n
}

// The responses of the filters to the patches of the images have mean 0, variance 1 and no correlation; the second half
// are those of the first with the other sign.
func TestWhiten(t *testing.T) {
	const filters, pairs, taps = 24, 12, 12
	set := &dataset.Set{Name: "waves", Classes: []string{"0", "1", "2", "3"}, C: 3, H: 8, W: 8}
	for i := range 500 { // neighboring pixels and channels are alike
		source := random.New(2, uint64(i), "waves", 0)
		base, tilt, noise := 60+source.IntN(80), source.IntN(5), source.IntN(40)+20
		for p := range set.Size() {
			set.Pix = append(set.Pix, uint8(base+tilt*(p%8+p/8%8)/2+10*(p/64)+source.IntN(noise)))
		}
		set.Labels = append(set.Labels, i%4)
	}
	n := whitening(filters)
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := InitializeFor(n, set, config(1)); err != nil {
		t.Fatal(err)
	}
	o := n.Layers[0].Op.(*nn.Conv)
	var mean [pairs]float64
	var products [pairs][pairs]float64
	count := 0.
	for i := range set.Len() {
		for y := 0; y < 7; y += 2 {
			for x := 0; x < 7; x += 2 {
				var response [filters]float64
				for f := range response {
					response[f] = float64(o.Bias.Data[f])
					for j := range taps {
						pixel := set.Image(i)[j/4*64+(y+j/2%2)*8+x+j%2]
						response[f] += float64(o.Weight.Data[f*taps+j]) * float64(pixel) / 255
					}
				}
				for a := range pairs {
					if math.Abs(response[a]+response[pairs+a]) > 1e-6 {
						t.Fatalf("filter %d answers %g, its opposite %g", a, response[a], response[pairs+a])
					}
					mean[a] += response[a]
					for b := range pairs {
						products[a][b] += response[a] * response[b]
					}
				}
				count++
			}
		}
	}
	for a := range pairs {
		for b := range pairs {
			got, want := products[a][b]/count-mean[a]*mean[b]/count/count, 0.
			if a == b { // less what whitenVariance takes
				want = 1
				length := 0.
				for _, w := range o.Weight.Data[a*taps:][:taps] {
					length += float64(w) * float64(w)
				}
				want -= whitenVariance * length
			}
			if math.Abs(got-want) > 1e-4 {
				t.Errorf("covariance of responses %d and %d is %g, want %g", a, b, got, want)
			}
			if a == b && want < .5 {
				t.Errorf("response %d has variance %g: the test is for patches that differ more than that", a, want)
			}
		}
		if m := mean[a] / count; math.Abs(m) > 1e-4 {
			t.Errorf("response %d has mean %g, want 0", a, m)
		}
	}
}

// Fewer filters are the first ones of all; more are zero.
func TestWhitenFilters(t *testing.T) {
	set := stripes(64, 4)
	weights := func(filters int) []float32 {
		n := whitening(filters)
		if err := InitializeFor(n, set, config(1)); err != nil {
			t.Fatal(err)
		}
		return n.Layers[0].Op.(*nn.Conv).Weight.Data
	}
	all := weights(24)
	if few := weights(6); !slices.Equal(few[:3*12], all[:3*12]) || !slices.Equal(few[3*12:], all[12*12:15*12]) {
		t.Error("three filters and their opposites are not the first three of all")
	}
	more := weights(30)
	if !slices.Equal(more[:12*12], all[:12*12]) || slices.ContainsFunc(more[12*12:15*12], func(x float32) bool { return x != 0 }) {
		t.Error("filters beyond the eigenvectors are not zero, or the others differ")
	}
}

// With training, the whitening layer stays as it is, and all the rest moves.
func TestWhiteningStays(t *testing.T) {
	n, set, c := whitening(24), stripes(64, 4), config(1)
	c.EMADecay = 0
	if err := InitializeFor(n, set, c); err != nil {
		t.Fatal(err)
	}
	before := n.Clone()
	tr, err := New(cpu.New(2), n, set, c)
	if err != nil {
		t.Fatal(err)
	}
	epochs(t, tr, 1)
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	for i, p := range n.Params() {
		if same := slices.Equal(p.Data, before.Params()[i].Data); same != p.Frozen {
			t.Errorf("%s is as before: %v, frozen: %v", p.Name, same, p.Frozen)
		}
	}
}

func TestEigen(t *testing.T) {
	const n = 9
	source := random.New(5, 0, "matrix", 0)
	a, work := make([][]float64, n), make([][]float64, n)
	for i := range n {
		a[i] = make([]float64, n)
		for j := range i + 1 {
			a[i][j] = float64(source.Normal())
			a[j][i] = a[i][j]
		}
	}
	for i := range n {
		work[i] = slices.Clone(a[i])
	}
	values, vectors := eigen(work)
	for k, v := range vectors {
		if k > 0 && values[k] > values[k-1] {
			t.Errorf("eigenvalue %d is larger than the one before", k)
		}
		for i := range n {
			product, dot := 0., 0.
			for j := range n {
				product += a[i][j] * v[j]
				dot += vectors[i][j] * v[j]
			}
			if math.Abs(product-values[k]*v[i]) > 1e-12 {
				t.Errorf("eigenvector %d: A·v is %g, want %g", k, product, values[k]*v[i])
			}
			if want := map[bool]float64{true: 1}[i == k]; math.Abs(dot-want) > 1e-12 {
				t.Errorf("eigenvectors %d and %d have the product %g", i, k, dot)
			}
		}
	}
}
