package main

import (
	"cmp"
	"os"
	"time"

	"github.com/spf13/cobra"

	"steady/core/report"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/cluster"
	"steady/tools/internal/console"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/output"
)

// slice is how long the slice under way may take to end after Ctrl-C.
const slice = 10 * time.Minute

func (a *app) benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench run|status|report|compare|merge|schema|slurm|kubernetes",
		Short: "Measure networks under corruptions and attacks, resumably",
		Long: "Measures every network under every corruption and attack of a suite, and keeps the results in a file, from\n" +
			"which an interrupted run goes on and reports are made (docs/benchmark.md).",
		Example: "  steady bench run\n  steady bench status bench.db\n  steady bench report bench.db --csv cells.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q; one of %s", args[0], commandNames(cmd))
			}
			return usagef("missing command; one of %s", commandNames(cmd))
		},
	}
	c.AddCommand(a.benchRunCommand(), a.benchStatusCommand(), a.benchReportCommand(), a.benchCompareCommand(), a.benchMergeCommand(), a.benchSchemaCommand())
	c.AddCommand(cluster.Commands(a.print)...)
	return c
}

func (a *app) benchRunCommand() *cobra.Command {
	var o benchrun.Options
	var data datafile.Flags
	var backend backendFlags
	c := &cobra.Command{
		Use:   "run [SPEC.yaml] [--model M]... [--data DATA] [--suite S]... [--out RUN.db]",
		Short: "Run a benchmark, or go on with it",
		Long: "Measures networks on clean, corrupted and attacked images, as flags or a spec file say, and puts the results into\n" +
			"an SQLite file. Beside a spec, --model adds networks, --data replaces its images, and no cell has more than --limit.\n" +
			"What is there already is not measured again: the same command resumes an interrupted run, and\n" +
			"with more networks or suites only what is new is computed. Ctrl-C ends after the images under way. Without\n" +
			"arguments, the built-in networks of Fashion-MNIST are measured under a few corruptions, and a page of the\n" +
			"results is written beside RUN.db: RUN.html.",
		Example: "  steady bench run\n" +
			"  steady bench run --model a.onnx --model b.onnx --data imagenet/val --suite imagenet-c --out run.db\n" +
			"  steady bench run spec.yaml --out run.db --backend webgpu\n" +
			"  steady bench run spec.yaml --model c.onnx --limit 100 --out trial.db",
		Args: cobra.MaximumNArgs(1),
	}
	o.AddFlags(c, &data)
	backend.add(c)
	optionflags.AddWhole(c, optionflags.Batch, &o.Batch)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if o.JSONProgress {
			a.stderr = console.NewWriter(console.JSONLines(a.stderr.Unwrap()))
		}
		if err := o.TakeFlags(cmd.Flags(), &data, args); err != nil {
			return err
		}
		o.Begin = func() { interrupt.Allow(cmd.Context(), slice) }
		o.Backend, o.Messages = a.backend(&backend), a.stderr
		o.Command = append([]string{"steady"}, os.Args[1:]...)
		r, err := benchrun.Run(cmd.Context(), o)
		if err != nil {
			return err
		}
		return cmp.Or(a.print(r, r.WriteText), benchrun.CheckFailed(r))
	}
	return c
}

func (a *app) benchStatusCommand() *cobra.Command {
	var exitCode bool
	c := &cobra.Command{
		Use:   "status RUN.db... | FOLDER",
		Short: "Show how far a benchmark has come",
		Long: "Shows how much of a benchmark is measured, the time left, and what has failed; also while it runs. Of several files,\n" +
			"or a folder of them, as shards write, it shows what they have together, and the commands that compute only what is\n" +
			"missing.",
		Example: "  steady bench status run.db --json\n  steady bench status shards/",
		Args:    cobra.MinimumNArgs(1),
	}
	c.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 if something is missing")
	c.RunE = func(_ *cobra.Command, args []string) error {
		status, err := benchrun.ReadStatus(args...)
		if err != nil {
			return err
		}
		if err := a.print(status, status.Write); err != nil || !exitCode {
			return err
		}
		return status.CheckComplete()
	}
	return c
}

func (a *app) benchReportCommand() *cobra.Command {
	var options report.Options
	var plan output.Plan
	page := benchrun.Page{Say: a.say}
	exports := benchrun.ReportExports(&page)
	c := &cobra.Command{
		Use:     "report RUN.db [--html FILE] [--csv FILE]...",
		Short:   "Show the results of a benchmark",
		Long:    "Prints a table of the networks of a benchmark, or with --json everything, and writes files of it: a page, tables, arrays.",
		Example: "  steady bench report run.db --html report.html\n  steady bench report run.db --csv cells.csv",
		Args:    oneArg("a file that 'steady bench run' has written"),
	}
	c.Flags().StringVar(&page.Data, "data", "", "images for the page's examples, as for 'steady bench run'\n(default: those of the run, if they are still there)")
	c.Flags().StringVar(&options.Reference, "reference", "", "network of the run that corruption errors are relative to\n(default: AlexNet's published errors, where they apply)")
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if page.Data != "" && !cmd.Flags().Changed("html") {
			return usagef("--data is for the page's examples: want --html FILE too")
		}
		page.Context = cmd.Context()
		plan.Input(args[0])
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		r, err := benchrun.Report(args[0], options)
		if err != nil {
			return err
		}
		if err := exports.Write(r); err != nil {
			return err
		}
		return cmp.Or(a.print(r, r.WriteText), benchrun.CheckFailed(r))
	}
	return c
}

func (a *app) benchCompareCommand() *cobra.Command {
	var exitCode bool
	var plan output.Plan
	exports := benchrun.DiffExports()
	c := &cobra.Command{
		Use:   "compare A.db B.db [--exit-code]",
		Short: "Compare the results of two benchmarks",
		Long: "Shows which cells of two files differ, and which significantly: networks of the same name, or the only ones; image\n" +
			"by image where the images are the same.",
		Example: "  steady bench compare before.db after.db --csv differences.csv",
		Args:    cobra.ExactArgs(2),
	}
	c.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 if cells differ significantly")
	exports.AddFlags(c.Flags(), &plan)
	c.RunE = func(_ *cobra.Command, args []string) error {
		plan.Input(args...)
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		r, err := benchrun.Compare(args[0], args[1])
		if err != nil {
			return err
		}
		if err := cmp.Or(exports.Write(r), a.print(r, r.WriteText)); err != nil || !exitCode {
			return err
		}
		return benchrun.CheckSignificant(r)
	}
	return c
}

func (a *app) benchMergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge OUT.db PART.db... | FOLDER",
		Short: "Put the results of shards into one file",
		Long: "Puts the results of files of one benchmark into OUT.db, which may exist and have some already. The order does\n" +
			"not matter, nor how often a file is merged. Of a folder, all are that end in .db. A part may also be a file of lines\n" +
			"that the page has saved (evaluate.html). Files of other networks, images or cells are refused.",
		Example: "  steady bench merge run.db shards/\n  steady bench merge run.db steady-results.jsonl",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			merged, err := benchrun.Merge(cmd.Context(), args[0], args[1:])
			if err != nil {
				return err
			}
			return a.print(merged, merged.Write)
		},
	}
}

func (a *app) benchSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of spec files, for editors",
		Example: "  steady bench schema > benchmark.schema.json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return benchrun.WriteSchema(a.stdout) },
	}
}
