package attack

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/loss"
	"steady/core/nn"
)

// softmaxed is a network that answers the softmax of another one's logits, in float32.
type softmaxed struct{ Model }

func (m softmaxed) Logits(dst, x []float32) error {
	err := m.Model.Logits(dst, x)
	loss.Softmax(dst, dst, m.Classes())
	return err
}

func (m softmaxed) Gradient(grad, logits, x []float32, f loss.Func) error {
	k := m.Classes()
	err := m.Model.Gradient(grad, logits, x, func(first int, z, dz []float32) {
		p := slices.Clone(z)
		loss.Softmax(p, z, k)
		f(first, p, dz)
		for i := 0; i < len(p); i += k {
			sum := float32(0)
			for j := range k {
				sum += p[i+j] * dz[i+j]
			}
			for j := range k {
				dz[i+j] = p[i+j] * (dz[i+j] - sum)
			}
		}
	})
	loss.Softmax(logits, logits, k)
	return err
}

// TestProbabilities attacks probabilities, which differ from logits by nothing that an attack should see, even where a
// network is sure of itself.
func TestProbabilities(t *testing.T) {
	m := newMLP(nn.Shape{1, 6, 6}, 16, 5, 8)
	x, labels := m.images(12, 0, 1)
	a := find(t, "pgd")
	p := a.Default(Linf)
	p.Eps, p.Steps = 0.1, 10
	want := mustRun(t, a, m, x, labels, p)
	got := mustRun(t, a, softmaxed{m}, x, labels, p)
	if !slices.Contains(want.Success, true) || !slices.Equal(got.Success, want.Success) {
		t.Errorf("success %v, of logits %v", got.Success, want.Success)
	}
	if len(want.Notes) != 0 || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "probabilities") {
		t.Errorf("notes %q, of logits %q", got.Notes, want.Notes)
	}
}

// known is a network that says that it answers logarithms of probabilities.
type known struct{ Model }

func (known) LogProbabilities() bool { return true }

func TestLogProbabilitiesAreNoted(t *testing.T) {
	m := newMLP(nn.Shape{1, 6, 6}, 16, 5, 0.5)
	x, labels := m.images(2, 0, 1)
	a := find(t, "fgsm")
	for _, m := range []Model{known{m}, Stepwise(known{m})} {
		r := mustRun(t, a, m, x, labels, a.Default(Linf))
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "logarithms") {
			t.Errorf("notes %q", r.Notes)
		}
	}
}

func TestZeroGradientsAreNoted(t *testing.T) {
	m := newMLP(nn.Shape{1, 6, 6}, 16, 5, 0.5)
	x, labels := m.images(4, 0, 1)
	a := find(t, "pgd")
	p := a.Default(Linf)
	p.Eps, p.Continue = 1./255, true
	share := 0
	m.poison = func(call int, logits, grad []float32) {
		if grad != nil {
			clear(grad[:len(grad)/4*share])
		}
	}
	for share = range 5 {
		r := mustRun(t, a, m, x, labels, p)
		says := fmt.Sprintf("on %d %% of the images", 25*share)
		if noted := len(r.Notes) == 1 && strings.Contains(r.Notes[0], says); noted != (share > 0) || r.Blind != share || r.Guided != 4 {
			t.Errorf("%d of 4 gradients are zero: notes %q, %d of %d", share, r.Notes, r.Blind, r.Guided)
		}
	}
	for _, c := range []struct {
		blind, guided int
		noted         bool
	}{{0, 0, false}, {0, 9, false}, {1, 11, false}, {1, 10, true}, {9, 9, true}} {
		if note := ZeroGradientsNote(c.blind, c.guided); (note != "") != c.noted {
			t.Errorf("%d of %d: %q", c.blind, c.guided, note)
		}
	}
}

// The loss of a probability of 1 is 0, which is not shown as -0.
func TestLossOfCertainty(t *testing.T) {
	im := &image{run: &run{res: &Result{LogProbabilities: true}}}
	if got := im.shownLoss([]float32{0, -5}); got != 0 || math.Signbit(got) {
		t.Errorf("%g, want 0", got)
	}
}

// Losses and confidences of a network that says which probabilities it outputs are those, whatever their sum.
func TestLogProbabilitiesAsTheyAre(t *testing.T) {
	m := newMLP(nn.Shape{1, 6, 6}, 16, 5, 0.5)
	x, labels := m.images(3, 0, 1)
	z := make([]float32, 15)
	if err := m.Logits(z, x); err != nil {
		t.Fatal(err)
	}
	a := find(t, "fgsm")
	for _, says := range []bool{false, true} {
		model := Model(m)
		if says {
			model = known{m}
		}
		r := mustRun(t, a, model, x, labels, a.Default(Linf))
		if r.LogProbabilities != says {
			t.Errorf("log probabilities: %v, want %v", r.LogProbabilities, says)
		}
		for i, label := range labels {
			row := z[i*5:][:5]
			value, confidence := loss.CrossEntropyValue(row, label), make([]float32, 5)
			loss.Softmax(confidence, row, 5)
			if says {
				value = -float64(row[label])
				loss.Exp(confidence, row)
			}
			if r.Loss[i][0] != value || r.Confidence[i][0] != confidence[loss.ArgMax(row)] {
				t.Errorf("log probabilities %v: loss %v and confidence %v, want %v and %v", says, r.Loss[i][0], r.Confidence[i][0],
					value, confidence[loss.ArgMax(row)])
			}
		}
	}
}
