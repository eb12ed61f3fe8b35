package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/random"
	"steady/core/subject"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
	figures "steady/tools/measure"
)

// costs are seconds of one core.
type costs struct {
	subjects      []bench.Subject // of the networks that come with the program
	names         []string
	perturbations []bench.Perturbation
	preparing     map[bench.Perturbation]float64     // an image
	passing       []float64                          // an image through each network
	attacking     []map[bench.Perturbation][]float64 // each image, by each network
}

// suites are what the simulated benchmark measures: with clean images 100 perturbations.
var suites = []string{"cifar10-c", "cifar10-c-extra", "linf", "spatial"}

// seconds returns the processor's seconds that work takes.
func seconds(work func() error) (float64, error) {
	begin := figures.ProcessorTime()
	err := work()
	return (figures.ProcessorTime() - begin).Seconds(), err
}

// median returns that of several measurements.
func median(times int, work func() error) (float64, error) {
	var all []float64
	for range times {
		s, err := seconds(work)
		if err != nil {
			return 0, err
		}
		all = append(all, s)
	}
	return figures.Median(all), nil
}

// measure measures the networks that come with the program for such images, on the first n of them.
func measure(ctx context.Context, images *dataset.Images, n int) (*costs, error) {
	c := &costs{preparing: map[bench.Perturbation]float64{}, perturbations: []bench.Perturbation{{}}}
	for _, name := range suites {
		s, err := bench.LookupSuite(name)
		if err != nil {
			return nil, err
		}
		c.perturbations = append(c.perturbations, s.Perturbations...)
	}
	prefix := "cifar10-"
	if images.C == 1 {
		prefix = "fashion-"
	}
	for _, name := range model.BuiltIn() {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		m, err := model.Open(model.Options{Name: name, Backend: model.Backend{Name: "cpu", Threads: 1}})
		if err != nil {
			return nil, err
		}
		matched, err := m.Match(images, "", func(string, ...any) {})
		if err != nil {
			return nil, err
		}
		c.names = append(c.names, name)
		c.subjects = append(c.subjects, bench.Subject{Cell: bench.Cell{Network: m.Hash, Preparation: name, N: n}, Network: m, Labels: matched.Labels, MACs: m.MACs})
	}
	shape := c.subjects[0].Network.InputShape()
	source, err := eval.NewSource(images, shape, eval.Options{})
	if err != nil {
		return nil, err
	}
	clean := &subject.Images{Clean: source}
	size := shape.Size()
	x := make([]float32, n*size)
	p := progress.New(os.Stderr, "cells", len(c.perturbations)*(1+len(c.subjects)))
	defer p.End()
	done := 0
	count := func(what string) {
		done++
		p.Set(done, what)
	}
	for _, one := range c.perturbations {
		if a, _ := one.Attack(); a == nil {
			if c.preparing[one], err = median(3, func() error { return clean.Fill(ctx, x, one, 1, 0, n) }); err != nil {
				return nil, err
			}
			c.preparing[one] /= float64(n)
		}
		count(one.String())
	}
	if err := clean.Fill(ctx, x, bench.Perturbation{}, 1, 0, n); err != nil {
		return nil, err
	}
	for _, s := range c.subjects {
		logits := make([]float32, n*s.Network.Classes())
		pass, err := median(5, func() error { return cmp.Or(ctx.Err(), s.Network.Logits(logits, x)) })
		if err != nil {
			return nil, err
		}
		c.passing = append(c.passing, pass/float64(n))
		attack := func(p bench.Perturbation, first, n int) (float64, error) {
			a, params := p.Attack()
			params.Seed, params.First = 1, uint64(first)
			return seconds(func() error {
				_, err := a.Run(ctx, s.Network, x[first*size:][:n*size], s.Labels[first:first+n], params, nil)
				return cmp.Or(err, ctx.Err())
			})
		}
		attacks := map[bench.Perturbation][]float64{}
		for _, one := range c.perturbations {
			if a, _ := one.Attack(); a != nil {
				if len(attacks) == 0 { // the first gradient takes memory, which later ones have
					if _, err := attack(one, 0, n); err != nil {
						return nil, err
					}
				}
				// Images differ by what they cost alone, but cost less together.
				together, err := attack(one, 0, n)
				if err != nil {
					return nil, err
				}
				each, sum := make([]float64, n), 0.0
				for i := range each {
					if each[i], err = attack(one, i, 1); err != nil {
						return nil, err
					}
					sum += each[i]
				}
				for i := range each {
					each[i] *= together / sum
				}
				attacks[one] = each
			}
			count(one.String())
		}
		c.attacking = append(c.attacking, attacks)
	}
	return c, nil
}

// part returns what a part of a benchmark costs whose networks are in turns like those of c. The images of an attack are
// drawn from those that were measured.
func (c *costs) part(p bench.Part) (sum float64) {
	cell := p.Cells[0]
	a, _ := cell.Perturbation.Attack()
	if a == nil {
		sum = c.preparing[cell.Perturbation] * float64(cell.N)
	}
	for _, i := range p.Subjects {
		if a == nil {
			sum += c.passing[i%len(c.names)] * float64(cell.N)
			continue
		}
		measured := c.attacking[i%len(c.names)][cell.Perturbation]
		r := random.New(1, uint64(cell.First), cell.Network+cell.Perturbation.String(), 0)
		for range cell.N {
			sum += measured[r.IntN(len(measured))]
		}
	}
	return sum
}

// print prints what cells cost.
func (c *costs) print(w io.Writer) {
	ms := func(s float64) string { return fmt.Sprintf("%.3g", 1000*s) }
	var corrupting []float64
	for p, s := range c.preparing {
		if !p.Clean() {
			corrupting = append(corrupting, s)
		}
	}
	slices.Sort(corrupting)
	fmt.Fprintf(w, "| milliseconds of a core for an image | %s |\n|---|%s\n", strings.Join(c.names, " | "), strings.Repeat("---|", len(c.names)))
	row := func(name string, value func(i int) string) {
		fmt.Fprintf(w, "| %s |", name)
		for i := range c.names {
			fmt.Fprintf(w, " %s |", value(i))
		}
		fmt.Fprintln(w)
	}
	all := func(s string) func(int) string { return func(int) string { return s } }
	row("corrupting it: the cheapest corruption", all(ms(corrupting[0])))
	row("corrupting it: the median of all", all(ms(figures.Median(corrupting))))
	row("corrupting it: the costliest", all(ms(corrupting[len(corrupting)-1])))
	row("a forward pass", func(i int) string { return ms(c.passing[i]) })
	for _, p := range c.perturbations {
		if a, _ := p.Attack(); a != nil {
			row(fmt.Sprintf("`%s`: mean (least to most)", p), func(i int) string {
				each := c.attacking[i][p]
				mean := 0.0
				for _, s := range each {
					mean += s / float64(len(each))
				}
				return fmt.Sprintf("%s (%s to %s)", ms(mean), ms(slices.Min(each)), ms(slices.Max(each)))
			})
		}
	}
	fmt.Fprintln(w)
}
