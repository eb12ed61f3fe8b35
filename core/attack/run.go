package attack

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"steady/core/attackstep"
	"steady/core/loss"
	"steady/core/parallel"
)

// Run attacks the images of x, whose true classes are labels, and aims at p.Target. progress, which may be nil,
// is told whenever the iterates have moved. If ctx ends before the attack does, Run gives both the best so far and
// ctx's error; with any other error the result is nil.
func (a *Attack) Run(ctx context.Context, m Model, x []float32, labels []int, p Params, progress func(Step)) (
	*Result, error) {
	return a.run(ctx, m, x, Untargeted{labels}, p, progress)
}

// RunFor is Run for any criterion; p.Target must be its zero value.
func (a *Attack) RunFor(ctx context.Context, m Model, x []float32, c Criterion, p Params, progress func(Step)) (
	*Result, error) {
	if p.Target != (Target{}) {
		return nil, &ParamError{a.Name, "target", p.Target.String(), "want none, as the criterion says what to aim at"}
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
	r := newRun(a, m, x, p, progress)
	if err := ctx.Err(); err != nil {
		return r.res, err // all as given, nothing known
	}
	clean := make([]float32, n*classes)
	if err := m.Logits(clean, x); err != nil {
		return nil, fmt.Errorf("attack: %s: clean images: %w", a.Name, err)
	}
	for i := range n {
		if err := checkLogits(clean[i*classes:][:classes], i); err != nil {
			return nil, err
		}
	}
	c, err := r.aim(c, clean)
	if err != nil {
		return nil, err
	}
	r.begin(c, clean)
	err = r.rounds(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return r.finish(), err
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

func checkLogits(logits []float32, i int) error {
	for k, z := range logits {
		if v := float64(z); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: image %d: logit %d is %v", ErrModel, i, k, z)
		}
	}
	return nil
}

// run is an attack in progress. Every image is attacked by a coroutine of its own, which stops at each question to the
// network. A round gathers the questions of all images, asks the network once, and lets every image go on with its
// answer. So an attack is written for one image, and cannot depend on the images beside it, while the network always
// has full batches.
type run struct {
	attack     *Attack
	model      Model
	stepRunner StepRunner // the model, if it may take steps by itself
	criterion  Criterion
	params     Params
	progress   func(Step)
	res        *Result
	deadline   time.Time

	elements, classes, n int

	x0     []float32
	images []*image
	next   int      // the first image that has not begun
	flight []*image // those that have begun and not ended
	done   int

	// What progress shows, for all images.
	x, logits []float32
	value     []float64
	met       []bool
	moved     bool

	goOn     func(i int) // of those in flight; made a func once: a method value allocates
	seedFunc loss.Func   // the method seed, likewise

	// Memory of a round: the rows are those of all questions, in order.
	packX, packG, packL []float32
	asked               []row
	climbers            []*attackstep.Iterate
}

// row is one row of the gradients that are asked for together.
type row struct {
	raise objective
	value *float64
}

func newRun(a *Attack, m Model, x []float32, p Params, progress func(Step)) *run {
	elements, classes := m.InputShape().Size(), m.Classes()
	n := len(x) / elements
	r := &run{
		attack: a, model: m, params: p, progress: progress, elements: elements, classes: classes, n: n, x0: x,
		images: make([]*image, n), met: make([]bool, n),
		res: &Result{
			Adv:        append([]float32(nil), x...),
			Success:    make([]bool, n),
			Correct:    make([]bool, n),
			Predicted:  make([]int, n),
			L0:         make([]int, n),
			L1:         make([]float64, n),
			L2:         make([]float64, n),
			Linf:       make([]float64, n),
			Loss:       make([][]float64, n),
			Confidence: make([][]float32, n),
			Spent:      make([]Cost, n),
		},
	}
	r.seedFunc = r.seed
	r.goOn = func(i int) { _, r.flight[i].asking = r.flight[i].resume() }
	if p.Seconds > 0 {
		r.deadline = time.Now().Add(time.Duration(p.Seconds * float64(time.Second)))
	}
	return r
}

// aim turns the target of the parameters into a criterion.
func (r *run) aim(c Criterion, clean []float32) (Criterion, error) {
	if r.params.Target.Choice != NoTarget {
		labels := c.(Untargeted).Labels // Run made it
		targets, err := r.params.Target.Targets(labels, clean, r.classes, r.params.Seed, r.params.First)
		if err != nil {
			return nil, err
		}
		r.res.Targets = targets
		c = Targeted{labels, targets}
		if err := checkCriterion(c, r.n, r.classes); err != nil {
			return nil, err
		}
	} else if t, ok := c.(Targeted); ok {
		r.res.Targets = t.Targets
	}
	if _, raise := c.Goal(0); !raise && r.attack.untargeted != "" {
		return nil, &ParamError{r.attack.Name, "target", "a class", r.attack.untargeted}
	}
	if r.params.Confidence > 0 {
		c = Confident{c, r.params.Confidence}
	}
	return c, nil
}

// begin sorts out the images that need no attack, from the clean logits.
func (r *run) begin(c Criterion, clean []float32) {
	r.criterion, r.stepRunner = c, r.stepRunnerOf(c)
	if r.progress != nil {
		r.x, r.logits = append([]float32(nil), r.x0...), append([]float32(nil), clean...)
		r.value = make([]float64, r.n)
	}
	for i := range r.n {
		z := clean[i*r.classes:][:r.classes:r.classes]
		r.res.Spent[i].Queries = 1
		r.res.Predicted[i] = loss.ArgMax(z)
		r.res.Correct[i] = r.res.Predicted[i] == c.Label(i)
		r.images[i] = newImage(r, i, z)
		if r.value != nil {
			r.value[i], _ = r.images[i].loss(z)
		}
		if c.Met(i, z) {
			r.res.Success[i], r.met[i] = true, true
		}
	}
	if r.attack.notes != nil {
		r.res.Notes = r.attack.notes(r.params, r.classes)
	}
}

// inFlight is how many images are under attack at once: enough for full batches, but not more memory than needed.
func (r *run) inFlight() int { return min(max((8<<20)/r.elements, 32), 256) }

func (r *run) rounds(ctx context.Context) error {
	defer r.stop()
	for {
		for ; len(r.flight) < r.inFlight() && r.next < r.n; r.next++ {
			if im := r.images[r.next]; r.met[r.next] {
				r.done++
			} else {
				im.resume, im.halt = iter.Pull(im.begin)
				r.flight = append(r.flight, im)
			}
		}
		if err := r.advance(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(r.flight) == 0 && r.next == r.n {
			return nil
		}
		if !r.deadline.IsZero() && time.Now().After(r.deadline) {
			r.res.OutOf = "time"
			return nil
		}
		if err := r.answer(); err != nil {
			return fmt.Errorf("attack: %s: %w", r.attack.Name, err)
		}
	}
}

// stop ends the images that are still in flight; what they have found so far is kept.
func (r *run) stop() {
	for _, im := range r.flight {
		im.halt()
	}
}

// advance lets all images in flight go on to their next question, or to their end.
func (r *run) advance() error {
	parallel.For(len(r.flight), r.goOn)
	at, of := 0, 0
	for i, im := range r.flight {
		if i == 0 || im.at < at {
			at, of = im.at, im.of
		}
		if !im.asking {
			r.done++
		}
		r.moved = r.moved || im.moved
		im.moved = false
	}
	if r.progress != nil && (r.moved || len(r.flight) == 0 && r.next == r.n) {
		r.progress(Step{at, of, r.x, r.logits, r.value, r.met, r.done})
	}
	r.moved = false
	for _, im := range r.flight {
		switch {
		case im.asking || im.err == nil:
		case errors.Is(im.err, errBudget):
			r.res.OutOf = "queries"
		default:
			return im.err
		}
	}
	r.flight = slices.DeleteFunc(r.flight, func(im *image) bool { return !im.asking })
	return nil
}

// answer asks the network what the images in flight want to know: first gradients, then logits.
func (r *run) answer() error {
	gradients, queries := 0, 0
	r.climbers = r.climbers[:0]
	for _, im := range r.flight {
		switch q := &im.question; {
		case q.climber != nil:
			r.climbers = append(r.climbers, q.climber)
		case q.raise != nil:
			gradients += q.rows
		default:
			queries += q.rows
		}
	}
	total := gradients + queries
	r.packX, r.packL = grown(r.packX, total*r.elements), grown(r.packL, total*r.classes)
	r.packG = grown(r.packG, gradients*r.elements)
	r.asked = r.asked[:0]
	g, q := 0, gradients
	for _, im := range r.flight {
		first := &q
		if im.question.raise != nil {
			first = &g
		}
		r.pack(im, *first)
		*first += im.question.rows
	}
	if gradients > 0 {
		x, z := r.packX[:gradients*r.elements], r.packL[:gradients*r.classes]
		if err := r.model.Gradient(r.packG, z, x, r.seedFunc); err != nil {
			return err
		}
	}
	if queries > 0 {
		if err := r.model.Logits(r.packL[gradients*r.classes:], r.packX[gradients*r.elements:]); err != nil {
			return err
		}
	}
	if len(r.climbers) > 0 {
		rule := r.attack.method.(ascending).rule(r.attack, &r.params)
		if err := r.stepRunner.RunSteps(rule, r.climbers); err != nil {
			return err
		}
	}
	for _, im := range r.flight {
		if err := checkLogits(im.question.logits, im.index); err != nil {
			return err
		}
	}
	return nil
}

// pack copies an image's question to the rows from first on, and tells the image where its answer will be.
func (r *run) pack(im *image, first int) {
	q, e := &im.question, r.elements
	points := len(q.points) / e
	for k := range q.rows {
		copy(r.packX[(first+k)*e:][:e], q.points[k%points*e:][:e])
	}
	q.logits = r.packL[first*r.classes:][:q.rows*r.classes]
	q.grads = nil
	for k, raise := range q.raise {
		r.asked = append(r.asked, row{raise, &q.values[k]})
	}
	if q.raise != nil {
		q.grads = r.packG[first*e:][:q.rows*e]
	}
}

// seed is the loss.Func of the gradients asked for.
func (r *run) seed(first int, logits, seed []float32) {
	for k := range len(logits) / r.classes {
		ask := r.asked[first+k]
		*ask.value = ask.raise(seed[k*r.classes:][:r.classes], logits[k*r.classes:][:r.classes])
	}
}

func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// finish measures what was kept.
func (r *run) finish() *Result {
	res := r.res
	r.addStages()
	for i := range r.n {
		x, adv := r.x0[i*r.elements:][:r.elements], res.Adv[i*r.elements:][:r.elements]
		res.L0[i], res.L1[i] = changed(adv, x), distanceL1(adv, x)
		res.L2[i], res.Linf[i] = distanceL2(adv, x), distanceLinf(adv, x)
		res.Gradients += res.Spent[i].Gradients
		res.Queries += res.Spent[i].Queries
	}
	return res
}
