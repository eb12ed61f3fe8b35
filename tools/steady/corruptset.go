package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
)

func (a *app) corruptSetCommand() *cobra.Command {
	var flags corruptFlags
	var data datafile.Flags
	var out, labels string
	var size sizeFlags
	var all bool
	var suites []string
	var plan output.Plan
	c := &cobra.Command{
		Use:   "corrupt-set NAME... [--suite SUITE,...] [--severity 1..5|range | --all] [--data DATA] --out X.npy|FOLDER/",
		Short: "Corrupt a data set",
		Long: "Corrupts a data set and writes it as a NumPy array of bytes, N × height × width × 3: the layout of\n" +
			"CIFAR-10-C. A gray image becomes three equal channels. X.npy,Y.npy is then DATA for eval and attack.\n" +
			"With --all it holds all images at severity 1, then all at severity 2, and so on, as CIFAR-10-C's files do.\n\n" +
			"For several corruptions, or a whole suite, --out is a folder: it gets one file per corruption, labels.npy, and\n" +
			"about.json, which describes the run. Complete files are not made again.\n\n" +
			"The same command resumes a run that was interrupted, and the files get the bytes that they would have got\n" +
			"at once. An unfinished file is called X.npy.part.",
		Example: "  steady corrupt-set fog --severity 5 --out fog.npy --labels-out labels.npy\n" +
			"  steady eval --data fog.npy,labels.npy --model fashion-standard\n" +
			"  steady corrupt-set fog snow --all --data cifar-10-batches-bin --out weather/\n" +
			"  steady corrupt-set --suite imagenet-c,imagenet-c-extra --all --data cifar-10-batches-bin --out CIFAR-10-C/",
	}
	flags.add(c)
	data.Add(c)
	size.add(c)
	c.Flags().StringVar(&out, "out", "", "NumPy file for the images, or folder for one file per corruption")
	c.Flags().StringVar(&labels, "labels-out", "", "NumPy file for the labels, as int64 (a folder gets labels.npy)")
	plan.AddFlag(c.Flags())
	c.Flags().BoolVar(&all, "all", false, "all five severities, one after the other")
	c.Flags().StringSliceVar(&suites, "suite", nil, "corruptions of these benchmarks: "+strings.Join(corrupt.Suites(), ", "))
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if all && cmd.Flags().Changed("severity") {
			return usagef("--severity and --all: one or the other")
		}
		interrupt.Allow(cmd.Context(), interrupt.ForResult)
		list, err := corrupt.Select(args, suites)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return usagef("name a corruption, or a suite with --suite")
		}
		if list, err = flags.overlays.use(list); err != nil {
			return err
		}
		if err := size.check(); err != nil {
			return err
		}
		plan.Input(data.Files()...)
		target, err := corruptset.NewTarget(out, labels, list, &plan)
		if err != nil {
			return err
		}
		images, err := data.Open(cmd.Context(), a.say)
		if err != nil {
			return err
		}
		defer images.Close()
		severities := []corruptset.Severity{flags.severity()}
		if all {
			severities = []corruptset.Severity{1, 2, 3, 4, 5}
		}
		s, err := a.setWriter(cmd.Context(), images, &size, flags.options(), severities, flags.overlays.sum)
		if err != nil {
			return err
		}
		begin := time.Now()
		files, err := s.Write(cmd.Context(), list, target, plan.Force)
		if err != nil {
			return err
		}
		result := corruptset.NewResult(s.Run, files, target.Labels, progress.Elapsed(begin))
		result.Skipped = datafile.Skipped(images)
		return a.print(result, result.Write)
	}
	return c
}

// setWriter prepares to write images at the size that the flags ask for, or their own.
func (a *app) setWriter(ctx context.Context, images *dataset.Images, f *sizeFlags, o corrupt.Options,
	severities []corruptset.Severity, overlays string) (*corruptset.Writer, error) {
	w, h := images.W, images.H
	if s := f.asked(); s.W > 0 {
		w, h = s.W, s.H
	}
	if w == 0 { // a folder: as its first image, which the others must be like
		m, err := images.Read(0, nil)
		if err != nil {
			return nil, datafile.Hint(err)
		}
		if w, h = m.W, m.H; f.resize > 0 {
			return nil, usagef("--resize %d: add --crop N, the side of the images to write", f.resize)
		}
	}
	writer, err := corruptset.NewWriter(ctx, images, w, h, f.apply(eval.Options{Corrupt: o}), severities, overlays, a.stderr)
	return writer, sizeHint(err, w, h)
}
