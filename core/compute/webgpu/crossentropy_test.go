package webgpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"steady/core/compute"
	"steady/core/loss"
)

// rows are logits of all kinds: ordinary, of a network that is very sure (rightly or not), and with equal ones.
func rows(images, classes int) (logits []float32, labels []int) {
	r := rand.New(rand.NewPCG(3, uint64(classes)))
	for i := range images {
		scale := []float64{1, 30, 0.01}[i%3]
		label := r.IntN(classes)
		labels = append(labels, label)
		for k := range classes {
			v := scale * r.NormFloat64()
			switch {
			case i%5 == 3:
				v = float64(r.IntN(2))
			case i%5 == 4 && k == label:
				v = 40
			}
			logits = append(logits, float32(v))
		}
	}
	return logits, labels
}

// upload makes a buffer of what a kernel reads.
func upload(b *Backend, x []float32) compute.Buffer {
	m := b.NewBuffer(len(x))
	b.Write(m, 0, x)
	return m
}

// near compares one image's elements, in units of their largest magnitude.
func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if place, off := differ(got, want); off > 1e-5 {
		t.Errorf("%s: element %d is %g, on the CPU %g (%.2g of the largest)", what, place, got[place], want[place], off)
	}
}

func TestCrossEntropy(t *testing.T) {
	b := backend(t)
	for _, classes := range []int{2, 3, 10, 63, 64, 65, 1000} {
		const images = 15
		logits, labels := rows(images, classes)
		numbers := make([]float32, images)
		for i, l := range labels {
			numbers[i] = float32(l)
		}
		z, y := upload(b, logits), upload(b, numbers)
		dlogits, value := b.NewBuffer(images*classes), b.NewBuffer(2*images)
		got, values := make([]float32, images*classes), make([]float32, 2*images)
		run := func(images int, k compute.Kernel) {
			b.Run(images, []compute.Kernel{k})
			b.ReadAll([][]float32{got, values}, []compute.Buffer{dlogits, value})
			if err := b.Err(); err != nil {
				t.Fatal(err)
			}
		}
		want := make([]float32, classes)
		for _, smoothing := range []float32{0, 0.1} {
			run(images, b.CrossEntropy(compute.CrossEntropyShape{Classes: classes, Smoothing: smoothing}, dlogits, value, z, y))
			for i, label := range labels {
				total := loss.Total{}
				row := logits[i*classes:][:classes]
				loss.Smoothed([]int{label}, classes, smoothing, &total)(0, row, want)
				what := fmt.Sprintf("%d classes, smoothing %g, image %d", classes, smoothing, i)
				near(t, what, got[i*classes:][:classes], want)
				if v := float64(values[2*i]); !(math.Abs(v-total.Loss) <= 1e-5*total.Loss) {
					t.Errorf("%s: the loss is %g, on the CPU %g", what, v, total.Loss)
				}
				if values[2*i+1] != float32(total.Correct) {
					t.Errorf("%s: right %g, on the CPU %d", what, values[2*i+1], total.Correct)
				}
			}
		}
	}
}

// TestSoftCrossEntropy compares targets that are one label's, mixed of two, and all alike.
func TestSoftCrossEntropy(t *testing.T) {
	b := backend(t)
	for _, classes := range []int{2, 3, 10, 63, 64, 65, 1000} {
		const images = 15
		logits, labels := rows(images, classes)
		targets := make([]float32, images*classes)
		for i, l := range labels {
			row := targets[i*classes:][:classes]
			switch i % 4 {
			case 0:
				row[l] = 1
			case 1:
				row[l] = .75
				row[(l+1)%classes] += .25
			case 2:
				row[l] = .5
				row[(l+classes-1)%classes] += .5
			case 3:
				for k := range row {
					row[k] = 1 / float32(classes)
				}
			}
		}
		z, y := upload(b, logits), upload(b, targets)
		dlogits, value := b.NewBuffer(images*classes), b.NewBuffer(2*images)
		got, values, want := make([]float32, images*classes), make([]float32, 2*images), make([]float32, classes)
		for _, smoothing := range []float32{0, .1} {
			s := compute.CrossEntropyShape{Classes: classes, Smoothing: smoothing}
			b.Run(images, []compute.Kernel{b.SoftCrossEntropy(s, dlogits, value, z, y)})
			b.ReadAll([][]float32{got, values}, []compute.Buffer{dlogits, value})
			if err := b.Err(); err != nil {
				t.Fatal(err)
			}
			for i := range images {
				total := loss.Total{}
				loss.SoftCrossEntropy(targets[i*classes:][:classes], classes, smoothing, &total)(0, logits[i*classes:][:classes], want)
				what := fmt.Sprintf("%d classes, smoothing %g, image %d", classes, smoothing, i)
				// Where a softmax is close to its target, the difference has the rounding errors of the two.
				bound := 2.5e-7 * float64(slices.Max(targets[i*classes:][:classes]))
				for _, v := range want {
					bound = max(bound, 1e-5*math.Abs(float64(v)))
				}
				for k, v := range want {
					if g := got[i*classes+k]; !(math.Abs(float64(g-v)) <= bound) {
						t.Errorf("%s: element %d is %g, on the CPU %g", what, k, g, v)
					}
				}
				if v := float64(values[2*i]); !(math.Abs(v-total.Loss) <= 1e-5*total.Loss) {
					t.Errorf("%s: the loss is %g, on the CPU %g", what, v, total.Loss)
				}
				if values[2*i+1] != float32(total.Correct) {
					t.Errorf("%s: right %g, on the CPU %d", what, values[2*i+1], total.Correct)
				}
			}
		}
	}
}

// TestBrokenCrossEntropy wants no innocent-looking number where a logit is not finite: devices need not know NaN.
func TestBrokenCrossEntropy(t *testing.T) {
	b := backend(t)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, classes := range []int{2, 3, 64, 200} {
		for _, broken := range []float32{nan, inf, -inf} {
			for _, smoothing := range []float32{0, .1} {
				// In image i it is logit i; in the last but one all of them, and in the last none.
				images := classes + 2
				logits := make([]float32, images*classes)
				for i := range images {
					for k := range classes {
						logits[i*classes+k] = float32(k%7) - 3
						if i == k || i == classes {
							logits[i*classes+k] = broken
						}
					}
				}
				value, soft, labels := b.NewBuffer(2*images), b.NewBuffer(2*images), upload(b, make([]float32, images))
				targets := make([]float32, len(logits))
				for i := range images {
					targets[i*classes] = 1
				}
				s := compute.CrossEntropyShape{Classes: classes, Smoothing: smoothing}
				b.Run(images, []compute.Kernel{
					b.CrossEntropy(s, b.NewBuffer(len(logits)), value, upload(b, logits), labels),
					b.SoftCrossEntropy(s, b.NewBuffer(len(logits)), soft, upload(b, logits), upload(b, targets)),
				})
				got, gotSoft := make([]float32, 2*images), make([]float32, 2*images)
				b.ReadAll([][]float32{got, gotSoft}, []compute.Buffer{value, soft})
				if err := b.Err(); err != nil {
					t.Fatal(err)
				}
				for i := range images {
					for name, v := range map[string]float32{"labels": got[2*i], "targets": gotSoft[2*i]} {
						if math.IsNaN(float64(v)) != (i <= classes) {
							t.Errorf("%s, image %d of %d with a logit of %g, smoothing %g: the loss is %g",
								name, i, images, broken, smoothing, v)
						}
					}
				}
			}
		}
	}
}
