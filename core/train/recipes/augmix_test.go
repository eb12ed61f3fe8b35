package recipes

import (
	"context"
	"math"
	"slices"
	"testing"

	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
	"steady/core/train"
)

// Without jsd each image becomes a mixture; with it the images stay, to the bit, and two mixtures of each follow.
func TestAugmixViews(t *testing.T) {
	set := edges(48, 4)
	clean, size := floats(set), set.Size()
	made := map[bool][]float32{}
	for _, jsd := range []bool{false, true} {
		c, err := train.Parse("augmix")
		if err != nil {
			t.Fatal(err)
		}
		b := &train.Batch{
			X: slices.Grow(slices.Clone(clean), 2*len(clean)), Labels: set.Labels, Classes: 4, Image: nn.Shape{1, 8, 8},
			Config: &c, Indices: random.New(1, 1, "order", 0).Perm(48), Total: new(loss.Total),
		}
		o := train.OwnOptions[augmixOptions](&c)
		o.JSD = jsd
		if err := augmix(context.Background(), b, &o); err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 1, true: 3}[jsd] * len(clean); len(b.X) != want || (b.Loss != nil) != jsd {
			t.Fatalf("jsd %t: %d values, want %d, and a loss: %t", jsd, len(b.X), want, b.Loss != nil)
		}
		if jsd {
			if !slices.Equal(b.X[:len(clean)], clean) {
				t.Error("the clean images are changed")
			}
			b.X = b.X[len(clean):]
			if slices.Equal(b.X[:len(clean)], b.X[len(clean):]) {
				t.Error("both mixtures are the same")
			}
		}
		made[jsd] = b.X
		changed := 0
		for i := 0; i < len(b.X); i += size {
			for j, v := range b.X[i : i+size] {
				if !(v >= 0 && v <= 1) {
					t.Fatalf("a pixel of %g", v)
				}
				if v != clean[i%len(clean)+j] {
					changed++
				}
			}
		}
		if changed < len(b.X)/2 {
			t.Errorf("jsd %t: %d of %d values are changed", jsd, changed, len(b.X))
		}
	}
	if !slices.Equal(made[false], made[true][:len(clean)]) {
		t.Error("the first mixture depends on jsd")
	}
}

// A mixture lies between the image and what the operations make of it: an image that none of them changes stays, and the
// part that it keeps is drawn evenly.
func TestAugmixMixture(t *testing.T) {
	black := make([]float32, 64)
	m, o := newMixer(8, 8, 64), augmixOptions{Width: 3, Severity: 3}
	for i := range uint64(100) {
		dst := make([]float32, 64)
		if m.mix(dst, black, &o, random.New(1, i, "test", 0)); !slices.Equal(dst, black) {
			t.Fatal("a black image has changed") // solarize leaves what is dark
		}
	}
	// Of white, solarize makes black: by a chain of one operation 1 time in 9.
	o, white := augmixOptions{Width: 1, Depth: 1, Severity: 3}, slices.Repeat([]float32{1}, 64)
	var kept []float64
	for i := range uint64(9000) {
		dst := make([]float32, 64)
		m.mix(dst, white, &o, random.New(1, i, "test", 0))
		if dst[0] == dst[63] && slices.Min(dst) == slices.Max(dst) && dst[0] < 1 && m.augmented.pix[0] == 0 {
			kept = append(kept, float64(dst[0]))
		}
	}
	slices.Sort(kept)
	if n := len(kept); n < 900 || n > 1100 {
		t.Fatalf("%d of 9,000 images are solarized, want about 1,000", n)
	}
	for _, q := range []float64{.1, .25, .5, .75, .9} {
		if got := kept[int(q*float64(len(kept)))]; math.Abs(got-q) > .06 {
			t.Errorf("a part of %g of the images keeps less than %.3f, want %g", q, got, q)
		}
	}
}

// The weights are those of the Dirichlet distribution: they add up to 1, and have its variances.
func TestEvenWeights(t *testing.T) {
	const n, draws = 3, 20_000
	source := random.New(5, 0, "test", 0)
	var sums, squares [n]float64
	for range draws {
		total := 0.0
		for k, w := range evenWeights(n, source) {
			total += w
			sums[k] += w
			squares[k] += w * w
		}
		if math.Abs(total-1) > 1e-12 {
			t.Fatalf("weights that add up to %g", total)
		}
	}
	for k := range n {
		mean := sums[k] / draws
		variance := squares[k]/draws - mean*mean
		if math.Abs(mean-1./3) > .007 || math.Abs(variance-1./18) > .002 {
			t.Errorf("weight %d: mean %.4f and variance %.4f, want 0.3333 and 0.0556", k, mean, variance)
		}
	}
}

// divergence is the Jensen-Shannon divergence of rows of logits, as it is defined: the mean of their Kullback-Leibler
// divergences from the mean of their probabilities.
func divergence(rows [][]float64) float64 {
	mean, p := make([]float64, len(rows[0])), make([][]float64, len(rows))
	for v, z := range rows {
		sum := 0.0
		for _, x := range z {
			sum += math.Exp(x)
		}
		for k, x := range z {
			p[v] = append(p[v], math.Exp(x)/sum)
			mean[k] += p[v][k] / float64(len(rows))
		}
	}
	total := 0.0
	for v := range p {
		for k := range mean {
			total += p[v][k] * math.Log(p[v][k]/mean[k]) / float64(len(rows))
		}
	}
	return total
}

// The loss is that of the definition, and its gradient that of differences, as many times larger as there are views.
func TestJensenShannonGradient(t *testing.T) {
	const n, classes, weight, h = 3, 4, 12, 1e-5
	labels, c := []int{1, 0, 3}, train.Config{LabelSmoothing: .1}
	z := make([]float64, augmixViews*n*classes)
	for i := range z {
		z[i] = 3 * math.Sin(float64(i*i))
	}
	value := func() float64 {
		sum := 0.0
		for i, label := range labels {
			var rows [][]float64
			for v := range augmixViews {
				rows = append(rows, z[(v*n+i)*classes:][:classes])
			}
			exps := 0.0
			for _, x := range rows[0] {
				exps += math.Exp(x)
			}
			for k, x := range rows[0] {
				target := .1 / classes
				if k == label {
					target += .9
				}
				sum -= target * (x - math.Log(exps))
			}
			sum += weight * divergence(rows)
		}
		return sum
	}
	logits, dlogits := make([]float32, len(z)), make([]float32, len(z))
	for i, v := range z {
		logits[i] = float32(v)
		z[i] = float64(logits[i])
	}
	b := &train.Batch{Labels: labels, Classes: classes, Config: &c, Total: new(loss.Total)}
	jensenShannon(b, weight)(0, logits, dlogits)
	if want := value(); math.Abs(b.Total.Loss-want) > 1e-9*want || b.Total.Images != n {
		t.Errorf("%+v, want a loss of %g on %d images", *b.Total, want, n)
	}
	for i, at := range z {
		z[i] = at + h
		up := value()
		z[i] = at - h
		down := value()
		z[i] = at
		if want := augmixViews * (up - down) / (2 * h); math.Abs(float64(dlogits[i])-want) > 1e-5*(1+math.Abs(want)) {
			t.Errorf("gradient %d is %g, differences are %g", i, dlogits[i], want)
		}
	}
}

// Answers that are as sure as can be have finite gradients, and equal ones no divergence.
func TestJensenShannonLimits(t *testing.T) {
	for _, test := range []struct {
		logits []float32
		want   float64 // divergence
	}{
		{[]float32{1, 2, 1, 2, 1, 2}, 0},
		{[]float32{2000, -2000, -2000, 2000, 2000, -2000}, math.Log(3) - 2./3*math.Log(2)},
	} {
		b := &train.Batch{Labels: []int{0}, Classes: 2, Config: &train.Config{}, Total: new(loss.Total)}
		dlogits := make([]float32, 6)
		jensenShannon(b, 5)(0, test.logits, dlogits)
		got := b.Total.Loss - loss.CrossEntropyValue(test.logits[:2], 0)
		if math.Abs(got-5*test.want) > 1e-12 {
			t.Errorf("%v: 5 times the divergence is %g, want %g", test.logits, got, 5*test.want)
		}
		for _, d := range dlogits {
			if d-d != 0 {
				t.Errorf("%v: gradient %v", test.logits, dlogits)
			}
		}
	}
}

// The defining property: the answers for an image and mixtures of it, which the network has not seen, come closer with
// augmix, and closer still with its loss.
func TestAugmixAnswersAgree(t *testing.T) {
	set, test := edges(256, 4), edges(512, 4)
	test.Labels, test.Pix = test.Labels[256:], test.Pix[256*64:]
	apart := func(recipe string) float64 {
		e, x := trained(t, small(8, 4), set, parse(t, recipe, 15)), floats(test)
		mixed, m, o := make([]float32, len(x)), newMixer(8, 8, 64), augmixOptions{Width: 3, Severity: 3}
		for i := range test.Labels {
			m.mix(mixed[i*64:][:64], x[i*64:][:64], &o, random.New(7, uint64(i), "test", 0))
		}
		var answers [2][]float32
		for v, images := range [][]float32{x, mixed} {
			answers[v] = make([]float32, len(test.Labels)*4)
			if err := e.Logits(answers[v], images); err != nil {
				t.Fatal(err)
			}
		}
		sum := 0.0
		for i := range test.Labels {
			rows := make([][]float64, 2)
			for v := range rows {
				for _, z := range answers[v][i*4:][:4] {
					rows[v] = append(rows[v], float64(z))
				}
			}
			sum += divergence(rows)
		}
		right := accuracy(t, e, x, test.Labels)
		t.Logf("%s: mean divergence %.4f, accuracy %.3f", recipe, sum/float64(len(test.Labels)), right)
		if right < .6 {
			t.Errorf("%s: accuracy %.3f", recipe, right)
		}
		return sum / float64(len(test.Labels))
	}
	plain, mixed, close := apart("standard"), apart("augmix{jsd=false}"), apart("augmix")
	if !(mixed < .8*plain && close < .5*mixed) {
		t.Errorf("mean divergence: standard %.4f, augmix without its loss %.4f, with it %.4f", plain, mixed, close)
	}
}
