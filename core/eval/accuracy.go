package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"steady/core/compute"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/score"
)

// Model is a network that is measured; *engine.Engine is one.
type Model interface {
	InputShape() nn.Shape
	Classes() int
	// Logits writes the logits, n×classes, of the images x, n×C×H×W.
	Logits(dst, x []float32) error
}

// Prober is implemented by a [Model] that says which probabilities its logits stand for; for another one they are those
// of [loss.Probabilities]. An *engine.Engine is one.
type Prober interface {
	// Probabilities writes the probabilities of the classes for logits of any number of images.
	Probabilities(dst, logits []float32)
}

var _ Prober = (*engine.Engine)(nil)

// Count is how many of some images a network gets right.
type Count struct{ Right, N int }

// Share returns the share that is right, 0 of none.
func (c Count) Share() float64 {
	if c.N == 0 {
		return 0
	}
	return float64(c.Right) / float64(c.N)
}

// Interval returns the bounds of the share at 95 % confidence (score.Wilson). Of none they are 0 and 1.
func (c Count) Interval() (low, high float64) {
	i := score.Wilson(c.Right, c.N, .95)
	return i.Lower, i.Upper
}

// Prediction is a network's answer to one image.
type Prediction struct {
	Class       int     // with the largest logit
	Probability float64 // of that class
}

// Accuracy is how many images a network gets right.
type Accuracy struct {
	Count
	TopK        int          // the label is among so many classes with the largest logits
	Top         Count        // right in that sense; that of Count if TopK is 0 or 1
	Classes     []Count      // by label
	Predictions []Prediction // of each image, if they were asked for
}

// AccuracyOptions choose what [Evaluate] counts beside the accuracy. The zero value asks for nothing.
type AccuracyOptions struct {
	TopK        int // also count labels among so many classes with the largest logits
	Predictions bool
	Progress    func(a *Accuracy) // called after each slice of images
}

// Evaluate returns the accuracy of a network on the images of a source. On an error it returns what was counted before,
// too. Logits that are not finite are an error that matches [loss.ErrNotFinite], as in an attack.
func Evaluate(ctx context.Context, m Model, s *Source, o AccuracyOptions) (*Accuracy, error) {
	c := newCounter(m, s, o)
	if err := checkAccuracy(m, s, o); err != nil {
		return c.accuracy, err
	}
	for b, err := range s.Batches(ctx, s.sliceSize()) {
		if err == nil {
			err = c.add(b)
		}
		if err != nil {
			return c.accuracy, err
		}
		if o.Progress != nil {
			o.Progress(c.accuracy)
		}
	}
	return c.accuracy, nil
}

// checkAccuracy returns an error if the accuracy of a network on a source makes no sense.
func checkAccuracy(m Model, s *Source, o AccuracyOptions) error {
	classes := m.Classes()
	switch {
	case !m.InputShape().Equal(s.Shape()):
		return fmt.Errorf("eval: network for images of %v, source of %v: want the same", []int(m.InputShape()), []int(s.Shape()))
	case s.Len() == 0:
		return fmt.Errorf("eval: accuracy on %s: there are no images", s.Images().Name)
	case o.TopK < 0 || o.TopK > classes:
		return fmt.Errorf("eval: top %d: the network has %d classes", o.TopK, classes)
	}
	return s.CheckLabels(classes)
}

// counter counts what a network gets right.
type counter struct {
	model                 Model
	source                *Source
	options               AccuracyOptions
	accuracy              *Accuracy
	logits, probabilities []float32
}

func newCounter(m Model, s *Source, o AccuracyOptions) *counter {
	logits := make([]float32, s.sliceSize()*m.Classes())
	return &counter{m, s, o, &Accuracy{TopK: o.TopK, Classes: make([]Count, m.Classes())}, logits, make([]float32, len(logits))}
}

// add counts the images of a batch.
func (c *counter) add(b Batch) error {
	a, classes, images := c.accuracy, c.model.Classes(), c.source.Images()
	logits := c.logits[:len(b.Labels)*classes]
	if err := c.model.Logits(logits, b.X); err != nil {
		return fmt.Errorf("%s to %s: %w", images.File(b.First), images.File(b.First+len(b.Labels)-1), err)
	}
	if c.options.Predictions {
		writeProbabilities(c.model, c.probabilities[:len(logits)], logits)
	}
	for i, label := range b.Labels {
		z := logits[i*classes:][:classes]
		if err := loss.CheckFinite(z); err != nil {
			return fmt.Errorf("%s: %w", images.File(b.First+i), err)
		}
		class := loss.ArgMax(z)
		a.N++
		a.Classes[label].N++
		if class == label {
			a.Right++
			a.Classes[label].Right++
		}
		if rank(z, label) < max(a.TopK, 1) {
			a.Top.Right++
		}
		if c.options.Predictions {
			a.Predictions = append(a.Predictions, Prediction{class, float64(c.probabilities[i*classes+class])})
		}
	}
	a.Top.N = a.N
	return nil
}

// writeProbabilities writes the probabilities for a model's logits, as the model says if it does.
func writeProbabilities(m Model, dst, logits []float32) {
	if p, ok := m.(Prober); ok {
		p.Probabilities(dst, logits)
	} else {
		loss.Probabilities(dst, logits, m.Classes())
	}
}

// AccuracyOn returns the share of a set's images that a network on a backend gets right.
func AccuracyOn(ctx context.Context, b compute.Backend, n *nn.Network, set *dataset.Set) (float64, error) {
	source, err := NewSource(set.Images(), n.Image, Options{})
	if err != nil {
		return 0, err
	}
	e, err := engine.New(b, n, engine.Config{})
	if err != nil {
		return 0, err
	}
	a, err := Evaluate(ctx, e, source, AccuracyOptions{})
	return a.Share(), err
}

// rank returns how many classes come before one by their logits; of equal ones, those with smaller numbers.
func rank(z []float32, class int) int {
	before := 0
	for k, v := range z {
		if v > z[class] || v == z[class] && k < class {
			before++
		}
	}
	return before
}

// TopClasses returns at most k classes with the largest logits or probabilities, the largest first; of equal ones, those
// with smaller numbers first.
func TopClasses(z []float32, k int) []int {
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(z[j], z[i]) })
	return order[:min(k, len(order))]
}
