package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"steady/core/bench"
	"steady/core/overlapfile"
)

// overlapPages is what the page of overlaps is told, as overlaps.json.
type overlapPages struct {
	File       string      `json:"file"` // the measured overlaps that come with the page; "" for none
	Benchmarks []published `json:"benchmarks"`
}

// published is a benchmark of corruptions.
type published struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Corruptions []string `json:"corruptions"`
}

// addOverlaps copies the measured overlaps, results/overlap.json of the models, if there are any, and writes down what there is.
func (s *site) addOverlaps() error {
	p := overlapPages{}
	content, err := os.ReadFile(filepath.Join(s.models, "results", "overlap.json"))
	switch {
	case err == nil:
		if _, err := overlapfile.Read(content); err != nil {
			return err
		}
		p.File = "models/overlap.json"
		if err := os.WriteFile(s.part(p.File), content, 0o666); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for _, b := range []struct {
		name, title string
		suites      []string
	}{
		{"imagenet-c", "ImageNet-C, its 15", []string{"imagenet-c"}},
		{"imagenet-c-19", "ImageNet-C, all 19", []string{"imagenet-c", "imagenet-c-extra"}},
		{"imagenet-noc", "ImageNet-NOC, the 8", []string{"imagenet-noc"}},
	} {
		one := published{Name: b.name, Title: b.title}
		seen := map[string]bool{}
		for _, name := range b.suites {
			suite, err := bench.LookupSuite(name)
			if err != nil {
				return err
			}
			for _, p := range suite.Perturbations {
				if c, _, _ := p.Corruption(); c != nil && !seen[c.Name] {
					seen[c.Name] = true
					one.Corruptions = append(one.Corruptions, c.Name)
				}
			}
		}
		p.Benchmarks = append(p.Benchmarks, one)
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(s.part("overlaps.json"), text, 0o666)
}
