package engine

import (
	"time"

	"steady/core/compute"
	"steady/core/loss"
)

// tally has the losses of a descent's steps made by the backend, and what passed in them kept there until it is read:
// so nothing is waited for in between.
type tally struct {
	classes int
	labels  compute.Buffer
	losses  []compute.Kernel // for the first step since totals were read, for the second ...
	values  []compute.Buffer // of each of these: for each image its loss, and 1 if it was right
	images  []int            // of the steps taken since then
	begin   time.Time        // of the first of these
	stride  int              // steps after which totals are read

	numbers []float32   // labels on their way up
	rows    [][]float32 // values on their way down
}

const (
	// mostUntold is how many steps a backend is left to itself at the most.
	mostUntold = 16
	// mostAhead is how many elements of images a device may be sent before those that it works on: 64 MiB.
	mostAhead = 1 << 24
)

func (e *Engine) newTally(k compute.Descender, smoothing float32) *tally {
	b, p := e.backend, e.gradient
	t := &tally{classes: e.classes, stride: 1, labels: b.NewBuffer(p.images), numbers: make([]float32, p.images)}
	shape := compute.CrossEntropyShape{Classes: e.classes, Smoothing: smoothing}
	for range min(max(mostAhead/(p.images*e.net.Image.Size()), 1), mostUntold) {
		value := b.NewBuffer(2 * p.images)
		t.losses = append(t.losses, k.CrossEntropy(shape, p.seed, value, p.output, t.labels))
		t.values = append(t.values, value)
		t.rows = append(t.rows, make([]float32, 2*p.images))
	}
	return t
}

// forget leaves out what was not read.
func (t *tally) forget() { t.images = t.images[:0] }

// next sends the labels of a further step up, and gives the kernel of its loss.
func (t *tally) next(b compute.Backend, labels []int) compute.Kernel {
	if len(t.images) == 0 {
		t.begin = time.Now()
	}
	for i, label := range labels {
		t.numbers[i] = float32(label)
	}
	b.Write(t.labels, 0, t.numbers[:len(labels)])
	t.images = append(t.images, len(labels))
	return t.losses[len(t.images)-1]
}

// due tells whether it is time to read.
func (t *tally) due() bool { return len(t.images) >= t.stride || time.Since(t.begin) > longest/2 }

// read waits for all steps, and gives the totals of those since it was last asked.
func (t *tally) read(b compute.Backend) (totals []loss.Total) {
	steps := len(t.images)
	if steps == 0 {
		return nil
	}
	for i, n := range t.images {
		t.rows[i] = t.rows[i][:2*n]
	}
	b.ReadAll(t.rows[:steps], t.values[:steps])
	for i, n := range t.images {
		total := loss.Total{Images: n}
		for row := t.rows[i]; len(row) > 0; row = row[2:] {
			total.Loss += float64(row[0])
			total.Correct += int(row[1])
		}
		totals = append(totals, total)
	}
	t.forget()
	t.adapt(time.Since(t.begin), steps)
	return totals
}

// adapt chooses after how many steps to read: more as long as they take little time. The first time it is after one,
// for nobody knows how fast the device is.
func (t *tally) adapt(took time.Duration, steps int) {
	switch {
	case took > longest:
		t.stride = max(1, steps/2)
	case took < longest/2 && steps == t.stride:
		t.stride = min(2*t.stride, len(t.losses))
	}
}
