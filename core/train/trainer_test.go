package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/loss"
	"steady/core/nn"
)

func TestLearns(t *testing.T) {
	set := stripes(328, 4) // 20 steps of 16, and 8 left over
	for _, schedule := range []string{OneCycle, OneCycleLinear, Cosine} {
		for _, averaging := range []float64{0, .95} {
			c := config(3)
			c.Schedule, c.EMADecay = schedule, averaging
			n := tiny(4)
			tr := trainer(t, n, set, c, 0)
			before, err := eval.AccuracyOn(t.Context(), cpu.New(0), n, set)
			if err != nil {
				t.Fatal(err)
			}
			var seen []Progress
			for !tr.Done() {
				if err := tr.RunEpoch(t.Context(), func(p Progress) { seen = append(seen, p) }); err != nil {
					t.Fatal(err)
				}
			}
			if err := tr.Store(); err != nil {
				t.Fatal(err)
			}
			after, err := eval.AccuracyOn(t.Context(), cpu.New(0), n, set)
			if err != nil {
				t.Fatal(err)
			}
			if before > .6 || after < .95 {
				t.Errorf("%s, averaging %g: accuracy %g before, %g after", schedule, averaging, before, after)
			}
			first, last := seen[0], seen[len(seen)-1]
			if len(seen) != 60 || first.Epoch != 1 || first.Step != 1 || last.Epoch != 3 || last.Step != 20 ||
				last.Steps != 20 || last.Epochs != 3 || last.Left != 0 || first.Left <= 0 || last.Rate <= 0 {
				t.Errorf("%s: %d reports, from %+v to %+v", schedule, len(seen), first, last)
			}
			if !(last.Loss < first.Loss) || !(last.Accuracy > .9) {
				t.Errorf("%s: loss and accuracy from %+v to %+v", schedule, first, last)
			}
			if err := tr.RunEpoch(t.Context(), nil); err == nil {
				t.Error("an epoch after the last")
			}
		}
	}
}

// bits is everything that a run has made.
func bits(tr *Trainer) (all []uint32) {
	add := func(v []float32) {
		for _, x := range v {
			all = append(all, math.Float32bits(x))
		}
	}
	for i, p := range tr.engine.Params() {
		add(p.Value)
		add(tr.sgd.velocity[i])
		if tr.average != nil {
			add(tr.average.values[i])
		}
	}
	return all
}

func TestResumeToTheBit(t *testing.T) {
	set := stripes(100, 4)
	for _, c := range []Config{
		{}, {EMADecay: .95}, {Clip: .5}, {Lookahead: 5, LookaheadAlpha: .5}, {Lookahead: 4, LookaheadAlpha: .25, LookaheadSchedule: Cubic, Clip: 1},
	} {
		all := config(4)
		all.EMADecay, all.Clip = c.EMADecay, c.Clip
		all.Lookahead, all.LookaheadAlpha, all.LookaheadSchedule = c.Lookahead, c.LookaheadAlpha, c.LookaheadSchedule
		c := all
		straight := trainer(t, tiny(4), set, c, 1)
		epochs(t, straight, 4)

		half := trainer(t, tiny(4), set, c, 2)
		epochs(t, half, 2)
		var file bytes.Buffer
		if err := half.Checkpoint(&file); err != nil {
			t.Fatal(err)
		}
		rest := trainer(t, tiny(4), set, c, 2)
		if err := rest.Restore(&file); err != nil {
			t.Fatal(err)
		}
		if rest.Epoch() != 2 || rest.Done() {
			t.Errorf("restored after epoch %d, want 2", rest.Epoch())
		}
		if slices.Equal(bits(rest), bits(straight)) {
			t.Error("the last two epochs change nothing")
		}
		epochs(t, rest, 2)
		if !slices.Equal(bits(rest), bits(straight)) {
			t.Errorf("%+v: two epochs, a checkpoint and two more are not what four epochs are", c)
		}
		if !rest.Done() {
			t.Error("not done after four epochs")
		}
	}
}

func TestSeed(t *testing.T) {
	set := stripes(64, 4)
	run := func(seed uint64) []uint32 {
		c := config(1)
		c.Seed = seed
		n := tiny(4)
		Initialize(n, 9) // the same for all
		tr, err := New(cpu.New(1), n, set, c)
		if err != nil {
			t.Fatal(err)
		}
		epochs(t, tr, 1)
		return bits(tr)
	}
	if !slices.Equal(run(1), run(1)) {
		t.Error("one seed makes two networks")
	}
	if slices.Equal(run(1), run(2)) {
		t.Error("two seeds make one network")
	}
}

func TestStoreWritesTheAverageAndGoesOn(t *testing.T) {
	set, c := stripes(64, 4), config(2)
	n := tiny(4)
	tr := trainer(t, n, set, c, 1)
	epochs(t, tr, 1)
	before := bits(tr)
	if err := tr.Store(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bits(tr), before) {
		t.Error("storing changes the run")
	}
	for i, p := range n.Params() {
		if !slices.Equal(p.Data, tr.average.values[i]) {
			t.Errorf("%s is not the average", p.Name)
		}
		if strings.HasSuffix(p.Name, "weight") && slices.Equal(p.Data, tr.engine.Params()[i].Value) {
			t.Errorf("%s: the average is the last value", p.Name)
		}
	}
}

func TestCancel(t *testing.T) {
	set, c := stripes(100, 4), config(2)
	tr := trainer(t, tiny(4), set, c, 1)
	epochs(t, tr, 1)
	var file bytes.Buffer
	if err := tr.Checkpoint(&file); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	err := tr.RunEpoch(ctx, func(p Progress) {
		if steps++; p.Step == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || steps != 2 {
		t.Fatalf("canceled in step 2: %v after %d steps", err, steps)
	}
	if tr.Epoch() != 1 {
		t.Errorf("%d epochs done, want 1", tr.Epoch())
	}
	if err := tr.Checkpoint(&bytes.Buffer{}); !errors.Is(err, ErrEpochAborted) {
		t.Errorf("checkpoint of an aborted epoch: %v", err)
	}
	if err := tr.RunEpoch(t.Context(), nil); !errors.Is(err, ErrEpochAborted) {
		t.Errorf("going on in an aborted epoch: %v", err)
	}
	if err := tr.Restore(&file); err != nil {
		t.Fatal(err)
	}
	epochs(t, tr, 1)
	straight := trainer(t, tiny(4), set, c, 1)
	epochs(t, straight, 2)
	if !slices.Equal(bits(tr), bits(straight)) {
		t.Error("the epoch done again is another one")
	}

	fresh := trainer(t, tiny(4), set, c, 1)
	if err := fresh.RunEpoch(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("begun when canceled: %v", err)
	}
	epochs(t, fresh, 1) // nothing was begun
}

// fake is an engine whose one weight has the gradient 2 an image, and that notes what it is given.
type fake struct {
	param   engine.Param
	x       [][]float32
	dlogits [][]float32
}

func newFake() *fake {
	return &fake{param: engine.Param{Name: "w", Shape: []int{1, 1}, Value: []float32{1}, Grad: []float32{0}}}
}

func (f *fake) InputShape() nn.Shape   { return nn.Shape{3, 8, 8} }
func (f *fake) Classes() int           { return 4 }
func (f *fake) Batch() int             { return 16 }
func (f *fake) Params() []engine.Param { return []engine.Param{f.param} }
func (f *fake) Store() error           { return nil }

func (f *fake) Evaluator(engine.Statistics) (*engine.Engine, error) {
	return nil, errors.New("a fake answers nothing")
}

func (f *fake) TrainStep(x []float32, l loss.Func) error {
	n := len(x) / 192
	logits, dlogits := make([]float32, n*4), make([]float32, n*4)
	l(0, logits, dlogits)
	f.x, f.dlogits = append(f.x, slices.Clone(x)), append(f.dlogits, dlogits)
	f.param.Grad[0] = 2 * float32(n)
	return nil
}

func TestStepIsOfTheMean(t *testing.T) {
	c := config(1)
	c.Schedule, c.Momentum, c.WeightDecay, c.EMADecay = Cosine, 0, 0, 0
	f := newFake()
	tr, err := NewOn(f, stripes(16, 4), c)
	if err != nil {
		t.Fatal(err)
	}
	epochs(t, tr, 1)
	if want := 1 - float32(.05)*2; f.param.Value[0] != want {
		t.Errorf("after a step of 0.05 along a mean gradient of 2, 1 is %g, want %g", f.param.Value[0], want)
	}
}

// TestAugmentationIsKeyed holds what an image becomes apart from the order and the batch that it is in.
func TestAugmentationIsKeyed(t *testing.T) {
	set := stripes(32, 4)
	images := func(c Config, epochs int) map[string]int {
		f := newFake()
		tr, err := NewOn(f, set, c)
		if err != nil {
			t.Fatal(err)
		}
		for range epochs {
			if err := tr.RunEpoch(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		seen := map[string]int{}
		for _, x := range f.x {
			for ; len(x) > 0; x = x[192:] {
				seen[fmt.Sprint(x[:192])]++
			}
		}
		return seen
	}
	c := config(2)
	small := c
	small.Batch = 8
	a, b := images(c, 1), images(small, 1)
	if len(a) != 32 || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("batches of 16 and of 8 show %d and %d images, and not the same", len(a), len(b))
	}
	if n := len(images(c, 2)); n < 50 {
		t.Errorf("two epochs show %d different images of 64", n)
	}
	c.RandomCrop, c.Flip = 0, NoFlip
	if n := len(images(c, 2)); n != 32 {
		t.Errorf("without augmentation two epochs show %d images, want the 32", n)
	}
}

// TestOrderAndRate follows two epochs of three steps.
func TestOrderAndRate(t *testing.T) {
	c := config(2)
	c.Schedule, c.LearningRate = Cosine, 1
	tr, err := NewOn(newFake(), stripes(50, 4), c)
	if err != nil {
		t.Fatal(err)
	}
	var orders [2][]int
	tr.prepare = func(_ context.Context, b *Batch) error {
		orders[b.Epoch] = append(orders[b.Epoch], b.Indices...)
		return nil
	}
	step := 0
	for !tr.Done() {
		err := tr.RunEpoch(t.Context(), func(p Progress) {
			if want := cosine(float64(step) / 6); p.LearningRate != want {
				t.Errorf("learning rate of step %d is %g, want %g", step, p.LearningRate, want)
			}
			step++
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if slices.Equal(orders[0], orders[1]) {
		t.Error("both epochs have one order")
	}
	for epoch, order := range orders {
		slices.Sort(order)
		if once := slices.Compact(order); len(once) != 48 || once[0] < 0 || once[47] > 49 {
			t.Errorf("epoch %d shows %d different images, want 3 batches of 16 of the 50", epoch, len(once))
		}
	}
}

func TestPrepare(t *testing.T) {
	f, c := newFake(), config(2)
	tr, err := NewOn(f, stripes(40, 4), c)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	stop := errors.New("stop")
	tr.prepare = func(_ context.Context, b *Batch) error {
		seen = append(seen, fmt.Sprint(b.Epoch, b.Step, len(b.X), len(b.Labels), len(b.Indices), b.Config.Seed))
		for i, image := range b.Indices {
			if b.Labels[i] != image%4 {
				t.Errorf("image %d has label %d", image, b.Labels[i])
			}
		}
		if b.Epoch == 1 {
			return stop
		}
		clear(b.X)
		whole := b.CrossEntropy()
		b.Loss = func(first int, logits, dlogits []float32) {
			whole(first, logits, dlogits)
			for i := range dlogits {
				dlogits[i] *= 2
			}
		}
		return nil
	}
	epochs(t, tr, 1)
	if err := tr.RunEpoch(t.Context(), nil); !errors.Is(err, stop) {
		t.Errorf("a recipe's error: %v", err)
	}
	want := "[0 0 3072 16 16 3 0 1 3072 16 16 3 1 0 3072 16 16 3]"
	if got := fmt.Sprint(seen); got != want {
		t.Errorf("batches %s, want %s", got, want)
	}
	if slices.Max(f.x[0]) != 0 {
		t.Error("the engine gets other images than the recipe made")
	}
	if got, want := slices.Min(f.dlogits[0]), float32(2*(.25-.9-.025)); math.Abs(float64(got-want)) > 1e-6 {
		t.Errorf("the engine gets another loss than the recipe made: %g, want %g", got, want)
	}
}

func TestNotANumber(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(32, 4), config(1), 1)
	tr.engine.Params()[0].Value[0] = float32(math.NaN())
	err := tr.RunEpoch(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "train: epoch 1, step 1: the loss is not a number") {
		t.Errorf("a network of NaN: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*dataset.Set)
		conf func(*Config)
		want string
	}{
		{"shape", func(s *dataset.Set) { s.H, s.W = 4, 16 }, nil, "want the same"},
		{"labels", func(s *dataset.Set) { s.Labels[7] = 4 }, nil, "image 7 has label 4: want 0 to 3"},
		{"negative label", func(s *dataset.Set) { s.Labels[7] = -1 }, nil, "image 7 has label -1"},
		{"pixels", func(s *dataset.Set) { s.Pix = s.Pix[1:] }, nil, "values"},
		{"few images", func(s *dataset.Set) { *s = *s.Limit(15) }, nil, "at most the 15 images"},
		{"shift", nil, func(c *Config) { c.RandomCrop = 8 }, "shift is 8"},
		{"one class", func(s *dataset.Set) { clear(s.Labels) }, nil, "images are of class 0: want at least two classes"},
		{"batch", nil, func(c *Config) { c.Batch = 1 }, "batch is 1"},
	} {
		set, conf := stripes(32, 4), config(1)
		if c.set != nil {
			c.set(set)
		}
		if c.conf != nil {
			c.conf(&conf)
		}
		if _, err := New(cpu.New(1), tiny(4), set, conf); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	c := config(1)
	c.Batch = 17
	if _, err := NewOn(newFake(), stripes(32, 4), c); !errors.Is(err, ErrConfig) {
		t.Errorf("batch of 17 on an engine of 16: %v", err)
	}
}
