package attack

import (
	"context"
	"fmt"

	"steady/core/loss"
)

// Universal is one perturbation for many images, those seen and those to come: projected gradient ascent on the mean
// cross-entropy of the images seen (Shafahi et al. 2020, "Universal adversarial training", without their clipped loss; the
// idea of one perturbation for all is that of Moosavi-Dezfooli et al. 2017, arXiv:1610.08401). It is no entry of the
// registry: there the result of an image cannot depend on the images beside it, and here it is meant to.
//
// It keeps its perturbation from one call of Improve to the next, so that it follows images that change, as those of a
// camera do. A Universal is used by one goroutine at a time.
type Universal struct {
	StepSize float64 // length of a step in pixel units; 0 for eps/4, as PGD with ten steps has it

	norm  Norm
	eps   float64
	delta []float32

	x, grad, logits, sum []float32
}

// NewUniversal returns a perturbation of zero, for images of so many elements. The norm is Linf or L2.
func NewUniversal(norm Norm, eps float64, elements int) (*Universal, error) {
	switch {
	case norm != Linf && norm != L2:
		return nil, &ParamError{"universal", "norm", norm.String(), "valid: linf, l2"}
	case !(eps > 0 && eps <= balls[norm].diameter(elements)):
		return nil, &ParamError{"universal", "eps", fmt.Sprint(eps), "want more than 0, and no more than the distance of two images"}
	}
	return &Universal{norm: norm, eps: eps, delta: make([]float32, elements), sum: make([]float32, elements)}, nil
}

// Delta returns a copy of the perturbation.
func (u *Universal) Delta() []float32 { return append([]float32(nil), u.delta...) }

// Reset makes the perturbation zero again.
func (u *Universal) Reset() { clear(u.delta) }

// Add writes the images x with the perturbation to dst, clipped to [0,1]: the nearest images to what it asks for.
func (u *Universal) Add(dst, x []float32) { AddUniversal(dst, x, u.delta) }

// AddUniversal writes images with a perturbation of Delta to dst, clipped to [0,1].
func AddUniversal(dst, x, delta []float32) {
	for i := 0; i < len(x); i += len(delta) {
		for j, d := range delta {
			dst[i+j] = min(max(x[i+j]+d, 0), 1)
		}
	}
}

// Improve takes steps that raise the mean cross-entropy of the labels of the images x. The perturbation never leaves its
// ball. If the context ends, so does Improve, with the steps that it has taken.
func (u *Universal) Improve(ctx context.Context, m Model, x []float32, labels []int, steps int) error {
	elements, classes, n := len(u.delta), m.Classes(), len(labels)
	switch {
	case elements != m.InputShape().Size():
		return fmt.Errorf("%w: the perturbation has %d elements, the images of the model %d", ErrInput, elements, m.InputShape().Size())
	case n == 0 || len(x) != n*elements:
		return fmt.Errorf("%w: %d numbers are not %d images of %d elements", ErrInput, len(x), n, elements)
	case steps < 1:
		return &ParamError{"universal", "steps", fmt.Sprint(steps), "want 1 or more"}
	}
	if err := checkImages(x, elements); err != nil {
		return err
	}
	if err := checkCriterion(Untargeted{labels}, n, classes); err != nil {
		return err
	}
	if len(u.x) != len(x) {
		u.x, u.grad = make([]float32, len(x)), make([]float32, len(x))
	}
	if len(u.logits) != n*classes {
		u.logits = make([]float32, n*classes)
	}
	length := u.StepSize
	if length == 0 {
		length = u.eps / 4
	}
	for range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := u.step(m, x, loss.CrossEntropy(labels, classes), length); err != nil {
			return err
		}
	}
	return nil
}

// step takes one step. An element of an image that is clipped adds nothing to the gradient: there the perturbation has no
// effect.
func (u *Universal) step(m Model, x []float32, f loss.Func, length float64) error {
	u.Add(u.x, x)
	if err := m.Gradient(u.grad, u.logits, u.x, f); err != nil {
		return err
	}
	clear(u.sum)
	for i := 0; i < len(x); i += len(u.sum) {
		for j, d := range u.delta {
			if v := x[i+j] + d; v >= 0 && v <= 1 {
				u.sum[j] += u.grad[i+j]
			}
		}
	}
	for _, g := range u.sum {
		if g-g != 0 { // NaN or infinite
			return fmt.Errorf("attack: universal: gradient: %w", ErrModel)
		}
	}
	u.norm.Steepest(u.sum, nil)
	for j, g := range u.sum {
		u.delta[j] += float32(float32(length) * g)
	}
	u.project()
	return nil
}

// project moves the perturbation to the nearest point of its ball around zero, which has no ends at 0 and 1.
func (u *Universal) project() {
	switch u.norm {
	case Linf:
		e := float32(u.eps)
		for j, d := range u.delta {
			u.delta[j] = min(max(d, -e), e)
		}
	case L2:
		if d := lengthL2(u.delta); d > u.eps {
			scale := u.eps / (d + tiny)
			for j, v := range u.delta {
				u.delta[j] = float32(float64(v) * scale)
			}
		}
	}
}
