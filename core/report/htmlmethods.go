package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// methods is how the figures were made.
type methods struct {
	Runs        []methodRun
	Networks    []methodNetwork
	Machines    htmlTable
	Differences []string
}

type methodRun struct {
	Run
	SpecText string // indented
}

// methodNetwork is a network on images, as it is identified.
type methodNetwork struct {
	Series                                               int
	Name, File, Hash, Input, Preparation, Data, DataHash string
	Overlays, Selection                                  string
	Images, Classes                                      int
	Seed                                                 uint64
}

func (p *page) fillMethods() {
	for _, run := range p.results.Runs {
		p.Methods.Runs = append(p.Methods.Runs, methodRun{run, indented(run.Spec)})
	}
	for i := range p.results.Networks {
		n := &p.results.Networks[i]
		m := methodNetwork{Series: i, Name: n.Name, File: n.File, Hash: n.Cell.Network, Input: n.Cell.Input, Preparation: n.Cell.Preparation, Data: n.DataName,
			DataHash: n.Cell.Data, Overlays: n.Cell.Overlays, Images: p.Models[i].Images, Classes: len(n.Classes), Seed: n.Cell.Seed}
		if n.Indices != nil {
			m.Selection = fmt.Sprintf("%d places in the set, drawn with the seed and stored with the results", len(n.Indices))
		}
		p.Methods.Networks = append(p.Methods.Networks, m)
	}
	p.machines()
	p.Methods.Differences = p.Differences
}

func indented(spec json.RawMessage) string {
	var b bytes.Buffer
	if len(spec) == 0 || json.Indent(&b, spec, "", "  ") != nil {
		return string(spec)
	}
	return b.String()
}

// machines lists what the networks computed on, and for how long.
func (p *page) machines() {
	type device struct{ backend, machine string }
	var devices []device
	cells, seconds := map[device]int{}, map[device]float64{}
	for _, c := range p.Cells {
		d := device{c.Backend, c.Machine}
		if !slices.Contains(devices, d) {
			devices = append(devices, d)
		}
		cells[d]++
		seconds[d] += c.entry.Result.Seconds
	}
	p.Methods.Machines.Head = []string{"backend", "machine", "cells", "time of the networks"}
	for _, d := range devices {
		p.Methods.Machines.Rows = append(p.Methods.Machines.Rows, row{Series: -1, Name: d.backend,
			Cells: []cell{words(d.machine), count(cells[d]), {Text: duration(seconds[d]), Value: seconds[d]}}})
	}
}

func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
