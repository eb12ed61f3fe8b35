package monitor_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/train"
	"steady/core/train/monitor"
	_ "steady/core/train/recipes"
)

// nearestMean is the network whose answer is the class of the nearest mean image.
func nearestMean(t *testing.T, set *dataset.Set) *engine.Engine {
	t.Helper()
	size := set.Size()
	weight := &nn.Param{Name: "weight", Shape: []int{10, size}, Data: make([]float32, 10*size)}
	bias := &nn.Param{Name: "bias", Shape: []int{10}, Data: make([]float32, 10)}
	var counts [10]float32
	for i, l := range set.Labels {
		counts[l]++
		for p, v := range set.Image(i) {
			weight.Data[l*size+p] += float32(v) / 255
		}
	}
	for i := range weight.Data {
		weight.Data[i] /= counts[i/size]
		bias.Data[i/size] -= weight.Data[i] * weight.Data[i] / 2
	}
	e, err := engine.New(cpu.New(0), &nn.Network{Image: nn.Shape{set.C, set.H, set.W}, Output: 2, Layers: []nn.Layer{
		{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{size}}, In: []nn.Value{nn.Input}},
		{Name: "linear", Op: &nn.Linear{Weight: weight, Bias: bias}, In: []nn.Value{1}},
	}}, engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// What is measured is what eval measures on the same images.
func TestMeasure(t *testing.T) {
	set := fashion.Test().Limit(400)
	n := nearestMean(t, set)
	o := monitor.Options{Every: 1, Clean: 300, Corrupted: 10, Attacked: 60, Eps: 2. / 255}
	m, err := monitor.New(t.Context(), set, train.Validation, o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Measure(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	plan := m.Plan()
	if want := (train.Measured{On: "validation", CleanImages: 300, CorruptedImages: 10, AttackedImages: 60, Eps: 2. / 255}); plan != want {
		t.Errorf("plan %+v, want %+v", plan, want)
	}
	source := func(images int, o eval.Options) *eval.Source {
		_, some, err := set.HoldOut(images)
		if err != nil {
			t.Fatal(err)
		}
		s, err := eval.NewSource(some.Images(), n.InputShape(), o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	accuracy := func(s *eval.Source) float64 {
		a, err := eval.Evaluate(t.Context(), n, s, eval.AccuracyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return a.Share()
	}
	if want := accuracy(source(300, eval.Options{})); *got.Clean != want || want < .5 {
		t.Errorf("clean accuracy %g, want %g", *got.Clean, want)
	}
	names, right := []string{}, 0.
	for _, c := range monitor.Corruptions() {
		names = append(names, c.Name)
		right += 10 * accuracy(source(10, eval.Options{Corruption: c, Corrupt: corrupt.Options{Severity: 3}}))
	}
	if len(names) != 19 || names[0] != "gaussian_noise" || !slices.Contains(names, "saturate") {
		t.Errorf("corruptions %v", names)
	}
	if want := right / 190; *got.Corrupted-want > 1e-12 || want-*got.Corrupted > 1e-12 || want >= *got.Clean {
		t.Errorf("corrupted accuracy %g, want %g", *got.Corrupted, want)
	}
	pgd, p, err := attack.Parse("pgd{eps=2/255,steps=10,norm=linf}")
	if err != nil {
		t.Fatal(err)
	}
	want, err := eval.Attack(t.Context(), n, source(60, eval.Options{}), pgd, p, eval.AttackOptions{})
	if err != nil || *got.Attacked != want.Robust || want.Robust >= want.Clean {
		t.Errorf("accuracy under attack %g, want %g of %g, %v", *got.Attacked, want.Robust, want.Clean, err)
	}
	again, err := m.Measure(t.Context(), n)
	again.Seconds = got.Seconds
	if err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("measured again: %+v, %v, want %+v", again, err, got)
	}
}

// What is asked for beyond the set is all of the set, and a part that is not asked for is not measured.
func TestParts(t *testing.T) {
	set := fashion.Test().Limit(20)
	n := nearestMean(t, set)
	m, err := monitor.New(t.Context(), set, train.Training, monitor.Options{Every: 3, Clean: 1000, Eps: 1})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Measure(t.Context(), n)
	if err != nil || got.CleanImages != 20 || got.Clean == nil || got.Corrupted != nil || got.Attacked != nil || got.On != "training" {
		t.Errorf("%+v, %v, want the accuracy on 20 clean images alone", got, err)
	}
	for epoch, want := range map[int]bool{1: false, 3: true, 4: false, 6: true, 7: true} {
		if m.Due(epoch, 7) != want {
			t.Errorf("after epoch %d of 7: due %t", epoch, !want)
		}
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Measure(canceled, n); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if _, err := monitor.New(t.Context(), set, train.Training, monitor.Options{Eps: 2}); err == nil || !strings.Contains(err.Error(), "above 0, up to 1") {
		t.Errorf("eps over 1: %v", err)
	}
	if m, err := monitor.New(t.Context(), set, train.Training, monitor.Options{Clean: 5, Eps: 1}); err != nil || m.Due(1, 1) {
		t.Errorf("every 0 epochs: %v, or due", err)
	}
}

func TestDefaults(t *testing.T) {
	for text, want := range map[string]float64{"standard": 8. / 255, "fgsm{eps=4/255}": 4. / 255, "pgd{eps=2/255}": 2. / 255, "pgd{eps=0.5,norm=l2}": 8. / 255} {
		c, err := train.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if o := monitor.Defaults(c); o.Eps != want || o.Every != 1 {
			t.Errorf("%s: %+v, want eps %g", text, o, want)
		}
	}
}
