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
	"steady/core/revision"
	"steady/tools/internal/console"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
	"steady/tools/internal/shell"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// Options are a benchmark, and how it is run.
type Options struct {
	// Spec is a file that says what to measure; "" if the fields below do. Beside a spec, there may be Models, which are added
	// to its own, Data or Images instead of its, and a Limit, which no cell exceeds.
	Spec string

	Models, Suites, Cells       []string // none: those that fit the data; the suite quick
	Corrupted                   []string // files and folders of images that were corrupted before
	Overlays, ClassMap          string
	Data                        string
	Images                      *dataset.Images // instead of Data; nil if that names them
	Resize, Crop, Limit, Sample int
	Seed                        uint64

	Out          string // store
	Replace      bool   // let a network take the place of another one of its name in the store
	Force        bool   // replace a file that is where the page goes, which is written if nothing says what to measure
	Read         dataset.Options
	Backend      model.Backend
	Batch        int
	Journal      string   // SQLite's, of the store: a store.Journal; "" for the usual one
	Shard        string   // as in 0/8, slurm, slurm/8 or kubernetes/8; "" for all
	JSONProgress bool     // progress as lines of JSON
	Command      []string // its words, for the store
	Messages     *console.Writer
	Begin        func()               // called before the first cell, from where on Ctrl-C may take longer
	Progress     func(bench.Progress) // called instead of showing it; nil to show it

	reader *specReader // of Spec
	reads  *reads      // what is read, if that is to be known
}

func (o *Options) say(format string, args ...any) { fmt.Fprintf(o.Messages, format+"\n", args...) }

// Run runs a benchmark, and returns what the store has then. If the context ends, so does the run, after the slice under way;
// the error is a progress.Stopped.
func Run(ctx context.Context, o Options) (r *report.Report, err error) {
	if err := o.Backend.Check(); err != nil {
		return nil, err
	}
	shard, shards, err := o.useShard()
	if err != nil {
		return nil, err
	}
	journal, err := o.journal()
	if err != nil {
		return nil, err
	}
	page, err := o.planPage()
	if err != nil {
		return nil, err
	}
	j, err := o.job(ctx)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	s, err := j.openStore(journal)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	w, run := j.work, j.Options
	run.Shard, run.Shards = shard, shards
	if shards > 0 {
		if err := o.addShard(s, bench.Cells(w.subjects, w.spec.Perturbations, run), shard, shards); err != nil {
			return nil, err
		}
	}
	if o.Begin != nil {
		o.Begin()
	}
	shower := o.newShower(w)
	run.Progress = shower.show
	if o.Progress != nil {
		run.Progress = o.Progress
	}
	stop := context.AfterFunc(ctx, func() {
		o.say("Stopping after the images under way; a second Ctrl-C ends at once, and loses these only.")
	})
	defer stop()
	done, err := bench.Run(ctx, s, w.subjects, w.spec.Perturbations, run)
	shower.end(done)
	if errors.Is(err, context.Canceled) {
		return nil, progress.Stopped{Text: fmt.Sprintf("stopped with %d of %d cells left; the same command goes on from there", done.Cells-done.Done, done.Stored+done.Cells)}
	}
	if err != nil {
		return nil, err
	}
	r, err = newReport(s, report.Options{})
	if err == nil && page != "" {
		err = o.writePage(ctx, page, r)
	}
	return r, err
}

// explain says where in a spec file an error is, or of which flag.
func (o *Options) explain(err error) error {
	if wrong, ok := errors.AsType[*bench.SpecError](err); ok && wrong.File != "" {
		return o.reader.explain(err)
	}
	return flagError(err)
}

// load reads the spec, and opens its images.
func (o *Options) load() (*bench.Spec, *dataset.Images, error) {
	if o.Spec == "" {
		images, err := o.openImages(o.Data)
		if err != nil {
			return nil, nil, err
		}
		spec, err := o.flagSpec(o.defaults(images))
		if err != nil && images != o.Images {
			images.Close()
		}
		return spec, images, err
	}
	spec, err := o.readSpec()
	if err != nil {
		return nil, nil, o.explain(err)
	}
	images, err := o.openImages(dataOf(spec.Data))
	if err != nil {
		err = o.explain(spec.Data.Wrong(strings.TrimPrefix(err.Error(), "data ")))
	}
	return spec, images, err
}

func (o *Options) openImages(data string) (*dataset.Images, error) {
	if o.Images != nil {
		return o.Images, nil
	}
	return datafile.OpenIn(o.dirFS("data"), data, dataset.Test, o.Read, o.say)
}

// readSpec reads the spec file, and adds what flags say beside it.
func (o *Options) readSpec() (*bench.Spec, error) {
	o.reader = newSpecReader()
	name, read := filepath.ToSlash(o.Spec), o.reader.read
	if len(o.Models) > 0 {
		both := map[string]any{"include": name, "models": anyList(o.Models)}
		name, read = "", func(file string) (any, error) {
			if file == "" {
				return both, nil
			}
			return o.reader.read(file)
		}
	}
	spec, err := bench.Load(name, read)
	if err != nil {
		return nil, err
	}
	d := &spec.Data
	if o.Data != "" {
		*d = bench.Data{Path: o.Data, Resize: d.Resize, Crop: d.Crop, Limit: d.Limit, Sample: d.Sample, ClassMap: d.ClassMap}
	}
	switch {
	case o.Limit == 0:
	case d.Sample > 0:
		d.Sample = min(d.Sample, o.Limit)
	case d.Limit == 0 || d.Limit > o.Limit:
		d.Limit = o.Limit
	}
	return spec, nil
}

// CheckSpec returns an error if a spec file, and more models, make no sense; the files that they name may be elsewhere.
func CheckSpec(path string, models []string) error {
	o := Options{Spec: path, Models: models}
	_, err := o.readSpec()
	if err != nil {
		err = o.explain(err)
	}
	return err
}

// dataOf returns the DATA that a spec names.
func dataOf(d bench.Data) string {
	if d.Path == "" || d.Path == datafile.Default {
		return datafile.Default
	}
	files := datafile.Files(d.Path)
	if !strings.Contains(d.Path, ",") {
		files = []string{d.Path}
	}
	for i, f := range files {
		files[i] = beside(d.SpecFile(), f)
	}
	return strings.Join(files, ",")
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
	run := store.Run{Program: revision.Read().String(), Command: shell.Join(o.Command...), Spec: w.spec.Plain(), Replace: o.Replace}
	err := s.Ask(run, w.stored, w.spec.Perturbations, func(p bench.Perturbation, i int) (images, slice int) {
		shape := w.subjects[i].Network.InputShape()
		return w.spec.Images(p, w.stored[i].Cell.N), bench.SliceSize(p, shape[1]*shape[2])
	})
	var name *store.NameError
	if errors.As(err, &name) {
		return usage.Errorf("%w: give it another name in a spec file, or choose another --out", err)
	}
	return err
}

// Suites returns the names of the suites.
func Suites() (names []string) {
	for _, s := range bench.Suites() {
		names = append(names, s.Name)
	}
	return names
}
