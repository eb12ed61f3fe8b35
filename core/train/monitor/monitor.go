package monitor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/parallel"
	"steady/core/train"
)

// Severity is that of the corruptions.
const Severity = 3

// steps are those of the attack.
const steps = 10

// maxBytes bounds the memory of the corrupted images.
const maxBytes = 64 << 20

// Monitor has the images to measure a network on.
type Monitor struct {
	options   Options
	on        string
	clean     *eval.Source
	corrupted *eval.Source // each image once for each corruption
	attacked  *eval.Source
	attack    *attack.Attack
}

// Corruptions returns the corruptions that a network is measured with: the 19 of ImageNet-C.
func Corruptions() []*corrupt.Corruption {
	return slices.Concat(corrupt.In(corrupt.ImageNetC), corrupt.In(corrupt.ImageNetCExtra))
}

// New chooses the images of a set, by the rule of dataset.Set.HoldOut, and corrupts those that are measured corrupted.
// on says what the set is: train.Validation or train.Training.
func New(ctx context.Context, set *dataset.Set, on string, o Options) (*Monitor, error) {
	if err := optionTable.Check(&o); err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	m := &Monitor{options: o, on: on}
	shape := nn.Shape{set.C, set.H, set.W}
	source := func(set *dataset.Set) (*eval.Source, error) {
		return eval.NewSource(set.Images(), shape, eval.Options{})
	}
	var err error
	if o.Clean > 0 {
		if m.clean, err = source(sample(set, o.Clean)); err != nil {
			return nil, err
		}
	}
	if o.Corrupted > 0 {
		most := max(maxBytes/(len(Corruptions())*set.Size()), 1)
		corrupted, err := corruptAll(ctx, sample(set, min(o.Corrupted, most)))
		if err != nil {
			return nil, err
		}
		if m.corrupted, err = source(corrupted); err != nil {
			return nil, err
		}
	}
	if o.Attacked > 0 {
		if m.attacked, err = source(sample(set, o.Attacked)); err != nil {
			return nil, err
		}
		if m.attack, err = attack.Lookup("pgd"); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// sample returns n images of a set; all of them if it has no more.
func sample(set *dataset.Set, n int) *dataset.Set {
	if _, some, err := set.HoldOut(n); err == nil {
		return some
	}
	return set
}

// corruptAll returns the images of a set with each corruption, one corruption after the other.
func corruptAll(ctx context.Context, set *dataset.Set) (*dataset.Set, error) {
	all, n, size := *set, set.Len(), set.Size()
	all.Labels = slices.Repeat(set.Labels, len(Corruptions()))
	all.Pix = make([]uint8, len(all.Labels)*size)
	for k, c := range Corruptions() {
		source, err := eval.NewSource(set.Images(), nn.Shape{set.C, set.H, set.W}, eval.Options{
			Corruption: c, Corrupt: corrupt.Options{Severity: Severity}})
		if err != nil {
			return nil, err
		}
		err = parallel.Try(ctx, n, func(_, i int) error {
			m, err := source.Image(i, nil)
			if err != nil {
				return err
			}
			to := all.Image(k*n + i)
			for p := range to {
				to[p] = uint8(255*m.Pix[p] + .5) // a whole number already
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return &all, nil
}

// Due reports whether the network is to be measured after an epoch: each Options.Every epochs, and after the last.
func (m *Monitor) Due(epoch, epochs int) bool {
	return m.options.Every > 0 && (epoch%m.options.Every == 0 || epoch == epochs)
}

// Plan returns what Measure does, without accuracies: on which images, and how many.
func (m *Monitor) Plan() train.Measured {
	r := train.Measured{On: m.on}
	if m.clean != nil {
		r.CleanImages = m.clean.Len()
	}
	if m.corrupted != nil {
		r.CorruptedImages = m.corrupted.Len() / len(Corruptions())
	}
	if m.attacked != nil {
		r.AttackedImages, r.Eps = m.attacked.Len(), m.options.Eps
	}
	return r
}

// Measure measures a network.
func (m *Monitor) Measure(ctx context.Context, n attack.Model) (train.Measured, error) {
	begin, r := time.Now(), m.Plan()
	var err error
	if r.Clean, err = accuracy(ctx, n, m.clean); err != nil {
		return r, err
	}
	if r.Corrupted, err = accuracy(ctx, n, m.corrupted); err != nil {
		return r, err
	}
	if m.attacked != nil {
		p := m.attack.Default(attack.Linf)
		p.Eps, p.Steps = m.options.Eps, steps
		robust, err := eval.Attack(ctx, n, m.attacked, m.attack, p, eval.AttackOptions{})
		if err != nil {
			return r, err
		}
		r.Attacked = &robust.Robust
	}
	r.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// accuracy returns the accuracy on the images of a source; nil if there is none.
func accuracy(ctx context.Context, n eval.Model, s *eval.Source) (*float64, error) {
	if s == nil {
		return nil, nil
	}
	a, err := eval.Evaluate(ctx, n, s, eval.AccuracyOptions{})
	if err != nil {
		return nil, err
	}
	share := a.Share()
	return &share, nil
}
