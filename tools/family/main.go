package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"

	"steady/tools/internal/interrupt"
	"steady/tools/internal/usage"
)

func main() {
	var o options
	flag.StringVar(&o.listFile, "list", "", "file like tools/family/family.txt with other networks")
	flag.StringVar(&o.spec, "spec", figuresSpec, "what is measured")
	flag.StringVar(&o.models, "models", "models", "folder of the networks and their model cards")
	flag.StringVar(&o.sets, "sets", ".", "folder of the data sets")
	flag.StringVar(&o.work, "work", "build/family", "folder in which results are kept")
	flag.StringVar(&o.steady, "steady", "build/steady", "program that trains")
	flag.StringVar(&o.logs, "logs", "docs/training", "folder of the networks' logs and the figures of them")
	flag.StringVar(&o.page, "page", "docs/training.md", "page with the tables")
	flag.IntVar(&o.threads, "threads", runtime.NumCPU(), "cores to use")
	flag.IntVar(&o.images, "images", 0, "images to measure on; 0 for the usual numbers")
	flag.BoolVar(&o.force, "force", false, "train networks again that are there")
	flag.Parse()
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		err := o.run(ctx, flag.Args())
		if err == nil {
			return 0
		}
		fmt.Fprintln(os.Stderr, "family:", err)
		if errors.As(err, new(usage.Error)) {
			return 2
		}
		return 1
	}))
}

type options struct {
	listFile, spec                         string
	models, sets, work, steady, logs, page string
	threads, images                        int
	force                                  bool
}

func (o *options) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage.Errorf("missing command; one of list, train, measure, run, tables, sweep")
	}
	if o.threads < 1 || o.images < 0 {
		return usage.Errorf("%d threads, %d images: want at least 1 and 0", o.threads, o.images)
	}
	runtime.GOMAXPROCS(o.threads)
	command, names := args[0], args[1:]
	family, err := o.members()
	if err != nil {
		return err
	}
	switch command {
	case "list":
		return o.list(family)
	case "train":
		chosen, err := choose(family, names)
		if err == nil && len(names) == 0 {
			err = usage.Errorf("train: missing names; valid: %s", namesOf(family))
		}
		if err != nil {
			return err
		}
		return o.train(ctx, chosen)
	case "measure":
		chosen, err := choose(family, names)
		if err != nil {
			return err
		}
		return o.measure(ctx, chosen, len(names) > 0)
	case "run":
		chosen, err := choose(family, names)
		if err != nil {
			return err
		}
		return o.trainAndMeasure(ctx, chosen)
	case "tables":
		return o.tables(family)
	case "sweep":
		if len(names) != 1 {
			return usage.Errorf("sweep: %d names: want one, of a file in %s", len(names), sweepFolder)
		}
		return o.sweep(ctx, names[0])
	}
	return usage.Errorf("unknown command %q; valid: list, train, measure, run, tables, sweep", command)
}
