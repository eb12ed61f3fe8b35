package benchrun

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/report"
	"steady/tools/internal/buildinfo"
	"steady/tools/internal/console"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// Options are a benchmark, and how it is run.
type Options struct {
	Spec string // file; "" if the fields below say what to measure

	Models, Suites, Cells       []string // none: those that fit the data; the suite quick
	Corrupted                   []string // files and folders of images that were corrupted before
	Overlays, ClassMap          string
	Data                        string
	Resize, Crop, Limit, Sample int
	Seed                        uint64

	Out          string // store
	Force        bool   // replace a file that is where the page goes, which is written if nothing says what to measure
	Read         dataset.Options
	Backend      model.Backend
	Batch        int
	Shard        string // as in 0/8; "" for all
	JSONProgress bool   // progress as lines of JSON
	Command      string // for the store
	Messages     *console.Writer
	Begin        func() // called before the first cell, from where on Ctrl-C may take longer

	reader *specReader // of Spec
}

func (o *Options) say(format string, args ...any) { fmt.Fprintf(o.Messages, format+"\n", args...) }

// Run runs a benchmark, and returns what the store has then. If the context ends, so does the run, after the slice under way;
// the error is a progress.Stopped.
func Run(ctx context.Context, o Options) (*report.Report, error) {
	if err := o.Backend.Check(); err != nil {
		return nil, err
	}
	shard, shards, err := parseShard(o.Shard)
	if err != nil {
		return nil, err
	}
	page, err := o.planPage()
	if err != nil {
		return nil, err
	}
	spec, images, err := o.load()
	if err != nil {
		return nil, err
	}
	defer images.Close()
	w, err := o.open(ctx, spec, images)
	if err != nil {
		return nil, o.explain(err)
	}
	defer w.close()
	s, err := store.Open(o.Out)
	if errors.Is(err, output.ErrLocked) {
		return nil, fmt.Errorf("%w: wait for it, or choose another --out", err)
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := o.ask(s, w); err != nil {
		return nil, err
	}
	for _, suite := range spec.Suites {
		if suite.Note != "" {
			o.say("Suite %s: %s.", suite.Name, suite.Note)
		}
	}
	if o.Begin != nil {
		o.Begin()
	}
	shower := o.newShower(w)
	stop := context.AfterFunc(ctx, func() {
		o.say("Stopping after the images under way; a second Ctrl-C ends at once, and loses these only.")
	})
	defer stop()
	done, err := bench.Run(ctx, s, w.subjects, spec.Perturbations, bench.Options{Shard: shard, Shards: shards, Block: w.keep(), Progress: shower.show})
	shower.end(done)
	if errors.Is(err, context.Canceled) {
		return nil, progress.Stopped{Text: fmt.Sprintf("stopped with %d of %d cells left; the same command goes on from there", done.Cells-done.Done, done.Stored+done.Cells)}
	}
	if err != nil {
		return nil, err
	}
	r, err := newReport(s, report.Options{})
	if err == nil && page != "" {
		err = o.writePage(ctx, page, r)
	}
	return r, err
}

// explain says where in a spec file an error is, or of which flag.
func (o *Options) explain(err error) error {
	if o.reader != nil {
		return o.reader.explain(err)
	}
	return flagError(err)
}

// load reads the spec, and opens its images.
func (o *Options) load() (*bench.Spec, *dataset.Images, error) {
	var spec *bench.Spec
	data := o.Data
	if o.Spec != "" {
		var err error
		o.reader = &specReader{map[string]map[string]int{}}
		if spec, err = bench.Load(filepath.ToSlash(o.Spec), o.reader.read); err != nil {
			return nil, nil, o.explain(err)
		}
		if data = spec.Data.Path; data == "" {
			data = datafile.Default
		} else if data != datafile.Default {
			files := datafile.Files(data)
			if !strings.Contains(data, ",") {
				files = []string{data}
			}
			for i, f := range files {
				files[i] = beside(spec.Data.SpecFile(), f)
			}
			data = strings.Join(files, ",")
		}
	}
	images, err := datafile.Open(data, dataset.Test, o.Read, o.say)
	if err != nil {
		if spec != nil {
			err = o.explain(spec.Data.Wrong(strings.TrimPrefix(err.Error(), "data ")))
		}
		return nil, nil, err
	}
	if spec == nil {
		if spec, err = o.flagSpec(o.defaults(images)); err != nil {
			images.Close()
		}
	}
	return spec, images, err
}

// defaults sets what is to be measured where nothing is said of it, and returns the networks.
func (o *Options) defaults(images *dataset.Images) []string {
	if len(o.Suites)+len(o.Cells)+len(o.Corrupted) == 0 {
		o.Suites = []string{"quick"}
	}
	if len(o.Models) > 0 {
		return o.Models
	}
	prefix := "cifar10-"
	if images.C == 1 {
		prefix = "fashion-"
	}
	var models []string
	for _, name := range model.BuiltIn() {
		if strings.HasPrefix(name, prefix) {
			models = append(models, name)
		}
	}
	return models
}

// ask notes in the store what is wanted.
func (o *Options) ask(s *store.Store, w *work) error {
	build := buildinfo.Describe()
	run := store.Run{Program: strings.TrimSpace(build.Version + " " + build.Source()), Command: o.Command, Spec: plainSpec(w.spec)}
	err := s.Ask(run, w.stored, w.spec.Perturbations, func(p bench.Perturbation, i int) int {
		shape := w.subjects[i].Network.InputShape()
		return bench.SliceSize(p, shape[1]*shape[2])
	})
	var name *store.NameError
	if errors.As(err, &name) {
		return usage.Errorf("%w: give it another name in a spec file, or choose another --out", err)
	}
	return err
}

// plainSpec returns a spec as it is kept in the store: what was included is in it.
func plainSpec(spec *bench.Spec) any {
	var models, cells, corrupted []string
	for _, m := range spec.Models {
		models = append(models, m.Name+"="+m.File)
	}
	for _, p := range spec.Perturbations {
		cells = append(cells, p.String())
	}
	for _, c := range spec.Corrupted {
		corrupted = append(corrupted, c.Path)
	}
	return map[string]any{"models": models, "data": map[string]any{"path": spec.Data.Path, "resize": spec.Data.Resize,
		"crop": spec.Data.Crop, "limit": spec.Data.Limit, "sample": spec.Data.Sample, "class-map": spec.Data.ClassMap.Path},
		"seed": spec.Seed, "cells": cells, "corrupted": corrupted, "overlays": spec.Overlays.Path}
}

// parseShard reads a part of a benchmark: "0/8" to "7/8".
func parseShard(text string) (shard, shards int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	if n, err := fmt.Sscanf(text, "%d/%d", &shard, &shards); n != 2 || err != nil || shard < 0 || shard >= shards || fmt.Sprintf("%d/%d", shard, shards) != text {
		return 0, 0, usage.Errorf("--shard %s: want I/N, a part from 0/N to (N-1)/N", text)
	}
	return shard, shards, nil
}

// Suites returns the names of the suites.
func Suites() (names []string) {
	for _, s := range bench.Suites() {
		names = append(names, s.Name)
	}
	return names
}
