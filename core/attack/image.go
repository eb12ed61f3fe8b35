package attack

import (
	"errors"
	"fmt"
	"math"

	"steady/core/attackstep"
	"steady/core/loss"
	"steady/core/random"
)

// errStopped ends the attack on an image because the whole was stopped, errBudget because its queries are used up.
var (
	errStopped = errors.New("attack: stopped")
	errBudget  = errors.New("attack: no queries left")
)

// image is one image under attack, by a coroutine of its own.
type image struct {
	run    *run
	index  int
	attack *Attack // or the part of an ensemble that is at work
	params *Params // its own
	ball   *ball
	x0     []float32
	clean  []float32 // logits of x0
	label  int
	goal   int // class whose loss the attack moves
	raise  bool
	reach  float64 // farthest that a nearest image may be

	found  bool    // what is kept meets the criterion
	best   float64 // of what is kept: its loss, as raised, or minus its distance
	at, of int     // how far the attack is
	base   int     // of at, that the parts of an ensemble before this one took
	stages []Stage // what each part of an ensemble did

	question      question
	yield         func(struct{}) bool
	resume        func() (struct{}, bool)
	halt          func()
	asking, moved bool
	err           error
	probabilities []float32
}

// question is what an image asks the network: the logits at one point or more, and with raise the gradient at each of
// an objective of its own (with one point, all at that).
type question struct {
	points []float32
	rows   int
	raise  []objective

	climber *attackstep.Iterate // instead of all this: the steps that the model may take by itself

	// The answer, valid until the next question.
	logits, grads []float32
	values        []float64
}

func newImage(r *run, i int, clean []float32) *image {
	im := &image{
		run: r, index: i, attack: r.attack, params: &r.params, ball: &balls[r.params.Norm],
		x0: r.x0[i*r.elements:][:r.elements:r.elements], clean: clean,
		label: r.criterion.Label(i), best: math.Inf(-1), reach: math.Inf(1),
	}
	if r.attack.Bounded() || r.params.Eps > 0 {
		im.reach = r.params.Eps
	}
	im.goal, im.raise = r.criterion.Goal(i)
	return im
}

// begin is the coroutine.
func (im *image) begin(yield func(struct{}) bool) {
	im.yield = yield
	im.probabilities = make([]float32, im.run.classes)
	im.of = im.attack.method.length(im.params, im.run.classes)
	iterates := min(im.of+1, 128)
	im.run.res.Loss[im.index] = make([]float64, 0, iterates)
	im.run.res.Confidence[im.index] = make([]float32, 0, iterates)
	im.err = im.attack.method.attack(im)
	im.question = question{}
}

// source gives the random numbers of this image; number tells apart the several times an attack needs some.
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

// progress tells how far the attack is.
func (im *image) progress(at int) { im.at, im.moved = im.base+at, true }

// spent is how often the image was put to the network, not counting the first time, which is the run's.
func (im *image) spent() int {
	s := im.run.res.Spent[im.index]
	return s.Gradients + s.Queries - 1
}

// left is how often the image may still be put to the network, by the budget of the whole run.
func (im *image) left() int {
	if im.run.params.Queries == 0 {
		return math.MaxInt
	}
	return im.run.params.Queries - im.spent()
}

func (im *image) ask(points []float32, rows int, raise []objective) error {
	if im.left() < rows {
		return errBudget
	}
	q := &im.question
	q.points, q.rows, q.raise, q.climber = points, rows, raise, nil
	if len(q.values) < len(raise) {
		q.values = make([]float64, len(raise))
	}
	if !im.yield(struct{}{}) {
		return errStopped
	}
	if cost := &im.run.res.Spent[im.index]; raise != nil {
		cost.Gradients += rows
	} else {
		cost.Queries += rows
	}
	return nil
}

// logits asks for the logits at one point or more: points × classes, valid until the next question.
func (im *image) logits(points []float32) ([]float32, error) {
	err := im.ask(points, len(points)/im.run.elements, nil)
	return im.question.logits, err
}

// gradients asks for the gradients of objectives at x, and gives their values, the gradients (objectives × elements)
// and the logits at x, all valid until the next question.
func (im *image) gradients(x []float32, raise []objective) (values []float64, grads, logits []float32, err error) {
	if err := im.ask(x, len(raise), raise); err != nil {
		return nil, nil, nil, err
	}
	q := &im.question
	for j, g := range q.grads {
		if g-g != 0 { // NaN or infinite
			return nil, nil, nil, fmt.Errorf("attack: %s: %w: image %d: element %d of the gradient is %v",
				im.attack.Name, ErrModel, im.index, j%im.run.elements, g)
		}
	}
	return q.values, q.grads, q.logits[:im.run.classes], nil
}

// met tells whether logits are those of an adversarial image.
func (im *image) met(logits []float32) bool { return im.run.criterion.Met(im.index, logits) }

// loss gives the cross-entropy of the goal, and the same with the sign that an attack raises.
func (im *image) loss(logits []float32) (value, raised float64) {
	value = loss.CrossEntropyValue(logits, im.goal)
	if im.raise {
		return value, value
	}
	return value, -value
}

// report makes x, whose logits are known, the iterate that is shown, and adds it to the trajectory.
func (im *image) report(x, logits []float32) {
	im.record(logits)
	im.show(x, logits)
}

// record adds an iterate to the trajectory.
func (im *image) record(logits []float32) {
	r, i := im.run, im.index
	value, _ := im.loss(logits)
	loss.Softmax(im.probabilities, logits, r.classes)
	r.res.Loss[i] = append(r.res.Loss[i], value)
	r.res.Confidence[i] = append(r.res.Confidence[i], im.probabilities[loss.ArgMax(logits)])
	r.met[i] = r.met[i] || im.met(logits)
}

func (im *image) show(x, logits []float32) {
	if r, i := im.run, im.index; r.progress != nil {
		copy(r.x[i*r.elements:], x)
		copy(r.logits[i*r.classes:], logits)
		r.value[i], _ = im.loss(logits)
	}
}

// keep makes x the image's result if it is better than what is kept: a success than a failure, else the higher loss.
func (im *image) keep(x, logits []float32) (met bool) {
	_, raised := im.loss(logits)
	met = im.met(logits)
	better := raised > im.best
	if met != im.found {
		better = met
	}
	if better {
		im.take(x, logits, met, raised)
	}
	return met
}

// nearer makes x the image's result if it is adversarial and nearer than what is kept, and within reach. met tells
// whether it is adversarial, at whatever distance.
func (im *image) nearer(x, logits []float32) (met bool) {
	if !im.met(logits) {
		return false
	}
	d := im.ball.distance(x, im.x0)
	if d <= im.reach && (!im.found || -d > im.best) {
		im.take(x, logits, true, -d)
	}
	return true
}

func (im *image) take(x, logits []float32, met bool, best float64) {
	r, i := im.run, im.index
	im.best, im.found = best, met
	r.res.Success[i] = met
	r.res.Predicted[i] = loss.ArgMax(logits)
	copy(r.res.Adv[i*r.elements:][:r.elements], x)
}
