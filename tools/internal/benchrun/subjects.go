package benchrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/core/compute/webgpu"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/core/subject"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
	"steady/tools/machine"
)

// work is a benchmark that is ready to run.
type work struct {
	spec      *bench.Spec
	images    *dataset.Images // all of them
	indices   []int           // of a sample of them; nil if all are measured
	frost     *corrupt.Corruption
	corrupted map[bench.Perturbation]*dataset.Corrupted
	hashes    map[string]string    // of what was read, by fingerprints of the files
	prepared  map[string]*prepared // by how
	subjects  []bench.Subject
	stored    []store.Subject
}

// open opens what a spec names.
func (o *Options) open(ctx context.Context, spec *bench.Spec, images *dataset.Images) (*work, error) {
	w := &work{spec: spec, images: images, prepared: map[string]*prepared{}}
	if limit := max(spec.Data.Limit, spec.Data.Sample); limit > images.Len() {
		return nil, spec.Data.Wrong(fmt.Sprintf("%d images asked for, but %s has %d", limit, images.Name, images.Len()))
	}
	for _, p := range spec.Perturbations {
		if l, ok := spec.Limits[p]; ok && l.N > images.Len() {
			return nil, l.Wrong(fmt.Sprintf("%d images asked for, but %s has %d", l.N, images.Name, images.Len()))
		}
	}
	if at := spec.Data.ClassMap; at.Path != "" {
		if _, err := os.Stat(beside(at.SpecFile(), filepath.FromSlash(at.Path))); err != nil {
			return nil, at.Wrong(fmt.Sprintf("there is no %s", at.Path))
		}
	}
	if n := spec.Data.Sample; n > 0 {
		images, w.indices = subject.Sample(images, n, spec.Seed, len(spec.Limits) > 0)
	}
	for _, m := range spec.Models {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := o.add(w, m, images); err != nil {
			var wrong *bench.SpecError
			if !errors.As(err, &wrong) {
				if m.SpecFile() != "" {
					err = m.Wrong(err.Error())
				} else {
					err = withoutFlags(err)
				}
			}
			return nil, err
		}
	}
	if err := o.read(ctx, w); err != nil {
		return nil, err
	}
	overlays, err := w.useOverlays(o)
	if err != nil {
		return nil, err
	}
	for i := range w.stored {
		w.stored[i].Cell.Overlays = overlays
		w.subjects[i].Cell = w.stored[i].Cell
	}
	return w, nil
}

// read reads all images, for their hashes.
func (o *Options) read(ctx context.Context, w *work) error {
	sets, err := o.findCorrupted(w.spec, w.images)
	if err != nil {
		return err
	}
	total := w.images.Len()
	for _, set := range sets {
		total += len(set.list) * set.n
		for _, p := range w.prepared {
			if err := p.check(set); err != nil {
				return set.at.Wrong(err.Error())
			}
		}
	}
	r := o.newReading(total)
	defer r.end()
	w.hashes = r.found
	hash, err := r.hash(ctx, w.images, w.images.Name)
	if err != nil {
		return datafile.Hint(err)
	}
	if w.indices != nil {
		hash = subject.SampleHash(hash, w.indices, w.spec.Seed)
	}
	for i := range w.stored {
		w.stored[i].Cell.Data, w.stored[i].Indices = hash, w.indices
	}
	return w.addCorrupted(ctx, sets, r)
}

// close closes the files of images that were corrupted before.
func (w *work) close() error {
	var err error
	for _, p := range w.prepared {
		err = errors.Join(err, p.close())
	}
	return err
}

// add opens a network.
func (o *Options) add(w *work, spec bench.Model, images *dataset.Images) error {
	m, err := o.openModel(spec, images, w.spec.Data.Crop)
	if err != nil {
		return err
	}
	classes := w.spec.Data.ClassMap.Path
	if classes != "" {
		classes = beside(w.spec.Data.ClassMap.SpecFile(), filepath.FromSlash(classes))
	}
	matched, err := m.Match(images, classes, o.say)
	if err != nil {
		return err
	}
	prepare, preparation, err := subject.Preparation(images, m.InputShape(), w.spec.Data)
	if err != nil {
		return err
	}
	p := w.prepared[preparation]
	if p == nil {
		source, err := eval.NewSource(images, m.InputShape(), prepare)
		if err != nil {
			return usage.Error{Err: fmt.Errorf("%s and %s: %w", images.Name, spec.Name, err)}
		}
		p = &prepared{work: w, clean: source, options: prepare}
		w.prepared[preparation] = p
	}
	for i, l := range matched.Labels {
		if l < 0 || l >= m.Classes() {
			return usage.Errorf("%s has class %d, but %s has the classes 0 to %d", images.File(i), l, spec.Name, m.Classes()-1)
		}
	}
	n := images.Len()
	if w.spec.Data.Limit > 0 {
		n = w.spec.Data.Limit
	}
	cell := bench.Cell{Network: m.Hash, Input: subject.Input(spec, images, matched), Preparation: preparation, Seed: w.spec.Seed, N: n}
	for _, other := range w.stored {
		if other.Cell == cell {
			return spec.Wrong(fmt.Sprintf("%s is the same network as %s: want it once", spec.Name, other.Name))
		}
	}
	w.subjects = append(w.subjects, bench.Subject{Network: m, Images: p, Labels: matched.Labels, MACs: m.MACs, Machine: describe(m)})
	w.stored = append(w.stored, store.Subject{Name: spec.Name, File: spec.File, Cell: cell, DataName: images.Name,
		Classes: m.Names(), Labels: matched.Labels})
	return nil
}

// openModel opens the network of a spec. One that takes images of any size takes those of the crop or of the set.
func (o *Options) openModel(spec bench.Model, images *dataset.Images, crop int) (*model.Model, error) {
	name := spec.File
	if model.IsFile(name) {
		name = beside(spec.SpecFile(), filepath.FromSlash(name))
		if _, err := os.Stat(name); spec.SpecFile() != "" && errors.Is(err, os.ErrNotExist) {
			return nil, spec.Wrong(fmt.Sprintf("there is no file %s: want a name relative to the folder of %s", spec.File, spec.SpecFile()))
		}
	}
	options := model.Options{Name: name, Output: spec.Output, Layout: spec.Layout, Backend: o.Backend, Batch: o.Batch, Preprocessing: preprocessing(spec),
		Reads: o.reads.fileOf(spec.Name)}
	m, err := model.Open(options)
	if errors.Is(err, onnx.ErrSizeFree) {
		switch {
		case crop > 0:
			options.Size = optionflags.Square(crop)
		case images.W > 0:
			options.Size = optionflags.Size{H: images.H, W: images.W}
		default:
			return nil, spec.Wrong(fmt.Sprintf("%s takes images of any size, as those of %s are: want a crop, of 224 pixels say", spec.Name, images.Name))
		}
		m, err = model.Open(options)
	}
	return m, err
}

// preprocessing returns how a network takes pixels as a user writes it.
func preprocessing(m bench.Model) model.Preprocessing {
	if m.Preset != "" {
		return model.Preprocessing{Preset: m.Preset}
	}
	text := func(numbers ...float32) string {
		var parts []string
		for _, v := range numbers {
			parts = append(parts, strconv.FormatFloat(float64(v), 'g', -1, 32))
		}
		return strings.Join(parts, ",")
	}
	s := m.Preprocess
	return model.Preprocessing{Scale: text(s.Scale), Mean: text(s.Mean...), Std: text(s.Std...), BGR: s.BGR}
}

// describe returns what says what a network computes on at the time.
func describe(m *model.Model) func() (backend, what string) {
	extensions := fmt.Sprintf("%s, vectors of %d bits", strings.Join(machine.Extensions(), " "), machine.VectorBits())
	return func() (backend, what string) {
		if gpu, ok := m.Backend().(*webgpu.Backend); ok {
			return "webgpu", gpu.Device().Adapter().String()
		}
		return m.BackendName(), extensions
	}
}
