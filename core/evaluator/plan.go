package evaluator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/eval"
	"steady/core/exchange"
	"steady/core/report"
	"steady/core/subject"
)

// plan is what is to be measured. It is the same in all evaluators that have the same images and networks.
type plan struct {
	spec     *bench.Spec
	began    string
	subjects []bench.Subject
	reports  []report.Network
	tasks    []task
}

// task is slices of the same images under the same perturbation.
type task struct {
	perturbation int
	first, n     int
	networks     []int
	cells        []bench.Cell // one for each network
}

// keptBytes bounds the memory of prepared images that are kept in an evaluator, for cells to come.
const keptBytes = 96 << 20

// Plan says what is to be measured. On an error the plan of before stays.
func (e *Evaluator) Plan(a PlanArgs) (*PlanAnswer, error) {
	if e.images == nil || len(e.networks) == 0 {
		return nil, errors.New("there are no images and networks yet: choose these first")
	}
	spec, err := e.spec(a)
	if err != nil {
		return nil, err
	}
	if a.Limit < 0 || a.Sample < 0 {
		return nil, fmt.Errorf("%d images asked for: want at least one", min(a.Limit, a.Sample))
	}
	p := &plan{spec: spec, began: a.Began}
	images, indices, hash := e.images, []int(nil), e.hash
	if limit := max(a.Limit, a.Sample); limit > images.Len() {
		return nil, fmt.Errorf("%d images asked for, but %s has %d", limit, images.Name, images.Len())
	}
	if a.Sample > 0 {
		images, indices = subject.Sample(images, a.Sample, a.Seed, false)
		hash = subject.SampleHash(hash, indices, a.Seed)
	}
	sources := map[string]*subject.Images{}
	for i, n := range e.networks {
		matched := n.images
		if indices != nil {
			matched = matched.Select(indices)
		}
		options, preparation, err := e.prepare(n, spec.Data)
		if err != nil {
			return nil, err
		}
		if sources[preparation] == nil {
			source, err := eval.NewSource(images, n.engine.InputShape(), options)
			if err != nil {
				return nil, err
			}
			if images.W == 0 { // files, which take long to read
				source.Keep(min(keptBytes/(3*n.engine.InputShape()[1]*n.engine.InputShape()[2]), images.Len()))
			}
			sources[preparation] = &subject.Images{Clean: source}
		}
		all := matched.Len()
		if a.Limit > 0 {
			all = a.Limit
		}
		cell := bench.Cell{Network: n.hash, Input: subject.Input(spec.Models[i], images, matched), Data: hash, Preparation: preparation, Seed: spec.Seed, N: all}
		p.subjects = append(p.subjects, bench.Subject{Cell: cell, Network: n.engine, Images: sources[preparation], Labels: matched.Labels, Machine: e.machine})
		p.reports = append(p.reports, report.Network{Name: n.args.Name, File: n.args.File, Cell: cell, DataName: images.Name, Classes: n.classes,
			Labels: matched.Labels, Indices: indices})
	}
	p.cut(images.W == 0)
	e.plan, e.results, e.examples = p, nil, nil
	return p.answer(), nil
}

// spec returns what is asked for as a benchmark's spec.
func (e *Evaluator) spec(a PlanArgs) (*bench.Spec, error) {
	if len(a.Suites)+len(a.Cells) == 0 {
		return nil, errors.New("there is nothing to measure: choose a suite, or name a corruption or an attack")
	}
	data := map[string]any{"path": e.files}
	if a.Limit > 0 {
		data["limit"] = a.Limit
	}
	if a.Sample > 0 {
		data["sample"] = a.Sample
	}
	value := map[string]any{"data": data, "seed": a.Seed}
	var models []any
	for _, n := range e.networks {
		models = append(models, n.spec())
	}
	value["models"] = models
	for name, list := range map[string][]string{"suites": a.Suites, "cells": a.Cells} {
		if len(list) == 0 {
			continue
		}
		var texts []any
		for _, text := range list {
			texts = append(texts, text)
		}
		value[name] = texts
	}
	spec, err := bench.Load("", func(string) (any, error) { return value, nil })
	if wrong, ok := errors.AsType[*bench.SpecError](err); ok {
		return nil, errors.New(wrong.Problem)
	}
	return spec, err
}

// prepare returns how images are prepared for a network, if they can be.
func (e *Evaluator) prepare(n *network, d bench.Data) (eval.Options, string, error) {
	options, text, err := subject.Preparation(e.images, n.engine.InputShape(), d)
	if err == nil {
		_, err = eval.NewSource(e.images, n.engine.InputShape(), options)
	}
	return options, text, err
}

// machine says what computes.
func (e *Evaluator) machine() (backend, machine string) { return "cpu", e.Machine }

// cut makes tasks of what is asked for: perturbation by perturbation, or if images take long to read, slice by slice.
func (p *plan) cut(slow bool) {
	for k := range p.spec.Perturbations {
		for _, t := range bench.Tasks(p.subjects, p.spec.Perturbations[k:k+1], bench.Options{}) {
			p.tasks = append(p.tasks, task{perturbation: k, first: t.Cells[0].First, n: t.Cells[0].N, networks: t.Subjects, cells: t.Cells})
		}
	}
	if slow {
		slices.SortStableFunc(p.tasks, func(a, b task) int { return a.first - b.first })
	}
}

// answer describes the plan.
func (p *plan) answer() *PlanAnswer {
	a := &PlanAnswer{Images: p.subjects[0].Cell.N, Notes: []string{}}
	for _, s := range p.spec.Suites {
		if s.Note != "" {
			a.Notes = append(a.Notes, s.Title+": "+s.Note+".")
		}
	}
	for _, one := range p.spec.Perturbations {
		info := PerturbationInfo{Text: one.String(), Label: one.Label()}
		if c, o, _ := one.Corruption(); c != nil {
			info.Corruption, info.Family, info.Severity = c.Name, c.Family, strconv.Itoa(o.Severity)
			if o.Severity == corrupt.FullRange {
				info.Severity = "range"
			}
		}
		if at, _ := one.Attack(); at != nil {
			info.Attack = at.Name
		}
		a.Perturbations = append(a.Perturbations, info)
	}
	id := sha256.New()
	for _, t := range p.tasks {
		info := TaskInfo{Perturbation: t.perturbation, First: t.first, Images: t.n, Networks: t.networks}
		for _, c := range t.cells {
			key := c.Key().String()
			info.Keys = append(info.Keys, key)
			id.Write([]byte(key))
		}
		a.Tasks = append(a.Tasks, info)
	}
	a.ID = hex.EncodeToString(id.Sum(nil))
	return a
}

// Compute computes some of a task.
func (e *Evaluator) Compute(a TaskArgs, step func(any)) (*TaskAnswer, error) {
	if e.plan == nil || a.Task < 0 || a.Task >= len(e.plan.tasks) {
		return nil, fmt.Errorf("evaluator: there is no task %d", a.Task)
	}
	t := &e.plan.tasks[a.Task]
	var subjects []bench.Subject
	var cells []bench.Cell
	for i, n := range t.networks {
		if !slices.Contains(a.Networks, n) {
			continue
		}
		s := e.plan.subjects[n]
		s.Cell.First, s.Cell.N = t.first, t.n
		subjects, cells = append(subjects, s), append(cells, t.cells[i])
	}
	begin := time.Now()
	var found bench.Memory
	_, err := bench.Run(context.Background(), &found, subjects, []bench.Perturbation{e.plan.spec.Perturbations[t.perturbation]},
		bench.Options{Progress: func(p bench.Progress) { step(TaskStep{p.ImagesDone}) }})
	if err != nil {
		return nil, err
	}
	answer := &TaskAnswer{Seconds: time.Since(begin).Seconds()}
	finished := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	for _, c := range cells {
		line := exchange.Failed(c, found.Failure(c), finished)
		if r, err := found.Result(c); err == nil {
			if line, err = exchange.NewLine(c, r, finished); err != nil {
				return nil, err
			}
			answer.NetworkSeconds += r.Seconds
		}
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		answer.Lines, answer.Keys = append(answer.Lines, string(text)), append(answer.Keys, line.Key)
	}
	return answer, nil
}

// command says what has run.
func (p *plan) command() string {
	var names []string
	for _, s := range p.spec.Suites {
		names = append(names, s.Name)
	}
	return strings.TrimSpace("the page's evaluator: " + strings.Join(names, ", "))
}
