package attack

import (
	"fmt"

	"steady/core/loss"
)

// Criterion decides what makes an image adversarial.
type Criterion interface {
	// Len returns the number of images.
	Len() int
	// Label returns the true class of image i.
	Label(i int) int
	// LossClass returns the class whose cross-entropy the attack changes for image i, and whether it maximizes it.
	LossClass(i int) (class int, maximize bool)
	// SatisfiedBy reports whether an image with these logits is adversarial for image i.
	SatisfiedBy(i int, logits []float32) bool
}

// Untargeted is satisfied by any class but the label.
type Untargeted struct{ Labels []int }

func (c Untargeted) Len() int                    { return len(c.Labels) }
func (c Untargeted) Label(i int) int             { return c.Labels[i] }
func (c Untargeted) LossClass(i int) (int, bool) { return c.Labels[i], true }

func (c Untargeted) SatisfiedBy(i int, logits []float32) bool {
	return loss.ArgMax(logits) != c.Labels[i]
}

// Targeted is satisfied by the target class only.
type Targeted struct{ Labels, Targets []int }

func (c Targeted) Len() int                    { return len(c.Labels) }
func (c Targeted) Label(i int) int             { return c.Labels[i] }
func (c Targeted) LossClass(i int) (int, bool) { return c.Targets[i], false }

func (c Targeted) SatisfiedBy(i int, logits []float32) bool {
	return loss.ArgMax(logits) == c.Targets[i]
}

// Confident is another criterion with a margin: the logit of the predicted class must exceed the label's, or the target's
// all others, by at least Margin. (Carlini & Wagner 2017 call it the confidence κ.)
type Confident struct {
	Criterion
	Margin float64
}

func (c Confident) SatisfiedBy(i int, logits []float32) bool {
	if !c.Criterion.SatisfiedBy(i, logits) {
		return false
	}
	class, maximize := c.LossClass(i)
	return signedMargin(logits, class, maximize) >= c.Margin
}

// Unsatisfiable is another criterion that no image satisfies: an attack then changes every image, also those that are
// misclassified already, and takes all of its steps. Adversarial training wants this of an attack within eps, whose result
// is the iterate with the highest loss (for a target: the lowest); one for the closest image returns the originals.
// Result.Success is false for all.
type Unsatisfiable struct{ Criterion }

func (Unsatisfiable) SatisfiedBy(int, []float32) bool { return false }

// targeted returns the Targeted that a criterion is or is made of.
func targeted(c Criterion) (t Targeted, ok bool) {
	for {
		switch outer := c.(type) {
		case Targeted:
			return outer, true
		case Confident:
			c = outer.Criterion
		case Unsatisfiable:
			c = outer.Criterion
		default:
			return Targeted{}, false
		}
	}
}

// signedMargin returns the margin of the largest other logit over that of a class if the attack maximizes the loss of the
// class, else its negative.
func signedMargin(logits []float32, class int, maximize bool) float64 {
	if maximize {
		return loss.Margin(logits, class)
	}
	return -loss.Margin(logits, class)
}

func checkCriterion(c Criterion, n, classes int) error {
	if t, ok := targeted(c); ok && len(t.Targets) != len(t.Labels) {
		return fmt.Errorf("%w: %d targets for %d labels: want one for each", ErrInput, len(t.Targets), len(t.Labels))
	}
	if c.Len() != n {
		return fmt.Errorf("%w: %d labels for %d images: want one for each", ErrInput, c.Len(), n)
	}
	for i := range n {
		if l := c.Label(i); l < 0 || l >= classes {
			return fmt.Errorf("%w: image %d: label %d is not one of the network's classes 0 to %d", ErrInput, i, l, classes-1)
		}
		class, maximize := c.LossClass(i)
		if class < 0 || class >= classes {
			return fmt.Errorf("%w: image %d: target %d is not one of the network's classes 0 to %d", ErrInput, i, class, classes-1)
		}
		if !maximize && class == c.Label(i) {
			return fmt.Errorf("%w: image %d: target %d is its label: leave the image out or choose another target",
				ErrInput, i, class)
		}
	}
	return nil
}
