package train

import (
	"fmt"
	"math"

	"steady/core/attack"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
)

// Batch is what a step learns from. A recipe may change the images in place. One that has Views may append others to X,
// which has room for them, each with a label or a target unless Loss is set; the step is along the mean over all that are
// in X then.
//
// Whatever a recipe draws at random must be keyed by Config.Seed, Epoch and Step or Indices, and by nothing else: take it
// from [Batch.Seed].
type Batch struct {
	X       []float32 // n×C×H×W in [0,1], augmented
	Labels  []int     // n
	Indices []int     // of the images in their set: of the first ones, where a recipe has added others
	Image   nn.Shape  // C, H, W
	Classes int
	Epoch   int // whole epochs done
	Step    int // of this epoch, from 0
	Config  *Config

	// Targets, unless nil, take the place of Labels: a distribution over the classes for each image, n×Classes, whose rows
	// sum to 1. Label smoothing applies to what they are (loss.SoftCrossEntropy says how).
	Targets []float32

	// Loss is what the step minimizes. As long as it is nil, that is the cross-entropy of Targets or Labels, smoothed as
	// Config says, which an engine may compute on its backend, so that nothing has to be waited for. A recipe with another
	// loss sets it to a function of the logits that adds to Total.
	Loss  loss.Func
	Total *loss.Total // of this step

	engine   Engine
	networks [2]attack.Model // of each engine.Statistics, once asked for
}

// CrossEntropy returns the loss that applies while Loss is nil, as a function: to make others of.
func (b *Batch) CrossEntropy() loss.Func {
	smoothing := float32(b.Config.LabelSmoothing)
	if b.Targets != nil {
		return loss.SoftCrossEntropy(b.Targets, b.Classes, smoothing, b.Total)
	}
	return loss.Smoothed(b.Labels, b.Classes, smoothing, b.Total)
}

// Seed returns the seed of what this step draws: that of an attack (attack.Params.Seed), or of a source of random numbers.
func (b *Batch) Seed() uint64 {
	return random.New(b.Config.Seed, uint64(b.Step), "recipe", b.Epoch).Uint64()
}

// Network returns the network with the parameters that it has at this step (not their moving average), for the logits and
// input gradients of any images of its shape: attacks run on it. It is valid until Prepare returns. The recipe chooses
// what batch normalization uses:
//
//   - engine.RunningStatistics, as in evaluation. An image's results do not depend on the images beside it.
//   - engine.BatchStatistics, as in the step itself: those of the images of a call, of which there may be Config.StepImages
//     at most. An attack calls with the images that it has not finished, so let it finish none before the others
//     (attack.Unsatisfiable).
//
// Neither moves the running statistics. BatchStatistics compute in the memory of the training engine, and copy nothing. For
// RunningStatistics the first call of a run prepares an engine beside it; later ones copy the parameters to it, from the GPU
// too if the steps are taken there. A recipe that gets an error, from Network or from the network, must return it: it may
// say that the epoch has to begin again (engine.ErrRestartEpoch).
func (b *Batch) Network(s engine.Statistics) (attack.Model, error) {
	if b.networks[s] == nil {
		e, err := b.engine.Evaluator(s)
		if err != nil {
			return nil, err
		}
		b.networks[s] = e
	}
	return b.networks[s], nil
}

// InputGradient returns the gradient of the loss f with respect to the images x (n×C×H×W), with the network as it is at
// this step; Network says what s chooses. It is all that an attack of one step needs: an attack of package attack also
// evaluates the images before and after it. The loss is of the attack, not of the step: one that adds to Total, as that
// of CrossEntropy does, would count its images twice.
func (b *Batch) InputGradient(x []float32, s engine.Statistics, f loss.Func) ([]float32, error) {
	m, err := b.Network(s)
	if err != nil {
		return nil, err
	}
	grad := make([]float32, len(x))
	if err := m.Gradient(grad, nil, x, f); err != nil {
		return nil, err
	}
	return grad, nil
}

// check returns an error if what a recipe has made of the batch is not up to most images of some size, each with a label
// or a target.
func (b *Batch) check(size, most int) error {
	n := len(b.X) / size
	if n < 1 || n > most || len(b.X)%size != 0 {
		return fmt.Errorf("recipe %s: %d values of images: want 1 to %d images of %d", b.Config.Recipe, len(b.X), most, size)
	}
	if b.Loss != nil {
		return nil
	}
	if b.Targets != nil {
		return b.checkTargets(n)
	}
	if len(b.Labels) != n {
		return fmt.Errorf("recipe %s: %d labels for %d images: want as many", b.Config.Recipe, len(b.Labels), n)
	}
	for i, l := range b.Labels {
		if l < 0 || l >= b.Classes {
			return fmt.Errorf("recipe %s: image %d has label %d: want 0 to %d", b.Config.Recipe, i, l, b.Classes-1)
		}
	}
	return nil
}

// checkTargets returns an error if Targets are not n distributions.
func (b *Batch) checkTargets(n int) error {
	if len(b.Targets) != n*b.Classes {
		return fmt.Errorf("recipe %s: %d targets: want %d (%d images of %d classes)",
			b.Config.Recipe, len(b.Targets), n*b.Classes, n, b.Classes)
	}
	for i := range n {
		sum := 0.0
		for k, t := range b.Targets[i*b.Classes:][:b.Classes] {
			if !(t >= 0) {
				return fmt.Errorf("recipe %s: image %d: the target of class %d is %g: want 0 to 1", b.Config.Recipe, i, k, t)
			}
			sum += float64(t)
		}
		if !(math.Abs(sum-1) < 1e-3) {
			return fmt.Errorf("recipe %s: image %d: its targets sum to %g: want 1", b.Config.Recipe, i, sum)
		}
	}
	return nil
}
