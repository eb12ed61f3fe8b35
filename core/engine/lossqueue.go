package engine

import (
	"time"

	"steady/core/compute"
	"steady/core/loss"
)

// lossQueue has the backend compute the losses of SGD steps, and keeps them there until several are read together: so
// nothing is waited for in between.
type lossQueue struct {
	classes int
	labels  compute.Buffer
	losses  []compute.Kernel // with labels: of the first pending step, of the second ...
	values  []compute.Buffer // of each of these: for each image its loss, and 1 if it was right
	images  []int            // of the pending steps
	begin   time.Time        // of the first of these
	stride  int              // pending steps after which to read

	targets compute.Buffer   // soft ones; nil until there are any
	soft    []compute.Kernel // losses with these
	newSoft func(value, targets compute.Buffer) compute.Kernel

	labelValues []float32   // labels to write
	rows        [][]float32 // values read
}

const (
	// maxPending is the most steps whose losses are pending.
	maxPending = 16
	// maxPendingElements is how many elements of images a device may be sent before those that it works on: 64 MiB.
	maxPendingElements = 1 << 24
)

func (e *Engine) newLossQueue(k compute.SGDKernels, smoothing float32) *lossQueue {
	b, p := e.backend, e.gradient
	q := &lossQueue{classes: e.classes, stride: 1, labels: b.NewBuffer(p.images), labelValues: e.room(nil, p.images)}
	shape := compute.CrossEntropyShape{Classes: e.classes, Smoothing: smoothing}
	q.newSoft = func(value, targets compute.Buffer) compute.Kernel {
		return k.SoftCrossEntropy(shape, p.dlogits, value, p.output, targets)
	}
	for range min(max(maxPendingElements/(p.images*e.net.Image.Size()), 1), maxPending) {
		value := b.NewBuffer(2 * p.images)
		q.losses = append(q.losses, k.CrossEntropy(shape, p.dlogits, value, p.output, q.labels))
		q.values = append(q.values, value)
		q.rows = append(q.rows, e.room(nil, 2*p.images))
	}
	return q
}

// reset drops pending losses.
func (q *lossQueue) reset() { q.images = q.images[:0] }

// next sends the labels of a further step to the backend, and returns the kernel of its loss.
func (q *lossQueue) next(b compute.Backend, labels []int) compute.Kernel {
	for i, label := range labels {
		q.labelValues[i] = float32(label)
	}
	b.Write(q.labels, 0, q.labelValues[:len(labels)])
	return q.losses[q.add(len(labels))]
}

// nextSoft is next with soft targets.
func (q *lossQueue) nextSoft(b compute.Backend, targets []float32) compute.Kernel {
	if q.targets == nil {
		q.targets = b.NewBuffer(len(q.labelValues) * q.classes)
		for _, value := range q.values {
			q.soft = append(q.soft, q.newSoft(value, q.targets))
		}
	}
	b.Write(q.targets, 0, targets)
	return q.soft[q.add(len(targets)/q.classes)]
}

// add notes a further step, and returns its place among the pending ones.
func (q *lossQueue) add(images int) int {
	if len(q.images) == 0 {
		q.begin = time.Now()
	}
	q.images = append(q.images, images)
	return len(q.images) - 1
}

// shouldFlush reports whether it is time to read.
func (q *lossQueue) shouldFlush() bool {
	return len(q.images) >= q.stride || time.Since(q.begin) > maxDuration/2
}

// flush waits for all steps, and returns the totals of the pending ones.
func (q *lossQueue) flush(b compute.Backend) (totals []loss.Total) {
	steps := len(q.images)
	if steps == 0 {
		return nil
	}
	for i, n := range q.images {
		q.rows[i] = q.rows[i][:2*n]
	}
	b.ReadAll(q.rows[:steps], q.values[:steps])
	for i, n := range q.images {
		total := loss.Total{Images: n}
		for row := q.rows[i]; len(row) > 0; row = row[2:] {
			total.Loss += float64(row[0])
			total.Correct += int(row[1])
		}
		totals = append(totals, total)
	}
	q.reset()
	q.adapt(time.Since(q.begin), steps)
	return totals
}

// adapt chooses after how many steps to read: more as long as they take little time. The first time it is after one, as
// it is not known how fast the device is.
func (q *lossQueue) adapt(took time.Duration, steps int) {
	switch {
	case took > maxDuration:
		q.stride = max(1, steps/2)
	case took < maxDuration/2 && steps == q.stride:
		q.stride = min(2*q.stride, len(q.losses))
	}
}
