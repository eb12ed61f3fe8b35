package attack

import (
	"errors"
	"fmt"
	"math"

	"steady/core/attackstep"
	"steady/core/loss"
	"steady/core/random"
)

// errStopped ends the attack on an image because the run was stopped, errBudget because its queries are used up.
var (
	errStopped = errors.New("attack: stopped")
	errBudget  = errors.New("attack: no queries left")
)

// image is one image under attack, in its own coroutine.
type image struct {
	run         *run
	index       int
	attack      *Attack // or the running part of an ensemble
	params      *Params // of attack
	ball        *ball
	x0          []float32
	clean       []float32 // logits of x0
	label       int
	lossClass   int // class whose loss the attack changes
	maximize    bool
	maxDistance float64 // of a closest image

	found                 bool    // the result satisfies the criterion
	best                  float64 // of the result: its loss, negative if minimized, or minus its distance
	stepsDone, stepsTotal int     // progress
	base                  int     // of stepsDone, from the parts of an ensemble before this one
	stages                []Stage // what each part of an ensemble did

	request        request
	yield          func(struct{}) bool
	resume         func() (struct{}, bool)
	cancel         func()
	pending, moved bool
	err            error
	probabilities  []float32

	seenGradients, zeroGradients int // gradients that came to this package, and those of them that were exactly zero
}

// request is what an image needs of the network next: the logits at one or more points, and with objectives the gradient of
// one objective at each point (with a single point, of all objectives at that).
type request struct {
	points     []float32
	rows       int
	objectives []objective

	iterate *attackstep.Iterate // instead of all this: steps that the model may take by itself

	// The answer, valid until the next request.
	logits, grads []float32
	values        []float64
}

func newImage(r *run, i int, clean []float32) *image {
	im := &image{
		run: r, index: i, attack: r.attack, params: &r.params, ball: &balls[r.params.Norm],
		x0: r.x0[i*r.elements:][:r.elements:r.elements], clean: clean,
		label: r.criterion.Label(i), best: math.Inf(-1), maxDistance: math.Inf(1),
	}
	if r.attack.Bounded() || r.params.Eps > 0 {
		im.maxDistance = r.params.Eps
	}
	im.lossClass, im.maximize = r.criterion.LossClass(i)
	return im
}

// begin is the coroutine.
func (im *image) begin(yield func(struct{}) bool) {
	im.yield = yield
	im.probabilities = make([]float32, im.run.classes)
	im.stepsTotal = im.attack.method.totalSteps(im.params, im.run.classes)
	iterates := min(im.stepsTotal+1, 128)
	im.run.res.Loss[im.index] = make([]float64, 0, iterates)
	im.run.res.Confidence[im.index] = make([]float32, 0, iterates)
	im.err = im.attack.method.attack(im)
	im.request = request{}
}

// source returns the random numbers of this image; an attack that needs several streams numbers them.
func (im *image) source(number int) *random.Source {
	return random.New(im.params.Seed, im.params.First+uint64(im.index), im.attack.Name, number)
}

// surround moves x to a random point at a distance from the image, clipped to [0,1].
func (im *image) surround(x []float32, distance float64, number int) {
	r := im.source(number)
	if im.params.Norm == Linf {
		r.FillUniform(x, -1, 1)
	} else {
		r.FillNormal(x)
	}
	scale := distance / (im.ball.length(x) + tiny)
	for i, t := range x {
		x[i] = im.x0[i] + float32(float64(t)*scale)
	}
	clip(x)
}

// progress sets the number of steps done.
func (im *image) progress(at int) { im.stepsDone, im.moved = im.base+at, true }

// queriesUsed returns how often the image was put to the network, without the first time, which is the run's.
func (im *image) queriesUsed() int {
	s := im.run.res.Cost[im.index]
	return s.Gradients + s.Queries - 1
}

// queriesLeft returns how often the image may still be put to the network, by the budget of the run.
func (im *image) queriesLeft() int {
	if im.run.params.Queries == 0 {
		return math.MaxInt
	}
	return im.run.params.Queries - im.queriesUsed()
}

// query makes a request and waits for the answer.
func (im *image) query(points []float32, rows int, objectives []objective) error {
	if im.queriesLeft() < rows {
		return errBudget
	}
	q := &im.request
	q.points, q.rows, q.objectives, q.iterate = points, rows, objectives, nil
	if len(q.values) < len(objectives) {
		q.values = make([]float64, len(objectives))
	}
	if !im.yield(struct{}{}) {
		return errStopped
	}
	if cost := &im.run.res.Cost[im.index]; objectives != nil {
		cost.Gradients += rows
	} else {
		cost.Queries += rows
	}
	return nil
}

// logits returns the logits at one or more points: points × classes, valid until the next request.
func (im *image) logits(points []float32) ([]float32, error) {
	err := im.query(points, len(points)/im.run.elements, nil)
	return im.request.logits, err
}

// countGradients counts gradients, one after the other in grads, and those of them that are exactly zero.
func (im *image) countGradients(grads []float32) {
	for ; len(grads) > 0; grads = grads[im.run.elements:] {
		im.seenGradients++
		k := 0
		for k < im.run.elements && grads[k] == 0 {
			k++
		}
		if k == im.run.elements {
			im.zeroGradients++
		}
	}
}

// gradients returns the values of objectives at x, their gradients (objectives × elements) and the logits, all valid until
// the next request.
func (im *image) gradients(x []float32, objectives []objective) (values []float64, grads, logits []float32, err error) {
	if err := im.query(x, len(objectives), objectives); err != nil {
		return nil, nil, nil, err
	}
	q := &im.request
	im.countGradients(q.grads)
	for j, g := range q.grads {
		if g-g != 0 { // NaN or infinite
			return nil, nil, nil, fmt.Errorf("attack: %s: %w: image %d: element %d of the gradient is %v",
				im.attack.Name, ErrModel, im.index, j%im.run.elements, g)
		}
	}
	return q.values, q.grads, q.logits[:im.run.classes], nil
}

// satisfies reports whether logits are those of an adversarial image.
func (im *image) satisfies(logits []float32) bool {
	return im.run.criterion.SatisfiedBy(im.index, logits)
}

// loss returns the cross-entropy of lossClass, and the same with the sign that is maximized.
func (im *image) loss(logits []float32) (value, objective float64) {
	value = loss.CrossEntropyValue(logits, im.lossClass)
	if im.maximize {
		return value, value
	}
	return value, -value
}

// shownLoss returns the loss that the result has.
func (im *image) shownLoss(logits []float32) float64 {
	if im.run.res.LogProbabilities {
		return 0 - float64(logits[im.lossClass]) // not -0 where the probability is 1
	}
	value, _ := im.loss(logits)
	return value
}

// report makes x, whose logits are known, the iterate that progress reports, and adds it to the trajectory.
func (im *image) report(x, logits []float32) {
	im.addToTrajectory(logits)
	im.show(x, logits)
}

// addToTrajectory adds the loss and the confidence of an iterate to the result.
func (im *image) addToTrajectory(logits []float32) {
	r, i := im.run, im.index
	if r.res.LogProbabilities {
		loss.Exp(im.probabilities, logits)
	} else {
		loss.Softmax(im.probabilities, logits, r.classes)
	}
	r.res.Loss[i] = append(r.res.Loss[i], im.shownLoss(logits))
	r.res.Confidence[i] = append(r.res.Confidence[i], im.probabilities[loss.ArgMax(logits)])
	r.met[i] = r.met[i] || im.satisfies(logits)
}

func (im *image) show(x, logits []float32) {
	if r, i := im.run, im.index; r.progress != nil {
		copy(r.x[i*r.elements:], x)
		copy(r.logits[i*r.classes:], logits)
		r.value[i] = im.shownLoss(logits)
	}
}

// keepIfBetter makes x the image's result if it is better than the result so far: a success rather than a failure, else
// the higher loss. It reports whether x is adversarial.
func (im *image) keepIfBetter(x, logits []float32) (met bool) {
	_, objective := im.loss(logits)
	met = im.satisfies(logits)
	better := objective > im.best
	if met != im.found {
		better = met
	}
	if better {
		im.record(x, logits, met, objective)
	}
	return met
}

// keepIfCloser makes x the image's result if it is adversarial, closer than the result so far and within maxDistance. It
// reports whether x is adversarial, at any distance.
func (im *image) keepIfCloser(x, logits []float32) (met bool) {
	if !im.satisfies(logits) {
		return false
	}
	d := im.ball.distance(x, im.x0)
	if d <= im.maxDistance && (!im.found || -d > im.best) {
		im.record(x, logits, true, -d)
	}
	return true
}

// record makes x the image's result.
func (im *image) record(x, logits []float32, met bool, best float64) {
	r, i := im.run, im.index
	im.best, im.found = best, met
	r.res.Success[i] = met
	r.res.Predicted[i] = loss.ArgMax(logits)
	copy(r.res.Adv[i*r.elements:][:r.elements], x)
}
