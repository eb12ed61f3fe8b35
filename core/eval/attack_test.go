package eval_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"steady/core/attack"
	"steady/core/compute/cpu"
	"steady/core/dataset/fashion"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/models"
)

func fashionEngine(t testing.TB) *engine.Engine {
	b, err := models.FS.ReadFile("fashion-standard.onnx")
	if err != nil {
		t.Fatal(err)
	}
	n, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(cpu.New(0), n, engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// What Attack adds up of slices is what one run over all images has.
func TestAttack(t *testing.T) {
	e := fashionEngine(t)
	const n = 260 // more than a slice
	data := fashion.Test().Limit(n)
	s := source(t, data.Images(), e.InputShape(), eval.Options{})
	method, err := attack.Lookup("fgsm")
	if err != nil {
		t.Fatal(err)
	}
	p := method.Default(attack.Linf)
	var adversarial []float32
	last := 0.
	r, err := eval.Attack(t.Context(), e, s, method, p, eval.AttackOptions{
		Adversarial: func(x []float32) error { adversarial = append(adversarial, x...); return nil },
		Progress: func(images float64, _ *eval.Robustness) {
			if images < last-1e-9 {
				t.Errorf("progress went back from %v to %v", last, images)
			}
			last = images
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := method.Run(t.Context(), e, fill(t, s, 0, n), data.Labels, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	correct, robust, success, l2 := 0, 0, 0, []float64{}
	for i, label := range data.Labels {
		if want.Predicted[i] == label {
			robust++
		}
		if want.Correct[i] {
			correct++
			if want.Success[i] {
				success++
				l2 = append(l2, want.L2[i])
			}
		}
	}
	if r.N != n || r.Clean != float64(correct)/n || r.Robust != float64(robust)/n || *r.Success != float64(success)/float64(correct) {
		t.Errorf("%+v, want %d correct, %d robust, %d successes of %d", r, correct, robust, success, n)
	}
	slices.Sort(l2)
	if m := (l2[(len(l2)-1)/2] + l2[len(l2)/2]) / 2; *r.MedianL2 != m {
		t.Errorf("median %v, want %v", *r.MedianL2, m)
	}
	if !slices.Equal(adversarial, want.Adv) {
		t.Error("the adversarial images of slices are others than those of one run")
	}
	if r.Gradients != want.Gradients || r.Queries != want.Queries || last != n {
		t.Errorf("%d gradients, %d queries, progress %v; want %d, %d, %d", r.Gradients, r.Queries, last, want.Gradients, want.Queries, n)
	}
}

func TestAttackStages(t *testing.T) {
	e := fashionEngine(t)
	data := fashion.Test().Limit(4)
	s := source(t, data.Images(), e.InputShape(), eval.Options{})
	method, err := attack.Lookup("autoattack")
	if err != nil {
		t.Fatal(err)
	}
	p := method.Default(attack.Linf)
	p.Version, p.Eps = attack.Fast, 2./255
	r, err := eval.Attack(t.Context(), e, s, method, p, eval.AttackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Stages) != 4 {
		t.Fatalf("%d stages, want 4", len(r.Stages))
	}
	left := r.Clean
	for _, stage := range r.Stages {
		if stage.Accuracy > left+1e-12 || stage.Attempted != int(math.Round(left*4)) {
			t.Errorf("%s: attempted %d, accuracy %v after %v", stage.Attack, stage.Attempted, stage.Accuracy, left)
		}
		left = stage.Accuracy
	}
	if left != r.Robust {
		t.Errorf("accuracy %v after the last stage, %v in the end", left, r.Robust)
	}
}

func TestAttackErrors(t *testing.T) {
	e := fashionEngine(t)
	s := source(t, fashion.Test().Limit(4).Images(), e.InputShape(), eval.Options{})
	method, err := attack.Lookup("fgsm")
	if err != nil {
		t.Fatal(err)
	}
	p := method.Default(attack.Linf)
	full := errors.New("disk full")
	if _, err := eval.Attack(t.Context(), e, s, method, p, eval.AttackOptions{
		Adversarial: func([]float32) error { return full }}); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
	p.Eps = -1
	if _, err := eval.Attack(t.Context(), e, s, method, p, eval.AttackOptions{}); err == nil {
		t.Error("a negative radius: no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := eval.Attack(ctx, e, s, method, method.Default(attack.Linf), eval.AttackOptions{}); !errors.Is(err, context.Canceled) || r.N != 0 {
		t.Errorf("%+v, %v, want %v", r, err, context.Canceled)
	}
}
