package main

import (
	"errors"
	"fmt"
	"slices"
)

// attacked is a picture before and after an attack, as a network's input.
type attacked struct{ before, after []float32 }

// transfer asks another network about the picture that was attacked last, before and after.
func (l *lab) transfer(a networkArgs, file []byte) (*transferAnswer, error) {
	if l.attacked.after == nil {
		return nil, errors.New("There is no attacked picture yet: run an attack first.")
	}
	_, e, err := load(a, file)
	if err != nil {
		return nil, err
	}
	k := len(l.classes)
	if len(l.attacked.after) != l.shape.Size() || !slices.Equal(e.InputShape(), l.shape) || e.Classes() != k {
		return nil, fmt.Errorf("The other network takes %v and gives %d classes, not %v and %d as the one attacked.",
			[]int(e.InputShape()), e.Classes(), []int(l.shape), k)
	}
	logits, probs := make([]float32, 2*k), make([]float32, 2*k)
	if err := e.Logits(logits, slices.Concat(l.attacked.before, l.attacked.after)); err != nil {
		return nil, err
	}
	if err := softmax(probs, logits, k); err != nil {
		return nil, err
	}
	return &transferAnswer{probs[:k], probs[k:]}, nil
}
