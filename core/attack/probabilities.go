package attack

import (
	"fmt"

	"steady/core/loss"
)

const (
	noteLogProbabilities = "the network outputs probabilities; the attack used their logarithms, because probabilities near 0" +
		" or 1 have almost no gradient"
	noteRecognized = " (recognized by its outputs on the clean images: all in [0,1], each row with the sum 1)"
)

// stepwise is a model that takes no steps by itself.
type stepwise struct{ Model }

func (m stepwise) LogProbabilities() bool { return answersLogProbabilities(m.Model) }

// answersLogProbabilities reports whether a model says that its logits are logarithms of probabilities.
func answersLogProbabilities(m Model) bool {
	l, ok := m.(LogProber)
	return ok && l.LogProbabilities()
}

// logModel is a model that answers probabilities, with their logarithms as its logits.
type logModel struct {
	Model
	logs   []float32
	f      loss.Func // of the logarithms
	onLogs loss.Func // the method withLogs, made once, as a method value allocates
}

func newLogModel(m Model) *logModel {
	l := &logModel{Model: m}
	l.onLogs = l.withLogs
	return l
}

func (m *logModel) Logits(dst, x []float32) error {
	err := m.Model.Logits(dst, x)
	loss.Log(dst, dst)
	return err
}

func (m *logModel) Gradient(grad, logits, x []float32, f loss.Func) error {
	m.f = f
	err := m.Model.Gradient(grad, logits, x, m.onLogs)
	loss.Log(logits, logits)
	return err
}

// withLogs is the loss as one of the probabilities p.
func (m *logModel) withLogs(first int, p, dp []float32) {
	m.logs = grown(m.logs, len(p))
	loss.Log(m.logs, p)
	m.f(first, m.logs, dp)
	loss.LogGradient(dp, p)
}

// probabilities has the run attack the logarithms of a network's answers to the clean images if these are probabilities.
func (r *run) probabilities(clean []float32) {
	switch {
	case answersLogProbabilities(r.model):
		r.res.LogProbabilities = true
		r.notes = append(r.notes, noteLogProbabilities)
	case loss.AreProbabilities(clean, r.classes):
		r.model, r.res.LogProbabilities = newLogModel(r.model), true
		loss.Log(clean, clean)
		r.notes = append(r.notes, noteLogProbabilities+noteRecognized)
	}
}

// countBlind counts the images that took gradients, and those most of whose gradients were exactly zero.
func (r *run) countBlind() {
	for i, im := range r.images {
		if r.res.Cost[i].Gradients > 0 {
			r.res.Guided++
		}
		if 2*im.zeroGradients > im.seenGradients {
			r.res.Blind++
		}
	}
	if note := ZeroGradientsNote(r.res.Blind, r.res.Guided); note != "" {
		r.res.Notes = append(r.res.Notes, note)
	}
}

// ZeroGradientsNote returns the note of a result on blind images among so many guided ones (see [Result]), "" where these are
// fewer than a tenth.
func ZeroGradientsNote(blind, guided int) string {
	if 10*blind < guided || blind == 0 {
		return ""
	}
	return fmt.Sprintf("on %.0f %% of the images that were attacked, most gradients were exactly zero, so the attack had nothing"+
		" to follow there: surviving it says little about robustness", 100*float64(blind)/float64(guided))
}
