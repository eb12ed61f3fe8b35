package session

import (
	"errors"
	"fmt"
	"slices"
)

// attacked is an image before and after an attack, as a network's input.
type attacked struct {
	victim        *classifier // that was attacked
	before, after []float32
}

// Transfer has another network, given as in SetNetwork, classify the image that was attacked last, before and after.
func (s *Session) Transfer(a NetworkArgs, file []byte, further ...File) (*TransferAnswer, error) {
	if s.attacked.after == nil {
		return nil, errors.New("There is no attacked picture yet: run an attack first.")
	}
	n, _, err := a.read(file, further)
	if err != nil {
		return nil, err
	}
	_, e, err := load(a, n)
	if err != nil {
		return nil, err
	}
	shape, k := s.attacked.victim.shape, len(s.attacked.victim.classes)
	if !slices.Equal(e.InputShape(), shape) || e.Classes() != k {
		return nil, fmt.Errorf("The other network takes %v and returns %d classes, not %v and %d as the one attacked.",
			[]int(e.InputShape()), e.Classes(), []int(shape), k)
	}
	logits, probs := make([]float32, 2*k), make([]float32, 2*k)
	if err := e.Logits(logits, slices.Concat(s.attacked.before, s.attacked.after)); err != nil {
		return nil, err
	}
	if err := probabilities(e, probs, logits); err != nil {
		return nil, err
	}
	return &TransferAnswer{probs[:k], probs[k:]}, nil
}
