package eval

import (
	"context"
	"slices"

	"steady/core/attack"
)

// Robustness is what an attack leaves of a network's accuracy.
type Robustness struct {
	N          int           `json:"n"`
	Clean      float64       `json:"clean_accuracy"`
	Robust     float64       `json:"robust_accuracy"` // still classified as the label after the attack
	Success    *float64      `json:"success_rate"`    // of the correctly classified; nil if there are none
	MedianL2   *float64      `json:"median_l2"`       // of these successes; nil if there are none
	MedianLinf *float64      `json:"median_linf"`
	MedianL1   *float64      `json:"median_l1"`
	MedianL0   *float64      `json:"median_l0"`
	Gradients  int           `json:"gradients"`
	Queries    int           `json:"queries"`
	Parameters attack.Params `json:"parameters"`
	Stages     []Stage       `json:"stages,omitempty"` // of an ensemble
	Notes      []string      `json:"notes,omitempty"`  // what was done other than asked for, and why

	correct, robust, success int
	guided, blind            int // as in attack.Result
	notes                    []string
	l0, l1, l2, linf         []float64
}

// Stage is what a part of an ensemble of attacks did.
type Stage struct {
	attack.Stage
	Accuracy float64 `json:"robust_accuracy"` // after it
}

// AttackOptions choose what [Attack] reports on its way. The zero value asks for nothing.
type AttackOptions struct {
	// Progress is called as the attack goes on, with the number of images done, a fraction for those under way, and the
	// result of the slices before.
	Progress func(images float64, r *Robustness)
	// Adversarial is given the images, n×C×H×W, of each slice in order.
	Adversarial func(x []float32) error
}

// Attack attacks the images of a source, a slice of at most 256 after the other, and returns what is left of the
// network's accuracy. Images that are misclassified already count as not robust. p.Seconds is the time for 256 images, and
// p.First is set to each slice's place in the set. On an error Attack returns the result of the slices before, too.
func Attack(ctx context.Context, m attack.Model, s *Source, method *attack.Attack, p attack.Params, o AttackOptions) (
	*Robustness, error) {
	r := &Robustness{Parameters: p}
	r.Parameters.StepSize = method.StepSize(p)
	if err := s.CheckLabels(m.Classes()); err != nil {
		return r, err
	}
	slice := s.sliceSize()
	if slice < min(maxSlice, s.Len()) { // for want of memory
		p.Seconds *= float64(slice) / maxSlice
	}
	for b, err := range s.Batches(ctx, slice) {
		if err != nil {
			return r, err
		}
		p.First = uint64(b.First)
		result, err := method.Run(ctx, m, b.X, b.Labels, p, func(step attack.Step) {
			if o.Progress != nil {
				o.Progress(float64(b.First)+step.ImagesDone(), r)
			}
		})
		if err != nil {
			return r, err
		}
		if o.Adversarial != nil {
			if err := o.Adversarial(result.Adv); err != nil {
				return r, err
			}
		}
		r.add(result, b.Labels)
		if o.Progress != nil {
			o.Progress(float64(r.N), r)
		}
	}
	return r, nil
}

// add adds the result of a slice.
func (r *Robustness) add(result *attack.Result, labels []int) {
	for i, label := range labels {
		if result.Predicted[i] == label {
			r.robust++
		}
		if !result.Correct[i] {
			continue
		}
		r.correct++
		if result.Success[i] {
			r.success++
			r.l0, r.l1 = append(r.l0, float64(result.L0[i])), append(r.l1, result.L1[i])
			r.l2, r.linf = append(r.l2, result.L2[i]), append(r.linf, result.Linf[i])
		}
	}
	r.N += len(labels)
	r.Clean, r.Robust = float64(r.correct)/float64(r.N), float64(r.robust)/float64(r.N)
	if r.correct > 0 {
		rate := float64(r.success) / float64(r.correct)
		r.Success = &rate
	}
	r.MedianL0, r.MedianL1, r.MedianL2, r.MedianLinf = median(r.l0), median(r.l1), median(r.l2), median(r.linf)
	r.Gradients += result.Gradients
	r.Queries += result.Queries
	r.addStages(result.Stages)
	r.addNotes(result)
}

// addStages adds what the parts of an ensemble did on a slice.
func (r *Robustness) addStages(stages []attack.Stage) {
	if r.Stages == nil {
		r.Stages = make([]Stage, len(stages))
	}
	left := r.correct
	for k, s := range stages {
		sum := &r.Stages[k]
		sum.Attack = s.Attack
		sum.Attempted += s.Attempted
		sum.Broken += s.Broken
		sum.Gradients += s.Gradients
		sum.Queries += s.Queries
		left -= sum.Broken
		sum.Accuracy = float64(left) / float64(r.N)
	}
}

func (r *Robustness) addNotes(result *attack.Result) {
	notes := slices.DeleteFunc(slices.Clone(result.Notes), func(note string) bool {
		return note == attack.ZeroGradientsNote(result.Blind, result.Guided) // it is of all slices
	})
	r.guided, r.blind = r.guided+result.Guided, r.blind+result.Blind
	switch result.Exhausted {
	case "queries":
		notes = append(notes, "the queries allowed were used up on some images")
	case "time":
		notes = append(notes, "the time allowed was used up")
	}
	for _, n := range notes {
		if !slices.Contains(r.notes, n) {
			r.notes = append(r.notes, n)
		}
	}
	r.Notes = slices.Clone(r.notes)
	if note := attack.ZeroGradientsNote(r.blind, r.guided); note != "" {
		r.Notes = append(r.Notes, note)
	}
}

// median sorts x and returns its median, or nil of none.
func median(x []float64) *float64 {
	if len(x) == 0 {
		return nil
	}
	slices.Sort(x)
	k := len(x) / 2
	m := x[k]
	if len(x)%2 == 0 {
		m = (x[k-1] + x[k]) / 2
	}
	return &m
}
