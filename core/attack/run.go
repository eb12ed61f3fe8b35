package attack

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"steady/core/attackstep"
	"steady/core/loss"
	"steady/core/parallel"
)

// Run attacks the images of x, whose true classes are labels, and aims at p.Target. progress, which may be nil,
// is called whenever the iterates have moved. If ctx ends before the attack does, Run returns both the best so far and
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
		return nil, fmt.Errorf("%w: a network with %d class has no class to change to", ErrInput, classes)
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
			return nil, fmt.Errorf("attack: %s: clean images: %w", a.Name, err)
		}
	}
	r.probabilities(clean)
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
		return fmt.Errorf("%w: %d numbers are not one or more images of %d", ErrInput, len(x), elements)
	}
	for i, v := range x {
		if !(v >= 0 && v <= 1) { // NaN too
			return fmt.Errorf("%w: image %d: element %d is %v: want pixels in [0,1]; preprocessing belongs inside"+
				" the network", ErrInput, i/elements, i%elements, v)
		}
	}
	return nil
}

func checkLogits(logits []float32, i int) error {
	if err := loss.CheckFinite(logits); err != nil {
		return fmt.Errorf("image %d: %w", i, err)
	}
	return nil
}

// run is an attack in progress, by reverse communication: every image is attacked in its own coroutine, which stops at
// each request to the network. A round gathers the requests of all images, evaluates the network once, and resumes every
// image with its answer. So an attack is written for one image, and cannot depend on the images beside it, while the
// network always has full batches.
type run struct {
	attack     *Attack
	model      Model
	stepRunner StepRunner // the model, if it may take steps by itself
	criterion  Criterion
	params     Params
	progress   func(Step)
	res        *Result
	deadline   time.Time
	notes      []string // on the network, for the result

	elements, classes, n int

	x0     []float32
	images []*image
	next   int      // the first image that has not started
	active []*image // those that have started and not ended
	done   int

	// What progress reports, for all images.
	x, logits []float32
	value     []float64
	met       []bool
	moved     bool

	resume   func(i int) // one of active; a func made once, as a method value allocates
	lossFunc loss.Func   // the method dlogits, likewise

	// Buffers of a round: the rows of all requests, in order.
	packX, packG, packL []float32
	rows                []row
	iterates            []*attackstep.Iterate
}

// row is one row of the gradients of a round.
type row struct {
	objective objective
	value     *float64
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
			Cost:       make([]Cost, n),
		},
	}
	r.lossFunc = r.dlogits
	r.resume = func(i int) { _, r.active[i].pending = r.active[i].resume() }
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
	} else if t, ok := targeted(c); ok {
		r.res.Targets = t.Targets
	}
	if _, maximize := c.LossClass(0); !maximize && r.attack.untargeted != "" {
		return nil, &ParamError{r.attack.Name, "target", "a class", r.attack.untargeted}
	}
	if r.params.Confidence > 0 {
		c = Confident{c, r.params.Confidence}
	}
	return c, nil
}

// begin finds the images that need no attack, from the clean logits.
func (r *run) begin(c Criterion, clean []float32) {
	r.criterion, r.stepRunner = c, r.stepRunnerOf(c)
	if r.progress != nil {
		r.x, r.logits = append([]float32(nil), r.x0...), append([]float32(nil), clean...)
		r.value = make([]float64, r.n)
	}
	for i := range r.n {
		z := clean[i*r.classes:][:r.classes:r.classes]
		r.res.Cost[i].Queries = 1
		r.res.Predicted[i] = loss.ArgMax(z)
		r.res.Correct[i] = r.res.Predicted[i] == c.Label(i)
		r.images[i] = newImage(r, i, z)
		if r.value != nil {
			r.value[i] = r.images[i].shownLoss(z)
		}
		if c.SatisfiedBy(i, z) {
			r.res.Success[i], r.met[i] = true, true
		}
	}
	if r.attack.notes != nil {
		r.res.Notes = r.attack.notes(r.params, r.classes)
	}
	r.res.Notes = append(r.res.Notes, r.notes...)
}

// maxActive returns how many images are attacked at once: enough for full batches, without needless memory.
func (r *run) maxActive() int { return min(max((8<<20)/r.elements, 32), 256) }

func (r *run) rounds(ctx context.Context) error {
	defer r.cancel()
	for {
		for ; len(r.active) < r.maxActive() && r.next < r.n; r.next++ {
			if im := r.images[r.next]; r.met[r.next] {
				r.done++
			} else {
				im.resume, im.cancel = iter.Pull(im.begin)
				r.active = append(r.active, im)
			}
		}
		if err := r.advance(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(r.active) == 0 && r.next == r.n {
			return nil
		}
		if !r.deadline.IsZero() && time.Now().After(r.deadline) {
			r.res.Exhausted = "time"
			return nil
		}
		if err := r.evaluate(); err != nil {
			return fmt.Errorf("attack: %s: %w", r.attack.Name, err)
		}
	}
}

// cancel ends the attack on the active images; their results so far stay.
func (r *run) cancel() {
	for _, im := range r.active {
		im.cancel()
	}
}

// advance resumes all active images until their next request or their end.
func (r *run) advance() error {
	parallel.For(len(r.active), r.resume)
	at, of := 0, 0
	for i, im := range r.active {
		if i == 0 || im.stepsDone < at {
			at, of = im.stepsDone, im.stepsTotal
		}
		if !im.pending {
			r.done++
		}
		r.moved = r.moved || im.moved
		im.moved = false
	}
	if r.progress != nil && (r.moved || len(r.active) == 0 && r.next == r.n) {
		r.progress(Step{at, of, r.x, r.logits, r.value, r.met, r.done})
	}
	r.moved = false
	for _, im := range r.active {
		switch {
		case im.pending || im.err == nil:
		case errors.Is(im.err, errBudget):
			r.res.Exhausted = "queries"
		default:
			return im.err
		}
	}
	r.active = slices.DeleteFunc(r.active, func(im *image) bool { return !im.pending })
	return nil
}

// evaluate answers the requests of the active images: first gradients, then logits, then steps.
func (r *run) evaluate() error {
	gradients, queries := 0, 0
	r.iterates = r.iterates[:0]
	for _, im := range r.active {
		switch q := &im.request; {
		case q.iterate != nil:
			r.iterates = append(r.iterates, q.iterate)
		case q.objectives != nil:
			gradients += q.rows
		default:
			queries += q.rows
		}
	}
	total := gradients + queries
	r.packX, r.packL = grown(r.packX, total*r.elements), grown(r.packL, total*r.classes)
	r.packG = grown(r.packG, gradients*r.elements)
	r.rows = r.rows[:0]
	g, q := 0, gradients
	for _, im := range r.active {
		first := &q
		if im.request.objectives != nil {
			first = &g
		}
		r.pack(im, *first)
		*first += im.request.rows
	}
	if gradients > 0 {
		x, z := r.packX[:gradients*r.elements], r.packL[:gradients*r.classes]
		if err := r.model.Gradient(r.packG, z, x, r.lossFunc); err != nil {
			return err
		}
	}
	if queries > 0 {
		if err := r.model.Logits(r.packL[gradients*r.classes:], r.packX[gradients*r.elements:]); err != nil {
			return err
		}
	}
	if len(r.iterates) > 0 {
		rule := r.attack.method.(deviceMethod).rule(r.attack, &r.params)
		if err := r.stepRunner.RunSteps(rule, r.iterates); err != nil {
			return err
		}
	}
	for _, im := range r.active {
		if err := checkLogits(im.request.logits, im.index); err != nil {
			return err
		}
	}
	return nil
}

// pack copies an image's request to the rows from first on, and sets where its answer will be.
func (r *run) pack(im *image, first int) {
	q, e := &im.request, r.elements
	points := len(q.points) / e
	for k := range q.rows {
		copy(r.packX[(first+k)*e:][:e], q.points[k%points*e:][:e])
	}
	q.logits = r.packL[first*r.classes:][:q.rows*r.classes]
	q.grads = nil
	for k, objective := range q.objectives {
		r.rows = append(r.rows, row{objective, &q.values[k]})
	}
	if q.objectives != nil {
		q.grads = r.packG[first*e:][:q.rows*e]
	}
}

// dlogits is the loss.Func of the gradients of a round.
func (r *run) dlogits(first int, logits, dlogits []float32) {
	for k := range len(logits) / r.classes {
		row := r.rows[first+k]
		*row.value = row.objective(dlogits[k*r.classes:][:r.classes], logits[k*r.classes:][:r.classes])
	}
}

func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// finish measures the results.
func (r *run) finish() *Result {
	res := r.res
	r.addStages()
	r.countBlind()
	for i := range r.n {
		x, adv := r.x0[i*r.elements:][:r.elements], res.Adv[i*r.elements:][:r.elements]
		res.L0[i], res.L1[i] = changed(adv, x), distanceL1(adv, x)
		res.L2[i], res.Linf[i] = distanceL2(adv, x), distanceLinf(adv, x)
		res.Gradients += res.Cost[i].Gradients
		res.Queries += res.Cost[i].Queries
	}
	return res
}
