package evaluator

import (
	"bytes"
	"encoding/json"
	"fmt"

	"steady/core/exchange"
	"steady/core/report"
	"steady/core/subject"
)

// Export returns a file of the results that are there: "html" and "csv" as steady bench report writes them, "json" as it prints
// them, and "lines", which steady bench merge reads (core/exchange).
func (e *Evaluator) Export(kind string) ([]byte, error) {
	if kind == "lines" {
		return e.lines()
	}
	r, err := e.report()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	switch kind {
	case "html":
		examples, err := subject.NewExamples(e.plan.reports, e.images, e.hash)
		if err != nil {
			return nil, err
		}
		err = r.WriteHTML(&b, report.HTMLOptions{Image: examples.Image})
		return b.Bytes(), err
	case "csv":
		err = r.WriteCSV(&b)
	case "json":
		out := json.NewEncoder(&b)
		out.SetIndent("", "  ")
		err = out.Encode(r)
	default:
		err = fmt.Errorf("evaluator: there is no export %.20q", kind)
	}
	return b.Bytes(), err
}

// lines returns the results as lines, in the order of the plan.
func (e *Evaluator) lines() ([]byte, error) {
	r, err := e.keep()
	if err != nil {
		return nil, err
	}
	h := exchange.Head{Started: e.plan.began, Program: e.Program, Command: e.plan.command()}
	if h.Spec, err = json.Marshal(e.plan.spec.Plain()); err != nil {
		return nil, err
	}
	for _, n := range e.plan.reports {
		h.Networks = append(h.Networks, exchange.NewNetwork(n))
	}
	for _, p := range e.plan.spec.Perturbations {
		h.Asked = append(h.Asked, exchange.Asked{Perturbation: p.String(), Images: e.plan.spec.Images(p, e.plan.subjects[0].Cell.N)})
	}
	var lines []exchange.Line
	for i := range e.plan.tasks {
		for _, c := range e.plan.tasks[i].cells {
			if l := r.lines[c.Key().String()]; l != nil {
				lines = append(lines, *l)
			}
		}
	}
	var b bytes.Buffer
	err = exchange.Write(&b, h, lines)
	return b.Bytes(), err
}
