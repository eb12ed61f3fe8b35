package attack

import (
	"context"
	"fmt"
	"math"

	"steady/core/loss"
	"steady/core/random"
)

// Run attacks the images of x, whose true classes are labels, and aims at p.Target. progress, which may be nil,
// is told of every iterate. If ctx ends before the attack does, Run gives both the best so far and ctx's error;
// with any other error the result is nil.
func (a *Attack) Run(ctx context.Context, m Model, x []float32, labels []int, p Params, progress func(Step)) (
	*Result, error) {
	return a.run(ctx, m, x, Untargeted{labels}, p, progress)
}

// RunFor is Run for any criterion; p.Target must be its zero value.
func (a *Attack) RunFor(ctx context.Context, m Model, x []float32, c Criterion, p Params, progress func(Step)) (
	*Result, error) {
	if p.Target != (Target{}) {
		return nil, &ParamError{a.Name, "target", "is given twice: the criterion says what to aim at"}
	}
	return a.run(ctx, m, x, c, p, progress)
}

func (a *Attack) run(ctx context.Context, m Model, x []float32, c Criterion, p Params, progress func(Step)) (
	*Result, error) {
	elements, classes := m.InputShape().Size(), m.Classes()
	if classes < 2 {
		return nil, fmt.Errorf("%w: a network with %d class has no other answer to give", ErrInput, classes)
	}
	if err := a.check(p, elements); err != nil {
		return nil, err
	}
	if err := checkImages(x, elements); err != nil {
		return nil, err
	}
	n := len(x) / elements
	if err := checkCriterion(c, n, classes); err != nil {
		return nil, err
	}
	l := newLoop(a, m, x, p, progress)
	if err := ctx.Err(); err != nil {
		return l.res, err // all as given, nothing known
	}
	if err := l.evaluate(x, l.logits); err != nil {
		return nil, fmt.Errorf("attack: %s: clean images: %w", a.Name, err)
	}
	for i := range n {
		if err := checkLogits(l.logits[i*classes:][:classes], i); err != nil {
			return nil, err
		}
	}
	if p.Target.Choice != NoTarget {
		labels := c.(Untargeted).Labels // Run made it
		targets, err := p.Target.Targets(labels, l.logits, classes, p.Seed, p.First)
		if err != nil {
			return nil, err
		}
		l.res.Targets = targets
		c = Targeted{labels, targets}
		if err := checkCriterion(c, n, classes); err != nil {
			return nil, err
		}
	} else if t, ok := c.(Targeted); ok {
		l.res.Targets = t.Targets
	}
	l.criterion = c
	l.begin()
	err := l.iterate(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return l.finish(), err
}

func checkImages(x []float32, elements int) error {
	if len(x) == 0 || len(x)%elements != 0 {
		return fmt.Errorf("%w: %d numbers are not a whole number (1 or more) of images of %d", ErrInput, len(x), elements)
	}
	for i, v := range x {
		if !(v >= 0 && v <= 1) { // NaN too
			return fmt.Errorf("%w: image %d: element %d is %v: pixels are in [0,1], and preprocessing belongs inside"+
				" the network", ErrInput, i/elements, i%elements, v)
		}
	}
	return nil
}

// loop is a gradient attack in progress. Everything it needs is allocated before the first step.
type loop struct {
	attack    *Attack
	model     Model
	criterion Criterion
	params    Params
	hooks     hooks
	progress  func(Step)
	seedFunc  loss.Func // the method seed, made a func once: a method value allocates
	res       *Result

	elements, classes, n int

	x0, x  []float32 // images given, and their iterates
	logits []float32 // of the iterates
	value  []float64 // loss of the iterates, as reported
	best   []float64 // loss of what is kept, as raised: lowest possible while nothing is kept
	images []image

	active              []int // images still under attack, in order
	packX, packG, packL []float32
	met                 []bool
}

func newLoop(a *Attack, m Model, x []float32, p Params, progress func(Step)) *loop {
	elements, classes := m.InputShape().Size(), m.Classes()
	n := len(x) / elements
	l := &loop{
		attack: a, model: m, params: p, hooks: a.hooks.orPlain(), progress: progress,
		elements: elements, classes: classes, n: n,
		x0: x, x: append([]float32(nil), x...),
		logits: make([]float32, n*classes),
		value:  make([]float64, n),
		best:   make([]float64, n),
		images: make([]image, n),
		active: make([]int, 0, n),
		packX:  make([]float32, n*elements),
		packG:  make([]float32, n*elements),
		packL:  make([]float32, n*classes),
		met:    make([]bool, n),
		res: &Result{
			Adv:       append([]float32(nil), x...),
			Success:   make([]bool, n),
			Correct:   make([]bool, n),
			Predicted: make([]int, n),
			L2:        make([]float64, n),
			Linf:      make([]float64, n),
			Loss:      make([][]float64, n),
		},
	}
	l.seedFunc = l.seed
	trajectories := make([]float64, n*(p.Steps+1))
	for i := range l.res.Loss {
		l.res.Loss[i] = trajectories[i*(p.Steps+1):][: 0 : p.Steps+1]
	}
	step := a.StepSize(p)
	for i := range l.images {
		l.images[i] = image{
			x0: l.row(l.x0, i), x: l.row(l.x, i), params: &l.params, ball: &balls[p.Norm], step: step,
		}
	}
	return l
}

// row is image i's part of an array of images.
func (l *loop) row(x []float32, i int) []float32 { return x[i*l.elements:][:l.elements:l.elements] }

// begin sorts out the images that need no attack, from the clean logits, and moves the others to their start.
func (l *loop) begin() {
	for i := range l.n {
		z := l.logits[i*l.classes:][:l.classes]
		l.value[i], _ = l.loss(i, z)
		l.best[i] = math.Inf(-1)
		l.res.Predicted[i] = loss.ArgMax(z)
		l.res.Correct[i] = l.res.Predicted[i] == l.criterion.Label(i)
		if l.criterion.Met(i, z) {
			l.res.Success[i], l.met[i] = true, true
			continue
		}
		l.active = append(l.active, i)
		l.hooks.start(&l.images[i], random.New(l.params.Seed, l.params.First+uint64(i), l.attack.Name, 0))
	}
}

// loss gives the cross-entropy that image i's criterion names, and the same with the sign that the attack raises.
func (l *loop) loss(i int, logits []float32) (value, raised float64) {
	class, raise := l.criterion.Goal(i)
	value = loss.CrossEntropyValue(logits, class)
	if raise {
		return value, value
	}
	return value, -value
}

func (l *loop) iterate(ctx context.Context) error {
	for k := 0; ; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		last := k == l.params.Steps
		if err := l.look(last); err != nil {
			return fmt.Errorf("attack: %s: step %d: %w", l.attack.Name, k, err)
		}
		l.keep(k)
		if l.progress != nil {
			l.progress(Step{k, l.params.Steps, l.x, l.logits, l.value, l.met, l.n - l.left()})
		}
		if last || l.left() == 0 {
			return nil
		}
		if err := l.move(); err != nil {
			return fmt.Errorf("attack: %s: step %d: %w", l.attack.Name, k+1, err)
		}
	}
}

// left is how many images are still under attack.
func (l *loop) left() int {
	if l.params.Continue {
		return len(l.active)
	}
	left := 0
	for _, i := range l.active {
		if !l.met[i] {
			left++
		}
	}
	return left
}

// look gives the active images' logits at their iterates, and unless it is the last look their gradients.
// The rows of packX, packG and packL are those of the active images, in their order.
func (l *loop) look(last bool) error {
	a := len(l.active)
	if a == 0 {
		return nil
	}
	x := l.x
	if a < l.n {
		x = l.packX[:a*l.elements]
		for r, i := range l.active {
			copy(l.row(x, r), l.row(l.x, i))
		}
	}
	logits := l.packL[:a*l.classes]
	if last {
		if err := l.evaluate(x, logits); err != nil {
			return err
		}
	} else {
		if err := l.model.Gradient(l.packG[:a*l.elements], logits, x, l.seedFunc); err != nil {
			return err
		}
		l.res.Gradients += a
	}
	for r, i := range l.active {
		z := logits[r*l.classes:][:l.classes]
		if err := checkLogits(z, i); err != nil {
			return err
		}
		copy(l.logits[i*l.classes:][:l.classes], z)
	}
	return nil
}

// evaluate gives the logits of any images.
func (l *loop) evaluate(x, logits []float32) error {
	if err := l.model.Logits(logits, x); err != nil {
		return err
	}
	l.res.Queries += len(x) / l.elements
	return nil
}

func checkLogits(logits []float32, i int) error {
	for k, z := range logits {
		if v := float64(z); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: image %d: logit %d is %v", ErrModel, i, k, z)
		}
	}
	return nil
}

// seed is the loss.Func of the active images.
func (l *loop) seed(first int, logits, seed []float32) {
	for r := 0; r*l.classes < len(seed); r++ {
		class, raise := l.criterion.Goal(l.active[first+r])
		raiseSeed(seed[r*l.classes:][:l.classes], logits[r*l.classes:][:l.classes], class, raise)
	}
}

// keep judges the active images' iterates and keeps the best of each.
func (l *loop) keep(k int) {
	for _, i := range l.active {
		z := l.logits[i*l.classes:][:l.classes]
		value, raised := l.loss(i, z)
		l.value[i] = value
		l.res.Loss[i] = append(l.res.Loss[i], value)
		if k == 0 && !l.params.RandomStart {
			continue // the image itself
		}
		met := l.criterion.Met(i, z)
		better := raised > l.best[i]
		if met != l.res.Success[i] {
			better = met // a success beats any failure
		}
		if better {
			l.best[i] = raised
			l.res.Success[i] = met
			l.res.Predicted[i] = loss.ArgMax(z)
			copy(l.row(l.res.Adv, i), l.row(l.x, i))
		}
		l.met[i] = l.met[i] || met
	}
}

// move takes the step of every image that is still under attack, and lets go of the others.
func (l *loop) move() error {
	kept := l.active[:0]
	for r, i := range l.active {
		if l.met[i] && !l.params.Continue {
			continue
		}
		kept = append(kept, i)
		im := &l.images[i]
		im.grad = l.row(l.packG, r)
		for j, g := range im.grad {
			if g-g != 0 { // NaN or infinite
				return fmt.Errorf("%w: image %d: element %d of the gradient is %v", ErrModel, i, j, g)
			}
		}
		l.hooks.direction(im)
		l.hooks.step(im)
		l.hooks.project(im)
	}
	l.active = kept
	return nil
}

// finish measures what was kept.
func (l *loop) finish() *Result {
	for i := range l.n {
		x, adv := l.row(l.x0, i), l.row(l.res.Adv, i)
		l.res.L2[i], l.res.Linf[i] = distanceL2(adv, x), distanceLinf(adv, x)
	}
	return l.res
}
