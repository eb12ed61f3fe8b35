package train_test

import (
	"context"
	"fmt"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/option"
	"steady/core/random"
	"steady/core/train"
)

// fgsmOptions are the options that the recipe has of its own.
type fgsmOptions struct {
	Eps float64
}

// init registers a recipe: train on what FGSM makes of each batch with the network as it is (Goodfellow et al. 2015).
func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "fgsm-example",
		Summary: "training on FGSM's images",
		Source:  "Goodfellow et al. 2015",
		Config: train.Config{
			Recipe: "fgsm-example", Epochs: 10, Batch: 50, Schedule: train.Cosine, LearningRate: 10, Momentum: .9, WeightDecay: 5e-4,
		},
	}, fgsmOptions{Eps: 8. / 255}, option.Table[fgsmOptions]{
		{
			Name: "eps", Label: "Eps", Help: "radius of the attack", Range: option.Between(0, 1), Per: 255,
			Field: func(o *fgsmOptions) any { return &o.Eps },
		},
	}, func(ctx context.Context, b *train.Batch, o *fgsmOptions) error {
		network, err := b.Network(engine.RunningStatistics)
		if err != nil {
			return err
		}
		fgsm, p, err := attack.Parse("fgsm")
		if err != nil {
			return err
		}
		p.Eps, p.Seed = o.Eps, b.Seed()
		// An attack leaves images alone that the network gets wrong already; training wants them all attacked.
		every := attack.Unsatisfiable{Criterion: attack.Untargeted{Labels: b.Labels}}
		r, err := fgsm.RunFor(ctx, network, b.X, every, p, nil)
		if err != nil {
			return err
		}
		copy(b.X, r.Adv)
		return nil
	}))
}

// shades are images of two classes. Four pixels tell them apart in nine images of ten, by more than an attack can change; all
// others together nearly always, each by less.
func shades(n int, seed uint64) *dataset.Set {
	s := &dataset.Set{Name: "shades", Classes: []string{"dark", "bright"}, C: 1, H: 8, W: 8}
	for i := range n {
		source, sign := random.New(seed, uint64(i), "shades", 0), 2*(i%2)-1
		strong := 25 * sign
		if source.IntN(10) == 0 {
			strong = -strong
		}
		for p := range 64 {
			v := 128 + source.IntN(51) - 25
			if p < 4 {
				v += strong
			} else {
				v += 6 * sign
			}
			s.Pix = append(s.Pix, uint8(v))
		}
		s.Labels = append(s.Labels, i%2)
	}
	return s
}

// A recipe of one's own that attacks the network while it learns: on images that it has not seen, it then withstands the
// attack far more often, and without one is right a little less often.
func ExampleWithOptions() {
	test := shades(1000, 2)
	x := make([]float32, len(test.Pix))
	for i, v := range test.Pix {
		x[i] = float32(v) / 255
	}
	for _, recipe := range []string{"fgsm-example{eps=0}", "fgsm-example{eps=10/255}"} {
		config, err := train.Parse(recipe)
		if err != nil {
			panic(err)
		}
		n := &nn.Network{Name: "linear", Image: nn.Shape{1, 8, 8}, Output: 2, Layers: []nn.Layer{
			{Name: "flat", In: []nn.Value{0}, Op: &nn.Reshape{Shape: nn.Shape{64}}},
			{Name: "linear", In: []nn.Value{1}, Op: &nn.Linear{
				Weight: &nn.Param{Name: "weight", Shape: []int{2, 64}, Data: make([]float32, 128)},
				Bias:   &nn.Param{Name: "bias", Shape: []int{2}, Data: make([]float32, 2)},
			}},
		}}
		train.Initialize(n, config.Seed)
		t, err := train.New(cpu.New(0), n, shades(1000, 1), config)
		if err != nil {
			panic(err)
		}
		for !t.Done() {
			if err := t.RunEpoch(context.Background(), nil); err != nil {
				panic(err)
			}
		}
		if err := t.Store(); err != nil {
			panic(err)
		}
		e, err := engine.New(cpu.New(0), n, engine.Config{})
		if err != nil {
			panic(err)
		}
		fgsm, p, err := attack.Parse("fgsm{eps=10/255}")
		if err != nil {
			panic(err)
		}
		r, err := fgsm.Run(context.Background(), e, x, test.Labels, p, nil)
		if err != nil {
			panic(err)
		}
		right, robust := 0, 0
		for i := range r.Correct {
			if r.Correct[i] {
				right++
			}
			if !r.Success[i] {
				robust++
			}
		}
		fmt.Printf("%s: right for most %t, under attack %t\n", recipe, right > 800, robust > 700)
	}
	// Output:
	// fgsm-example{eps=0}: right for most true, under attack false
	// fgsm-example{eps=10/255}: right for most true, under attack true
}
