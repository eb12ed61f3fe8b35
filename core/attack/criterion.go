package attack

import (
	"fmt"

	"steady/core/loss"
)

// Criterion says what makes an image adversarial.
type Criterion interface {
	// Len is the number of images it knows.
	Len() int
	// Label is the true class of image i.
	Label(i int) int
	// Goal is the class whose loss the attack moves for image i, and whether it raises or lowers it.
	Goal(i int) (class int, raise bool)
	// Met tells whether an image with these logits is adversarial for image i.
	Met(i int, logits []float32) bool
}

// Untargeted is met by any class but the label.
type Untargeted struct{ Labels []int }

func (c Untargeted) Len() int               { return len(c.Labels) }
func (c Untargeted) Label(i int) int        { return c.Labels[i] }
func (c Untargeted) Goal(i int) (int, bool) { return c.Labels[i], true }

func (c Untargeted) Met(i int, logits []float32) bool { return loss.ArgMax(logits) != c.Labels[i] }

// Targeted is met by the target class only.
type Targeted struct{ Labels, Targets []int }

func (c Targeted) Len() int               { return len(c.Labels) }
func (c Targeted) Label(i int) int        { return c.Labels[i] }
func (c Targeted) Goal(i int) (int, bool) { return c.Targets[i], false }

func (c Targeted) Met(i int, logits []float32) bool { return loss.ArgMax(logits) == c.Targets[i] }

// Confident is another criterion, met only if the answer leads by so much: the logit of the class that is named over
// the label's, or the target's over all others. (Carlini & Wagner 2017 call it the confidence κ.)
type Confident struct {
	Criterion
	Lead float64
}

func (c Confident) Met(i int, logits []float32) bool {
	if !c.Criterion.Met(i, logits) {
		return false
	}
	class, raise := c.Goal(i)
	return leadOf(logits, class, raise) >= c.Lead
}

// leadOf is by how much a class is led by its rival (raise), or leads it.
func leadOf(logits []float32, class int, raise bool) float64 {
	if raise {
		return loss.Margin(logits, class)
	}
	return -loss.Margin(logits, class)
}

func checkCriterion(c Criterion, n, classes int) error {
	if t, ok := c.(Targeted); ok && len(t.Targets) != len(t.Labels) {
		return fmt.Errorf("%w: %d targets for %d labels: give one for each", ErrInput, len(t.Targets), len(t.Labels))
	}
	if c.Len() != n {
		return fmt.Errorf("%w: %d labels for %d images: give one for each", ErrInput, c.Len(), n)
	}
	for i := range n {
		if l := c.Label(i); l < 0 || l >= classes {
			return fmt.Errorf("%w: image %d: label %d is none of the network's classes 0 to %d", ErrInput, i, l, classes-1)
		}
		goal, raise := c.Goal(i)
		if goal < 0 || goal >= classes {
			return fmt.Errorf("%w: image %d: target %d is none of the network's classes 0 to %d", ErrInput, i, goal, classes-1)
		}
		if !raise && goal == c.Label(i) {
			return fmt.Errorf("%w: image %d: target %d is its label: leave the image out or choose another target",
				ErrInput, i, goal)
		}
	}
	return nil
}
