package benchrun

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"steady/core/bench"
	"steady/tools/internal/input"
	"steady/tools/internal/overlays"
	"steady/tools/internal/usage"
)

// maxSpec is the size of the largest spec that is read.
const maxSpec = 1 << 20

// specReader reads spec files, and knows where in them things are.
type specReader struct{ lines map[string]map[string]int } // by file and path the line

func newSpecReader() *specReader { return &specReader{map[string]map[string]int{}} }

// read is what bench.Load asks for.
func (r specReader) read(name string) (any, error) {
	b, err := input.File(filepath.FromSlash(name), maxSpec)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage.Errorf("spec %s: %w", name, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	var document yaml.Node
	var value any
	err = yaml.Unmarshal(b, &document)
	if err == nil {
		err = document.Decode(&value)
	}
	if err != nil {
		return nil, yamlError(name, err)
	}
	lines := map[string]int{}
	findLines(&document, "", lines)
	r.lines[name] = lines
	return value, nil
}

// ReadCells reads a spec file for what its cells and suites are. It may have no models and no data.
func ReadCells(path string) (*bench.Spec, error) {
	r := newSpecReader()
	spec, err := bench.LoadCells(filepath.ToSlash(path), r.read)
	return spec, r.explain(err)
}

// yamlError returns the error of a file that is no YAML, whose texts begin as in "yaml: line 3: ".
func yamlError(name string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "unmarshal errors: ")
	if m := regexp.MustCompile(`^line (\d+): (.*)$`).FindStringSubmatch(text); m != nil {
		return usage.Errorf("%s:%s: %s: want YAML or JSON", name, m[1], m[2])
	}
	return usage.Errorf("%s: %s: want YAML or JSON", name, text)
}

// findLines notes the lines of a node and all that it has. What an alias stands for is not followed.
func findLines(n *yaml.Node, path string, lines map[string]int) {
	lines[path] = n.Line
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			findLines(c, path, lines)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := strings.TrimPrefix(path+"."+n.Content[i].Value, ".")
			findLines(n.Content[i+1], key, lines)
			lines[key] = n.Content[i].Line
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			findLines(c, path+"["+strconv.Itoa(i)+"]", lines)
		}
	}
}

// entryFlags matches flags that a spec has entries for, with the word that stands for a value.
var entryFlags = regexp.MustCompile(`--(output|layout|preset|mean|std|scale|bgr|resize|crop|limit|sample|seed|class-map)\b( [A-Z]+\b)?`)

// modelFlags matches those of other commands, for which a benchmark has only entries.
var modelFlags = regexp.MustCompile(`--(output|layout|preset|mean|std|scale|bgr)\b( [A-Z]+\b)?`)

// withoutFlags returns the error of a network, with entries of a spec for the flags that it names.
func withoutFlags(err error) error {
	text := modelFlags.ReplaceAllString(err.Error(), "in a spec file $1")
	switch {
	case text == err.Error():
		return err
	case errors.As(err, new(usage.Error)):
		return usage.Errorf("%s", text)
	}
	return errors.New(text)
}

// explain adds the line to an error of a spec, and names entries where it names flags.
func (r specReader) explain(err error) error {
	var e *bench.SpecError
	if !errors.As(err, &e) {
		return err
	}
	problem := entryFlags.ReplaceAllString(e.Problem, "$1")
	if line := r.line(e.OtherFile, e.OtherPath); e.Other != "" && line > 0 {
		problem = strings.Replace(problem, e.Other, fmt.Sprintf("%s in line %d", e.Other, line), 1)
	}
	e = &bench.SpecError{File: e.File, Path: e.Path, Problem: problem}
	if line := r.line(e.File, e.Path); line > 0 {
		e.File = fmt.Sprintf("%s:%d", e.File, line)
	}
	return usage.Errorf("%s", strings.TrimPrefix(e.Error(), "bench: "))
}

// line returns the line of a part of a spec, 0 if it is not known.
func (r specReader) line(file, path string) int {
	lines := r.lines[file]
	for path != "" && lines[path] == 0 { // within an alias
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return lines[path]
}

// flagSpec returns the spec that flags ask for.
func (o *Options) flagSpec(models []string) (*bench.Spec, error) {
	data := map[string]any{"path": o.Data}
	for name, n := range map[string]int{"resize": o.Resize, "crop": o.Crop, "limit": o.Limit, "sample": o.Sample} {
		if n != 0 {
			data[name] = n
		}
	}
	if o.ClassMap != "" {
		data["class-map"] = o.ClassMap
	}
	value := map[string]any{"models": anyList(models), "data": data, "seed": o.Seed}
	if len(o.Suites) > 0 {
		value["suites"] = anyList(o.Suites)
	}
	if len(o.Cells) > 0 {
		value["cells"] = anyList(o.Cells)
	}
	if len(o.Corrupted) > 0 {
		value["corrupted"] = anyList(o.Corrupted)
	}
	if o.Overlays != "" {
		value["overlays"] = o.Overlays
	}
	spec, err := bench.Load("", func(string) (any, error) { return value, nil })
	return spec, flagError(err)
}

func anyList(texts []string) (list []any) {
	for _, t := range texts {
		list = append(list, t)
	}
	return list
}

// flagError names the flag that an error of a spec is about.
func flagError(err error) error {
	var e *bench.SpecError
	if !errors.As(err, &e) {
		return err
	}
	part := regexp.MustCompile(`^[a-z]+(\.[a-z-]+)?`).FindString(e.Path)
	names := map[string]string{"models": "--model: ", "suites": "--suite: ", "cells": "--cell: ", "data": "--data: ", "seed": "--seed: ",
		"corrupted": "--corrupted: ", "overlays": "--" + overlays.Flag + ": "}
	name := names[part]
	if _, flag, ok := strings.Cut(part, "."); ok && slices.Contains([]string{"resize", "crop", "limit", "sample", "class-map"}, flag) {
		name = "--" + flag + ": "
	}
	return usage.Errorf("%s%s", name, e.Problem)
}

// beside returns a file that a spec names, relative to the spec's folder.
func beside(spec, file string) string {
	if spec == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(filepath.FromSlash(spec)), file)
}
