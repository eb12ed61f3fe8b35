package eval

import (
	"slices"
	"testing"

	"steady/core/attack"
)

// The note on zero gradients is on all images, not on a slice of them.
func TestZeroGradientsOfAllSlices(t *testing.T) {
	slice := func(blind int) *attack.Result {
		r := &attack.Result{Predicted: make([]int, 20), Correct: make([]bool, 20), Guided: 20, Blind: blind, Notes: []string{"other"}}
		if note := attack.ZeroGradientsNote(blind, 20); note != "" {
			r.Notes = append(r.Notes, note)
		}
		return r
	}
	r := &Robustness{}
	for k, c := range []struct {
		blind int
		notes []string
	}{
		{3, []string{"other", attack.ZeroGradientsNote(3, 20)}}, {17, []string{"other", attack.ZeroGradientsNote(20, 40)}},
		{0, []string{"other", attack.ZeroGradientsNote(20, 60)}}, {0, []string{"other", attack.ZeroGradientsNote(20, 80)}},
	} {
		if r.add(slice(c.blind), make([]int, 20)); !slices.Equal(r.Notes, c.notes) {
			t.Errorf("after %d slices: notes %q, want %q", k+1, r.Notes, c.notes)
		}
	}
}
