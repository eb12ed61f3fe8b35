package benchrun

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/exchange"
	"steady/core/report"
	"steady/core/revision"
	"steady/tools/internal/output"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// Job is a benchmark whose spec is read, and whose networks and images are open, for a program that has several machines
// compute it.
type Job struct {
	Spec     *bench.Spec
	Subjects []bench.Subject
	Options  bench.Options // for bench.Run
	Networks []report.Network

	options *Options
	images  *dataset.Images
	work    *work
}

// Open opens a benchmark, and notes what it reads, for [Job.Bundle].
func Open(ctx context.Context, o *Options) (*Job, error) {
	if err := o.Backend.Check(); err != nil {
		return nil, err
	}
	o.reads = &reads{models: map[string][]string{}, folders: map[string]*readFolder{}}
	return o.job(ctx)
}

func (o *Options) job(ctx context.Context) (*Job, error) {
	spec, images, err := o.load()
	if err != nil {
		return nil, err
	}
	w, err := o.open(ctx, spec, images)
	if err != nil {
		if images != o.Images {
			images.Close()
		}
		return nil, o.explain(err)
	}
	j := &Job{Spec: spec, Subjects: w.subjects, Options: bench.Options{Images: spec.Images, Block: w.keep()}, options: o, images: images, work: w}
	for _, s := range w.stored {
		j.Networks = append(j.Networks, report.Network(s))
	}
	return j, nil
}

// Close closes the files of the images.
func (j *Job) Close() error {
	err := j.work.close()
	if j.images != j.options.Images {
		err = errors.Join(err, j.images.Close())
	}
	return err
}

// Head returns what is asked for, as the first line of an exchanged file says it.
func (j *Job) Head() (h exchange.Head) {
	h.Format, h.Program = exchange.Format, revision.Read().String()
	for _, n := range j.Networks {
		h.Networks = append(h.Networks, exchange.NewNetwork(n))
	}
	for _, p := range j.Spec.Perturbations {
		h.Asked = append(h.Asked, exchange.Asked{Perturbation: p.String(), Images: j.Spec.Images(p, j.Networks[0].Cell.N)})
	}
	return h
}

// OpenStore opens the store of the results, and notes there what is asked for.
func (j *Job) OpenStore() (*store.Store, error) {
	journal, err := j.options.journal()
	if err != nil {
		return nil, err
	}
	return j.openStore(journal)
}

// journal returns the journal that the options name.
func (o *Options) journal() (store.Journal, error) {
	journal := cmp.Or(store.Journal(o.Journal), store.WAL)
	if !slices.Contains(store.Journals, journal) {
		return "", usage.Errorf("--journal %s: want wal or delete", o.Journal)
	}
	return journal, nil
}

func (j *Job) openStore(journal store.Journal) (*store.Store, error) {
	s, err := store.OpenWith(j.options.Out, journal)
	if errors.Is(err, output.ErrLocked) {
		return nil, fmt.Errorf("%w: wait for it, or choose another --out", err)
	}
	if err != nil {
		return nil, err
	}
	err = j.options.ask(s, j.work)
	for print, hash := range j.work.hashes {
		if err == nil {
			err = s.KeepHash(print, hash)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	for _, suite := range j.Spec.Suites {
		if suite.Note != "" {
			j.options.say("Suite %s: %s.", suite.Name, suite.Note)
		}
	}
	return s, nil
}
